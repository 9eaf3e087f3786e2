"""mart_customer_rfm: who bought in the window, how lately, how often, for how much, and what that makes of them."""

from __future__ import annotations

import math

import polars as pl

from tests.truth.marts.fct_orders import fct_orders
from tests.truth.registry import ledger
from tests.truth.world import World

SEGMENTS = {
    1: ("Lost", "Lost", "At risk", "Cannot lose", "Cannot lose"),
    2: ("Hibernating", "Hibernating", "At risk", "At risk", "At risk"),
    3: ("About to sleep", "About to sleep", "Needs attention", "Loyal", "Loyal"),
    4: ("Promising", "Promising", "Potential loyalist", "Loyal", "Champions"),
    5: ("New", "Potential loyalist", "Potential loyalist", "Champions", "Champions"),
}
"""By recency; the place is the mean of the other two scores, rounded up."""


@ledger("mart_customer_rfm", "customer_key")
def mart_customer_rfm(world: World) -> pl.DataFrame:
    """One row per person with a valid order in the days up to today; orders of all shops are theirs."""
    as_of = max(shop.today for shop in world.shops)
    bought = (
        fct_orders(world)
        .join(world.today, on="shop_id")
        .filter(
            pl.col("is_valid")
            & ~pl.col("is_anonymous")
            & ((pl.col("today") - pl.col("created_date")).dt.total_days() < world.rfm_window_days)
        )
        .group_by("customer_key")
        .agg(
            last=pl.col("created_date").max(),
            frequency=pl.len(),
            monetary=pl.col("net_sales_reporting").sum(),
        )
        .with_columns(as_of_date=pl.lit(as_of))
        .with_columns(recency_days=(pl.col("as_of_date") - pl.col("last")).dt.total_days())
        .drop("last")
    )
    return scored(bought)


def scored(customers: pl.DataFrame) -> pl.DataFrame:
    """Customers with recency_days, frequency and monetary: their scores among each other, and the segment."""
    found = customers.with_columns(
        recency_score=_score(-customers["recency_days"]),
        frequency_score=_score(customers["frequency"]),
        monetary_score=_score(customers["monetary"]),
    )
    scores = found.select("recency_score", "frequency_score", "monetary_score").rows()
    return found.with_columns(
        segment=pl.Series([SEGMENTS[r][math.ceil((f + m) / 2) - 1] for r, f, m in scores], dtype=pl.String)
    )


def _score(values: pl.Series) -> pl.Series:
    """1 + how many of the cut points at 20, 40, 60 and 80 % lie below: equal values get equal scores."""
    values = values.cast(pl.Float64)
    cuts = [values.quantile(share, interpolation="linear") for share in (0.2, 0.4, 0.6, 0.8)]
    score = pl.Series(values=[1] * len(values), dtype=pl.Int64)
    for cut in cuts:
        score = score + (values > cut).cast(pl.Int64)
    return score
