"""mart_today_products: what sells better or worse than on the days that today is compared with."""

from __future__ import annotations

import polars as pl

from tests.truth.marts.dim_products import dim_products
from tests.truth.marts.fct_order_lines import fct_order_lines
from tests.truth.registry import ledger
from tests.truth.today import DAYS, now, until_now
from tests.truth.world import World


@ledger("mart_today_products", "shop_id", "product_id")
def mart_today_products(world: World) -> pl.DataFrame:
    """One row per product sold on one of the three days up to the time that it is now."""
    sold = (
        fct_order_lines(world)
        .filter("is_counted")
        .join(dim_products(world).select("variant_key", "product_id"), on="variant_key")
        .select("shop_id", "product_id", "units", "gross_sales", at="created_at")
    )
    found = until_now(world, sold).group_by("shop_id", "product_id").agg(
        pl.col(name).filter(pl.col("which") == which).sum().alias(f"{name}_{which}")
        for which in DAYS
        for name in ("units", "gross_sales")
    )  # fmt: skip
    change = pl.col("units_so_far") - (pl.col("units_yesterday") + pl.col("units_last_week")) / 2
    return (
        found.join(now(world), on="shop_id")
        .with_columns(
            date=pl.col("now").dt.date(),
            units_change=change,
            direction=change.sign().replace_strict({1: "rising", -1: "falling", 0: "level"}, return_dtype=pl.String),
        )
        .sort(-pl.col("units_change").abs(), -pl.col("gross_sales_so_far"), "product_id")
        .with_columns(place=pl.int_range(1, pl.len() + 1).over("shop_id", "direction"))
        .drop("now")
    )  # fmt: skip
