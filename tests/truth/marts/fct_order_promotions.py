"""fct_order_promotions: what each promotion took off each order that has been placed, and who pays."""

from __future__ import annotations

import polars as pl

from tests.truth.promotions import taken_off
from tests.truth.registry import ledger
from tests.truth.world import World

COLUMNS = (
    "promotion_key", "order_key", "order_line_key", "customer_key", "shop_id", "promotion_id", "order_id",
    "order_line_id", "platform", "funded_by", "is_counted", "is_presale", "discount", "created_date",
)  # fmt: skip


@ledger("fct_order_promotions", "order_promotion_key")
def fct_order_promotions(world: World) -> pl.DataFrame:
    """One row per discount; what was taken off orders that do not count is nothing."""
    return taken_off(world).with_columns(
        order_line_key=pl.col("order_key") + ":" + pl.col("order_line_id")
    ).select(
        *COLUMNS,
        order_promotion_key=pl.concat_str(
            "shop_id", "order_id", "promotion_id", "order_line_id", "funded_by", separator=":", ignore_nulls=True
        ),
    )  # fmt: skip
