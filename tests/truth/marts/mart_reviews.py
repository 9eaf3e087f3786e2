"""mart_reviews: what was said in each week, by product, by brand and of the shop."""

from __future__ import annotations

import polars as pl

from tests.truth.marts.fct_reviews import fct_reviews
from tests.truth.performance import items
from tests.truth.periods import ratio
from tests.truth.registry import ledger
from tests.truth.reviews import MENTIONED
from tests.truth.world import World

LEVELS = {"product": ("product_id", "brand"), "brand": ("brand",), "shop": ()}
PRIOR = 10
FLAGS = {
    "negative_reviews": "is_negative",
    "verified_reviews": "is_verified",
    "reviews_with_text": "has_text",
    "replied_reviews": "is_replied",
}


@ledger("mart_reviews", "shop_id", "level", "product_id", "brand", "week_start")
def mart_reviews(world: World) -> pl.DataFrame:
    """One row per week with a review, of each level."""
    said = (
        fct_reviews(world)
        .join(
            items(world, "product_id").select("shop_id", "product_id", "brand"), on=["shop_id", "product_id"]
        )
        .with_columns(week_start=pl.col("created_date").dt.truncate("1w"))
    )
    found = []
    for level, keys in LEVELS.items():
        sums = said.group_by("shop_id", "week_start", *keys).agg(
            pl.col("reply_hours").sum(),
            **{name: pl.col(flag).sum() for name, flag in FLAGS.items()},
            **{f"topic_{topic}": pl.col(f"mentions_{topic}").sum() for topic in MENTIONED},
            review_count=pl.len(),
            rating_sum=pl.col("rating").sum(),
        )
        missing = [pl.lit("all").alias(name) for name in LEVELS["product"] if name not in keys]
        found.append(sums.with_columns(*missing, level=pl.lit(level)))
    return _derived(world, pl.concat(found, how="diagonal"), found[-1])


def _derived(world: World, rows: pl.DataFrame, of_shops: pl.DataFrame) -> pl.DataFrame:
    platforms = {shop.shop_id: shop.platform for shop in world.shops}
    priors = of_shops.sort("week_start").select(
        "shop_id",
        "week_start",
        prior_rating=pl.col("rating_sum").cum_sum().over("shop_id")
        / 10_000
        / pl.col("review_count").cum_sum().over("shop_id"),
    )
    count, replied = pl.col("review_count"), pl.col("replied_reviews")
    return (
        rows.join(priors, on=["shop_id", "week_start"])
        .join(world.today, on="shop_id")
        .with_columns(
            platform=pl.col("shop_id").replace_strict(platforms),
            is_complete_period=pl.col("week_start").dt.offset_by("6d") < pl.col("today"),
            rating=ratio(pl.col("rating_sum"), count * 10_000),
            prior_reviews=pl.lit(PRIOR),
            shrunk_rating=(pl.col("rating_sum") / 10_000 + PRIOR * pl.col("prior_rating")) / (count + PRIOR),
            negative_share=ratio(pl.col("negative_reviews"), count),
            reply_rate=ratio(replied, count),
            reply_hours_sum="reply_hours",
            reply_hours=ratio(pl.col("reply_hours"), replied),
        )
        .drop("today")
    )
