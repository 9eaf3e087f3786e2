"""mart_cohort_ltv and mart_customer_ltv: what buyers bring 30 to 365 days after their first order."""

from __future__ import annotations

import polars as pl

from tests.truth.cohorts import GROUP, bought, each, known, shops
from tests.truth.marts.fct_orders import fct_orders
from tests.truth.registry import ledger
from tests.truth.world import World

WINDOWS = (30, 90, 180, 365)
ENDS = ("", "_reporting")


@ledger("mart_cohort_ltv", *GROUP, "cohort_month")
def mart_cohort_ltv(world: World) -> pl.DataFrame:
    """A window is closed when it is for the last day of the cohort's month."""
    orders = bought(world).with_columns(cohort_month=pl.col("first_order_date").dt.truncate("1mo"))
    key = [*GROUP, "cohort_month"]
    rows = orders.group_by(key).agg(cohort_size=pl.col("customer_key").n_unique())
    rows = rows.join(shops(world), on="shop_id")
    waited = (pl.col("first_date") - pl.col("cohort_month").dt.month_end()).dt.total_days()
    for days in WINDOWS:
        within = orders.filter(pl.col("days_since_first") <= days)
        with_margin = pl.col("contribution_margin").is_not_null().sum()
        buyers = within.group_by(*key, "customer_key").agg(bought=pl.len())
        again = buyers.group_by(key).agg((pl.col("bought") > 1).sum().alias(f"repurchasers_{days}"))
        sums = within.group_by(key).agg(
            pl.len().alias(f"orders_{days}"),
            with_margin.alias(f"orders_with_margin_{days}"),
            *(pl.col(f"net_sales{end}").sum().alias(f"net_sales_{days}{end}") for end in ENDS),
            *(
                known(pl.col(f"contribution_margin{end}").sum(), with_margin).alias(f"contribution_margin_{days}{end}")
                for end in ENDS
            ),
        )  # fmt: skip
        rows = rows.join(sums, on=key).join(again, on=key)
        rows = rows.with_columns(
            (waited > days).alias(f"is_window_{days}_closed"),
            (pl.col(f"repurchasers_{days}") / pl.col("cohort_size")).alias(f"repurchase_rate_{days}"),
            *(each(f"net_sales_{days}{end}").alias(f"revenue_ltv_{days}{end}") for end in ENDS),
            *(each(f"contribution_margin_{days}{end}").alias(f"ltv_{days}{end}") for end in ENDS),
        )
    return rows.drop("first_date", "last_date")


@ledger("mart_customer_ltv", "customer_key")
def mart_customer_ltv(world: World) -> pl.DataFrame:
    """People over all shops, in the reporting currency."""
    orders = fct_orders(world).filter(pl.col("is_valid") & ~pl.col("is_anonymous"))
    today = min(shop.today for shop in world.shops)
    since = (pl.col("created_date") - pl.col("first_order_date_anywhere")).dt.total_days()
    firsts = orders.filter(pl.col("order_number_anywhere") == 1).select(
        "customer_key", "first_channel",
        first_shop_id="shop_id",
        first_order_date="created_date",
        cohort_month="created_month",
    )  # fmt: skip
    rows = firsts
    margin = pl.col("contribution_margin_reporting")
    for end, days in (("", 100_000), *((f"_{days}", days) for days in WINDOWS)):
        sums = orders.filter(since <= days).group_by("customer_key").agg(
            pl.len().alias(f"orders{end}"),
            pl.col("net_sales_reporting").sum().alias(f"revenue_ltv{end}"),
            known(margin.sum(), margin.is_not_null().sum()).alias(f"ltv{end}"),
            *([] if end else [margin.is_not_null().sum().alias("orders_with_margin")]),
        )  # fmt: skip
        rows = rows.join(sums, on="customer_key")
    waited = (pl.lit(today) - pl.col("first_order_date")).dt.total_days()
    return rows.with_columns((waited > days).alias(f"is_window_{days}_closed") for days in WINDOWS)
