"""fct_inventory_daily: what stands on each shelf at the end of each day."""

from __future__ import annotations

import polars as pl

from tests.truth.registry import ledger
from tests.truth.stock import stock
from tests.truth.world import World


@ledger("fct_inventory_daily", "variant_key", "location_id", "date")
def fct_inventory_daily(world: World) -> pl.DataFrame:
    """From the first day on which the stock is known to today."""
    return stock(world)
