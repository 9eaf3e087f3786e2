"""mart_today: the hours of each shop's day so far, beside yesterday's and last week's, and what waits."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from tests.truth.marts.fct_orders import fct_orders
from tests.truth.marts.fct_refunds import fct_refunds
from tests.truth.marts.mart_today_ads import mart_today_ads
from tests.truth.periods import ratio
from tests.truth.registry import ledger
from tests.truth.today import DAYS, now, until_now
from tests.truth.world import World, moments

BACKLOG = timedelta(days=90)


@ledger("mart_today", "shop_id", "hour")
def mart_today(world: World) -> pl.DataFrame:
    """One row per hour that has begun; the newest one also says what waits."""
    facts = until_now(world, _facts(world))
    hours = now(world).with_columns(
        date=pl.col("now").dt.date(), newest=pl.col("now").dt.hour().cast(pl.Int64)
    )
    hours = hours.with_columns(hour=pl.int_ranges(0, pl.col("newest") + 1)).explode("hour")
    within = facts.filter(pl.col("which") == "so_far").group_by("shop_id", pl.col("hour").cast(pl.Int64)).agg(
        orders=(pl.col("clock") == "placed").sum(),
        gross_sales=pl.col("gross_sales").sum(),
        paid_amount=pl.col("paid_amount").sum(),
    )  # fmt: skip
    placed = pl.col("clock") == "placed"
    so_far = (
        hours.select("shop_id", "hour")
        .join(facts.rename({"hour": "at_hour"}), on="shop_id")
        .filter(pl.col("at_hour") <= pl.col("hour"))
        .group_by("shop_id", "hour")
        .agg(
            *(
                figure.alias(f"{name}_{which}")
                for which in DAYS
                for name, figure in {
                    "orders": (placed & (pl.col("which") == which)).sum(),
                    "buyers": pl.col("customer_key").filter(placed & (pl.col("which") == which)).n_unique(),
                    "gross_sales": pl.col("gross_sales").filter(pl.col("which") == which).sum(),
                    "paid_amount": pl.col("paid_amount").filter(pl.col("which") == which).sum(),
                }.items()
            )
        )
    )
    counts = [
        f"{name}_{which}" for which in DAYS for name in ("orders", "buyers", "gross_sales", "paid_amount")
    ]
    waits = [
        "orders_to_ship",
        "orders_due_within_24h",
        "orders_past_due",
        "refunds_pending",
        "refunds_pending_amount",
        "campaigns_out_of_stock",
        "spend_out_of_stock",
    ]
    return (
        hours.join(within, on=["shop_id", "hour"], how="left")
        .join(so_far, on=["shop_id", "hour"], how="left")
        .join(_to_ship(world), on="shop_id", how="left")
        .join(_to_decide(world), on="shop_id", how="left")
        .join(_in_vain(world), on="shop_id", how="left")
        .with_columns(
            pl.col("orders", "gross_sales", "paid_amount", *counts).fill_null(0),
            pl.col("refunds_pending", "refunds_pending_amount").fill_null(0),
            pl.col("campaigns_out_of_stock", "spend_out_of_stock").fill_null(0),
        )
        .with_columns(
            pl.when(pl.col("hour") == pl.col("newest")).then(pl.col(*waits)).name.keep(),
            is_complete_period=pl.col("hour") < pl.col("newest"),
            paid_amount_to_yesterday=ratio(pl.col("paid_amount_so_far"), pl.col("paid_amount_yesterday")),
            paid_amount_to_last_week=ratio(pl.col("paid_amount_so_far"), pl.col("paid_amount_last_week")),
        )
        .drop("now", "newest")
    )  # fmt: skip


def _facts(world: World) -> pl.DataFrame:
    orders = fct_orders(world).filter("is_valid")
    placed = orders.select(
        "shop_id",
        "customer_key",
        "gross_sales",
        paid_amount=pl.lit(0),
        at="created_at",
        clock=pl.lit("placed"),
    )
    paid = orders.filter(pl.col("paid_at").is_not_null()).select(
        "shop_id", "customer_key", "paid_amount", gross_sales=pl.lit(0), at="paid_at", clock=pl.lit("paid")
    )
    return pl.concat([placed, paid], how="diagonal_relaxed")


def _clock(world: World) -> pl.DataFrame:
    return pl.concat(
        pl.DataFrame({"shop_id": [shop.shop_id]}).with_columns(
            as_of=moments(pl.Series([shop.as_of]).to_numpy())
        )
        for shop in world.shops
    )


def _to_ship(world: World) -> pl.DataFrame:
    due = pl.concat(
        shop.rows("orders").select(order_key=shop.shop_id + ":" + pl.col("order_id"), ship_by="ship_by")
        for shop in world.shops
    )
    orders = fct_orders(world).join(due, on="order_key").join(_clock(world), on="shop_id")
    ship_by = pl.col("ship_by").dt.replace_time_zone(None)
    waiting = orders.filter(
        pl.col("is_valid")
        & pl.col("cancelled_at").is_null()
        & (pl.col("financial_status") != "refunded")
        & pl.col("fulfillment_status").is_in(["unfulfilled", "partial"])
        & (pl.col("created_at") >= pl.col("as_of") - BACKLOG)
    )
    soon = (ship_by > pl.col("as_of")) & (ship_by <= pl.col("as_of") + timedelta(days=1))
    found = waiting.group_by("shop_id").agg(
        orders_to_ship=pl.len(),
        orders_due_within_24h=soon.sum(),
        orders_past_due=(ship_by <= pl.col("as_of")).sum(),
    )
    # A shop that ships says so: nothing that waits is none, not unknown.
    return now(world).select("shop_id").join(found, on="shop_id", how="left").fill_null(0)


def _to_decide(world: World) -> pl.DataFrame:
    pending = fct_refunds(world).join(_clock(world), on="shop_id").filter(
        (pl.col("status") == "pending") & (pl.col("refunded_at") >= pl.col("as_of") - BACKLOG)
    )  # fmt: skip
    return pending.group_by("shop_id").agg(
        refunds_pending=pl.col("refund_id").n_unique(), refunds_pending_amount=pl.col("amount").sum()
    )


def _in_vain(world: World) -> pl.DataFrame:
    """Campaigns that lead to what is out of stock; each one's money as the mart rounds it."""
    campaigns = mart_today_ads(world).filter(pl.col("product_id") == "all")
    return campaigns.group_by("shop_id").agg(
        campaigns_out_of_stock=(pl.col("out_of_stock_sessions_7_days") > 0).sum(),
        spend_out_of_stock=pl.col("spend_out_of_stock").cast(pl.Float64).round().cast(pl.Int64).sum(),
    )
