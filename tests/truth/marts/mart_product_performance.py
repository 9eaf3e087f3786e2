"""mart_product_performance: by product and rolled up, by the date of the order, its later returns included."""

from __future__ import annotations

import polars as pl

from tests.truth.performance import derived, entries, of_items, summed
from tests.truth.periods import ratio
from tests.truth.registry import ledger
from tests.truth.world import World

LEVELS = {
    "product": ("product_id", "category", "brand"),
    "category": ("category",),
    "brand": ("brand",),
    "shop": (),
}
COUNTS = ("products_on_sale", "products_sold", "skus_on_sale", "skus_sold")


@ledger(
    "mart_product_performance",
    *("shop_id", "level", "product_id", "category", "brand", "period_type", "period_start"),
)
def mart_product_performance(world: World) -> pl.DataFrame:
    """One row per product and period, and one per category, brand and shop."""
    rows, found = entries(world, "product_id"), []
    for level, keys in LEVELS.items():
        of_level = derived(world, summed(rows, keys, "product_id"))
        if level == "product":
            of_level = of_items(world, of_level, "product_id")
        missing = [pl.lit("all").alias(name) for name in LEVELS["product"] if name not in keys]
        found.append(of_level.with_columns(*missing, level=pl.lit(level)))
    longer = pl.when(pl.col("period_type") != "day")
    return (
        pl.concat(found, how="diagonal")
        .with_columns(longer.then(pl.col(*COUNTS)).name.keep())
        .with_columns(
            active_product_rate=ratio(pl.col("products_sold"), pl.col("products_on_sale")),
            active_sku_rate=ratio(pl.col("skus_sold"), pl.col("skus_on_sale")),
        )
        .drop("last", "today")
    )
