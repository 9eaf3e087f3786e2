"""mart_variant_performance: the same figures as of products, by variant."""

from __future__ import annotations

import polars as pl

from tests.truth.marts.mart_product_performance import COUNTS
from tests.truth.performance import catalogue, derived, entries, of_items, summed
from tests.truth.registry import ledger
from tests.truth.world import World


@ledger("mart_variant_performance", "variant_key", "period_type", "period_start")
def mart_variant_performance(world: World) -> pl.DataFrame:
    """One row per variant and period."""
    rows = summed(entries(world, "variant_key"), ["variant_key", "category", "brand"], "variant_key")
    return (
        of_items(world, derived(world, rows), "variant_key")
        .join(catalogue(world).select("variant_key", "variant_id", "product_id", "sku_key"), on="variant_key")
        .drop("last", "today", *COUNTS)
    )
