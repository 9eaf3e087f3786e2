"""mart_customer_rfm at the end of every month, as it was then, and the moves between segments from month to month."""

from __future__ import annotations

from datetime import date

import polars as pl

from tests.truth.marts.fct_orders import fct_orders
from tests.truth.marts.mart_customer_rfm import mart_customer_rfm, scored
from tests.truth.rates import reporting
from tests.truth.refunds import refunds
from tests.truth.registry import ledger
from tests.truth.world import World

NONE = "none"


@ledger("mart_customer_rfm_monthly", "customer_key", "month")
def mart_customer_rfm_monthly(world: World) -> pl.DataFrame:
    """Each month that has ended, with what was paid and refunded by its last day; the current one as of today."""
    if "rfm_monthly" in world.memory:
        return world.memory["rfm_monthly"]
    today = max(shop.today for shop in world.shops)
    first = min(fct_orders(world)["created_date"])
    ends = pl.date_range(first, today, "1mo", eager=True).dt.month_end()
    parts = [_snapshot(world, end) for end in ends.to_list() if end < today]
    parts.append(mart_customer_rfm(world))
    over = min(shop.today for shop in world.shops)
    found = pl.concat(parts, how="diagonal_relaxed").with_columns(
        month=pl.col("as_of_date").dt.truncate("1mo"),
        is_complete_period=pl.col("as_of_date").dt.month_end() < over,
    )
    world.memory["rfm_monthly"] = found
    return found


def _snapshot(world: World, end: date) -> pl.DataFrame:
    later = refunds(world).filter(pl.col("is_counted") & (pl.col("refunded_date") > end))
    back = later.group_by("order_key").agg(later=pl.col("goods").sum())
    age = (pl.lit(end) - pl.col("created_date")).dt.total_days()
    orders = (
        fct_orders(world)
        .filter(pl.col("is_valid") & ~pl.col("is_anonymous") & (pl.col("paid_date") <= end))
        .filter((age >= 0) & (age < world.rfm_window_days))
        .join(back, on="order_key", how="left")
        .with_columns(net=pl.col("net_sales") + pl.col("later").fill_null(0))
        .with_columns(net=reporting("net"))
    )
    customers = orders.group_by("customer_key").agg(
        recency_days=age.min(), frequency=pl.len(), monetary=pl.col("net").sum()
    )
    return scored(customers.with_columns(as_of_date=pl.lit(end)))


@ledger("mart_customer_segment_moves", "month", "from_segment", "to_segment")
def mart_customer_segment_moves(world: World) -> pl.DataFrame:
    """Everyone of a month or of the one before, from one segment to another or the same."""
    counts: dict[tuple[date, str, str], int] = {}
    was: dict[str, str] = {}
    months = mart_customer_rfm_monthly(world)
    over = min(shop.today for shop in world.shops)
    today = max(shop.today for shop in world.shops)
    rows = []
    for month in pl.date_range(min(months["month"]), today, "1mo", eager=True).to_list():
        now = dict(months.filter(pl.col("month") == month).select("customer_key", "segment").iter_rows())
        counts = {}
        for who in was.keys() | now.keys():
            move = (was.get(who, NONE), now.get(who, NONE))
            counts[move] = counts.get(move, 0) + 1
        for (before, after), customers in counts.items():
            left = sum(n for (one, _), n in counts.items() if one == before) if before != NONE else None
            come = sum(n for (_, one), n in counts.items() if one == after) if after != NONE else None
            rows.append((month, before, after, customers, left, come, left and customers / left))
        was = now
    columns = [
        "month",
        "from_segment",
        "to_segment",
        "customers",
        "from_customers",
        "to_customers",
        "move_rate",
    ]
    return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None).with_columns(
        is_complete_period=pl.col("month").dt.month_end() < over
    )
