"""dim_products: the catalogue as told. Every variant that the simulated shops sell is in it."""

from __future__ import annotations

import polars as pl

from tests.truth.registry import ledger
from tests.truth.world import World

AS_TOLD = (
    "variant_id", "product_id", "sku", "title", "category", "subcategory", "brand", "supplier_id", "status",
)  # fmt: skip


@ledger("dim_products", "variant_key")
def dim_products(world: World) -> pl.DataFrame:
    """One row per variant that has been listed."""
    return pl.concat(
        shop.rows("products").select(
            *AS_TOLD,
            pl.col("listed_at", "delisted_at").dt.replace_time_zone(None),
            sku_key=pl.col("sku").str.strip_chars().str.to_uppercase(),
            variant_key=shop.shop_id + ":" + pl.col("variant_id"),
            shop_id=pl.lit(shop.shop_id),
            is_in_catalogue=pl.lit(True),
            list_price=(pl.col("list_price") * 100).cast(pl.Int64) * 100,
            unit_cost=pl.lit(None, pl.Int64),
        )
        for shop in world.shops
    )
