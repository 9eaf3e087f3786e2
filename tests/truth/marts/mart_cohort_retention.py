"""mart_cohort_retention, by month and by week: what first-time customers do later; periods to come are absent."""

from __future__ import annotations

import polars as pl

from tests.truth.cohorts import CONVERTED, GROUP, bought, each, known, shops
from tests.truth.registry import ledger
from tests.truth.world import World

SUMS = ("net_sales", "gross_margin", "contribution_margin")
EVERY = (*SUMS, *(f"{name}_reporting" for name in CONVERTED))
SUMMED, ENDS = ("net_sales", "contribution_margin"), ("", "_reporting")
WIDTH = {"month": "1mo", "week": "1w"}


@ledger("mart_cohort_retention", *GROUP, "cohort_month", "period_number")
def mart_cohort_retention(world: World) -> pl.DataFrame:
    """Every month from the cohort's own to the one that today falls in, zeros included."""
    return _retention(world, "month").with_columns(
        period_number=12 * (pl.col("activity_month").dt.year() - pl.col("cohort_month").dt.year())
        + pl.col("activity_month").dt.month()
        - pl.col("cohort_month").dt.month()
    )


@ledger("mart_cohort_retention_weekly", *GROUP, "cohort_week", "period_number")
def mart_cohort_retention_weekly(world: World) -> pl.DataFrame:
    """The same by weeks from Monday."""
    return _retention(world, "week").with_columns(
        period_number=(pl.col("activity_week") - pl.col("cohort_week")).dt.total_days() // 7
    )


def _retention(world: World, period: str) -> pl.DataFrame:
    cohort, activity, width = f"cohort_{period}", f"activity_{period}", WIDTH[period]
    orders = bought(world).with_columns(
        pl.col("first_order_date").dt.truncate(width).alias(cohort),
        pl.col("created_date").dt.truncate(width).alias(activity),
    )
    with_margin = pl.col("contribution_margin").is_not_null()
    cells = orders.group_by(*GROUP, cohort, activity).agg(
        *(known(pl.col(name).sum(), with_margin.sum() if "margin" in name else pl.len()).alias(name) for name in EVERY),
        active_customers=pl.col("customer_key").n_unique(),
        orders=pl.len(),
        orders_with_margin=with_margin.sum(),
        sales_before_returns=(pl.col("net_sales") + pl.col("returns")).sum(),
    )  # fmt: skip
    sizes = orders.group_by(*GROUP, cohort).agg(cohort_size=pl.col("customer_key").n_unique())
    places = [*GROUP, cohort]
    last = pl.col(activity).dt.offset_by(width).dt.offset_by("-1d")
    rows = (
        sizes.join(shops(world), on="shop_id")
        .with_columns(pl.date_ranges(pl.col(cohort), pl.col("last_date"), width).alias(activity))
        .explode(activity)
        .join(cells, on=[*places, activity], how="left")
        .with_columns(pl.when(pl.col("orders").is_null()).then(0).otherwise(pl.col(*EVERY)).name.keep())
        .with_columns(pl.col("active_customers", "orders", "orders_with_margin", "sales_before_returns").fill_null(0))
        .sort(activity)
    )  # fmt: skip
    summed = ("orders", "orders_with_margin", *(f"{one}{end}" for one in SUMMED for end in ENDS))
    rows = rows.with_columns(
        *(pl.col(name).fill_null(0).cum_sum().over(places).alias(f"_{name}") for name in summed)
    )
    margins = [f"_contribution_margin{end}" for end in ENDS]
    rows = rows.with_columns(
        *(known(pl.col(name), pl.col("_orders_with_margin")).alias(name) for name in margins),
        is_complete_period=last < pl.col("first_date"),
        retention_rate=pl.col("active_customers") / pl.col("cohort_size"),
    )
    return rows.with_columns(
        cumulative_orders="_orders",
        cumulative_net_sales="_net_sales",
        cumulative_contribution_margin="_contribution_margin",
        cumulative_revenue_ltv=each("_net_sales"),
        cumulative_ltv=each("_contribution_margin"),
        cumulative_revenue_ltv_reporting=each("_net_sales_reporting"),
        cumulative_ltv_reporting=each("_contribution_margin_reporting"),
    ).drop("first_date", "last_date", *(f"_{name}" for name in summed))
