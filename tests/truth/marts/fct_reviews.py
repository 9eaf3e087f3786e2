"""fct_reviews: reviews in the state they have reached. The simulated shops name the product and variant of each."""

from __future__ import annotations

import polars as pl

from tests.truth.registry import ledger
from tests.truth.reviews import told_reviews
from tests.truth.world import World


@ledger("fct_reviews", "review_key")
def fct_reviews(world: World) -> pl.DataFrame:
    """Reviews written by `as_of`."""
    return (
        told_reviews(world)
        .with_columns(
            review_key=pl.col("shop_id") + ":" + pl.col("review_id"),
            variant_key=pl.col("shop_id") + ":" + pl.col("variant_id"),
            is_known_product=pl.lit(True),
        )
        .drop("variant_id")
    )
