"""mart_cohort_retention: what each month's first-time customers do later; months to come are absent."""

from __future__ import annotations

import polars as pl

from tests.truth.marts.fct_orders import fct_orders
from tests.truth.registry import ledger
from tests.truth.world import World

CELL = ["shop_id", "cohort_month", "activity_month"]


@ledger("mart_cohort_retention", "shop_id", "cohort_month", "period_number")
def mart_cohort_retention(world: World) -> pl.DataFrame:
    """Every month from the cohort's own to the one that today falls in, zeros included."""
    orders = fct_orders(world).filter(pl.col("is_valid") & ~pl.col("is_anonymous"))
    activity = orders.group_by("shop_id", "cohort_month", activity_month="created_month").agg(
        active_customers=pl.col("customer_key").n_unique(),
        orders=pl.len(),
        sales_before_returns=(pl.col("gross_sales") - pl.col("discounts")).sum(),
        net_sales=pl.col("net_sales").sum(),
    )
    sizes = orders.group_by("shop_id", "cohort_month").agg(cohort_size=pl.col("customer_key").n_unique())
    months = pl.date_ranges(pl.col("cohort_month"), pl.col("today"), "1mo")
    return (
        sizes.join(world.today, on="shop_id")
        .with_columns(activity_month=months)
        .explode("activity_month")
        .join(activity, on=CELL, how="left")
        .with_columns(pl.col("active_customers", "orders", "sales_before_returns", "net_sales").fill_null(0))
        .with_columns(
            period_number=12 * (pl.col("activity_month").dt.year() - pl.col("cohort_month").dt.year())
            + pl.col("activity_month").dt.month()
            - pl.col("cohort_month").dt.month(),
            is_complete_period=pl.col("activity_month").dt.month_end() < pl.col("today"),
            retention_rate=pl.col("active_customers") / pl.col("cohort_size"),
        )
        .drop("today")
    )
