"""The keys, groups and pool that the definitions share."""

from __future__ import annotations

import dagster as dg

ACCEPTED_LOADS = dg.AssetKey(["staging", "accepted_loads"])
VERDICT = dg.AssetKey(["verdict"])
RELEASE = dg.AssetKey(["release"])

POOL = "warehouse"
"""Everything that writes to the warehouse takes a place in this pool; there is one."""


def raw_key(source: str, input_name: str) -> dg.AssetKey:
    """The asset of one raw table."""
    return dg.AssetKey(["raw", source, input_name])
