"""The jobs, as selections of assets."""

from __future__ import annotations

import dagster as dg

from orchestration.lib.keys import ACCEPTED_LOADS
from orchestration.lib.names import BUILD, LAND, REFRESH

_LANDING = dg.AssetSelection.groups("raw") | dg.AssetSelection.assets(ACCEPTED_LOADS)


def land_job() -> dg.UnresolvedAssetJobDefinition:
    """What is new in the sources, and whether it counts."""
    return dg.define_asset_job(
        LAND,
        selection=_LANDING,
        description="Land what is new and decide what counts. Every `opsmart run` begins with it.",
        executor_def=dg.in_process_executor,
    )


def build_job() -> dg.UnresolvedAssetJobDefinition:
    """Models, verdict, release."""
    return dg.define_asset_job(
        BUILD,
        selection=dg.AssetSelection.all() - _LANDING,
        description="Build, judge, publish. `opsmart run` goes on with it if there is anything new.",
        executor_def=dg.in_process_executor,
    )


def refresh_job() -> dg.UnresolvedAssetJobDefinition:
    """Both in one run."""
    return dg.define_asset_job(
        REFRESH,
        selection=dg.AssetSelection.all(),
        description="Land, build, judge, publish. Nothing new: nothing is built or published.",
        executor_def=dg.in_process_executor,
    )
