"""fct_attribution: each order, split among what led to it, in each model."""

from __future__ import annotations

import polars as pl
import polars.selectors as cs

from tests.truth.attribution import shares_of_orders
from tests.truth.registry import ledger
from tests.truth.world import World


@ledger("fct_attribution", "order_key", "attribution_model", "touch_number")
def fct_attribution(world: World) -> pl.DataFrame:
    """Shares of 1, money in ten-thousandths."""
    return pl.DataFrame(shares_of_orders(world), infer_schema_length=None).with_columns(
        cs.decimal().cast(pl.Float64)
    )
