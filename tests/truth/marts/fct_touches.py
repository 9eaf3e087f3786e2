"""fct_touches: the visits that led to each order."""

from __future__ import annotations

import polars as pl

from tests.truth.attribution import touches
from tests.truth.registry import ledger
from tests.truth.world import World


@ledger("fct_touches", "order_key", "touch_number")
def fct_touches(world: World) -> pl.DataFrame:
    """Paths of valid orders, consecutive repeats as one."""
    return pl.DataFrame(touches(world), infer_schema_length=None)
