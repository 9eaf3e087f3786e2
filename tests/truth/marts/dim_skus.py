"""dim_skus: what several shops sell under one code is one article, called as the first of its variants."""

from __future__ import annotations

import polars as pl

from tests.truth.marts.dim_products import dim_products
from tests.truth.registry import ledger
from tests.truth.world import World

NAMES = ("sku", "title", "category", "subcategory", "brand", "supplier_id")


@ledger("dim_skus", "sku_key")
def dim_skus(world: World) -> pl.DataFrame:
    """One row per article; its variants in the order of their keys."""
    platforms = {shop.shop_id: shop.platform for shop in world.shops}
    return (
        dim_products(world)
        .with_columns(platform=pl.col("shop_id").replace_strict(platforms))
        .sort("variant_key")
        .group_by("sku_key", maintain_order=True)
        .agg(
            *(pl.col(name).drop_nulls().first() for name in NAMES),
            variants=pl.len(),
            shops=pl.col("shop_id").n_unique(),
            platforms=pl.col("platform").n_unique(),
            first_listed_at=pl.col("listed_at").min(),
        )
    )
