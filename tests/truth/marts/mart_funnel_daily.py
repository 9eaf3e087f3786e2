"""mart_funnel_daily: how far sessions come, in every period and roll-up, and what stands beside them."""

from __future__ import annotations

from itertools import product

import polars as pl

from tests.truth.browsing import sessions
from tests.truth.marts.fct_sessions import fct_sessions
from tests.truth.order_visits import order_visits
from tests.truth.periods import TYPES, in_periods, last_day, ratio
from tests.truth.registry import ledger
from tests.truth.world import World

SPLIT = ["channel", "device", "visitor_type"]
CELL = ["shop_id", "period_type", "date", *SPLIT]
GAPS = {
    "median_seconds_to_cart": ("product_view_at", "cart_at"),
    "median_seconds_to_checkout": ("cart_at", "checkout_at"),
    "median_seconds_to_purchase": ("checkout_at", "purchase_at"),
}
RATES = {
    "product_view_rate": ("product_view_sessions", "sessions"),
    "cart_rate": ("cart_sessions", "product_view_sessions"),
    "checkout_rate": ("checkout_sessions", "cart_sessions"),
    "purchase_rate": ("purchase_sessions", "checkout_sessions"),
    "overall_rate": ("purchase_sessions", "sessions"),
    "cart_abandonment_rate": ("abandoned_carts", "cart_sessions"),
    "bounce_rate": ("bounces", "sessions"),
    "pages_per_session": ("page_views", "sessions"),
    "seconds_per_session": ("session_seconds", "sessions"),
    "session_cvr": ("orders", "sessions"),
    "buyer_cvr": ("paying_buyers", "visitors"),
}


@ledger("mart_funnel_daily", *CELL)
def mart_funnel_daily(world: World) -> pl.DataFrame:
    """Each session once for every period and roll-up that it is of. There is an event on every day."""
    every = pl.concat(
        [world.today, pl.DataFrame({"shop_id": ["all"], "today": [world.today["today"].max()]})]
    )
    facts = pl.concat([_sessions(world), _buyers(world), _beside(world)], how="diagonal_relaxed")
    cells = []
    for rolled in product((False, True), repeat=3):
        names = [
            pl.lit("all").alias(name) for name, is_rolled in zip(SPLIT, rolled, strict=True) if is_rolled
        ]
        some = facts if all(rolled) else facts.filter(pl.col("channel") != "all")
        found = in_periods(world, some.with_columns(names), TYPES, today=every)
        whole = all(rolled)
        cells.append(found.group_by(CELL).agg(**_figures(), **_figures_beside(whole)))
    return _derived(world, pl.concat(cells))


def _sessions(world: World) -> pl.DataFrame:
    """People's sessions, of their shop and of all shops."""
    found = fct_sessions(world).select(
        "session_key", "shop_id", "visitor_id", *SPLIT, "product_view_at", "cart_at", "checkout_at", "purchase_at",
        "is_bounce", "page_views", "duration_seconds", "orders", "purchase_events_without_order",
        day="session_date", what=pl.lit("session"), visitor=pl.col("shop_id") + ":" + pl.col("visitor_id"),
    )  # fmt: skip
    return pl.concat([found, found.with_columns(shop_id=pl.lit("all"))])


def _buyers(world: World) -> pl.DataFrame:
    """Buyers of orders in sessions, with what is known of the session."""
    of = fct_sessions(world).select("session_key", *SPLIT, day="session_date")
    found = (
        order_visits(world)
        .join(of, on="session_key")
        .select("shop_id", *SPLIT, "day", "customer_key", what=pl.lit("buyer"))
    )
    return pl.concat([found, found.with_columns(shop_id=pl.lit("all"))])


def _beside(world: World) -> pl.DataFrame:
    """Machines' sessions, and orders without one; of no channel, device or kind of visitor."""
    bots = sessions(world).filter("is_bot").select("shop_id", day="session_date", what=pl.lit("machine"))
    orders = (
        order_visits(world)
        .filter(pl.col("session_key").is_null())
        .select("shop_id", "customer_key", day="created_date", what=pl.lit("order"))
    )
    found = pl.concat([bots, orders], how="diagonal").with_columns(
        pl.lit("all").alias(name) for name in SPLIT
    )
    return pl.concat([found, found.with_columns(shop_id=pl.lit("all"))])


def _figures() -> dict[str, pl.Expr]:
    is_session, visitor = pl.col("what") == "session", pl.col("visitor")
    return {
        "sessions": is_session.sum(),
        **{
            name: pl.col(at).is_not_null().sum()
            for name, at in (
                ("product_view_sessions", "product_view_at"), ("cart_sessions", "cart_at"),
                ("checkout_sessions", "checkout_at"), ("purchase_sessions", "purchase_at"),
            )
        },
        "bounces": pl.col("is_bounce").sum(),
        "page_views": pl.col("page_views").sum(),
        "session_seconds": pl.col("duration_seconds").sum(),
        "orders": pl.col("orders").sum(),
        "order_sessions": (pl.col("orders") > 0).sum(),
        "purchase_events_without_order": pl.col("purchase_events_without_order").sum(),
        "visitors": visitor.filter(is_session).n_unique(),
        "cart_visitors": visitor.filter(pl.col("cart_at").is_not_null()).n_unique(),
        "paying_buyers": pl.col("customer_key").filter(pl.col("what") == "buyer").n_unique(),
        **{
            name: ((pl.col(after) - pl.col(before)).dt.total_microseconds() / 1_000_000).median()
            for name, (before, after) in GAPS.items()
        },
    }  # fmt: skip


def _figures_beside(whole: bool) -> dict[str, pl.Expr]:
    order = pl.col("what") == "order"
    found = {
        "bot_sessions": (pl.col("what") == "machine").sum().cast(pl.Int64),
        "orders_without_session": order.sum().cast(pl.Int64),
        "buyers_without_session": pl.col("customer_key").filter(order).n_unique().cast(pl.Int64),
    }
    return found if whole else {name: pl.lit(None, dtype=pl.Int64) for name in found}


def _derived(world: World, cells: pl.DataFrame) -> pl.DataFrame:
    about = pl.DataFrame(
        {
            "shop_id": [*(shop.shop_id for shop in world.shops), "all"],
            "platform": [*(shop.platform for shop in world.shops), "all"],
            "over": [*(shop.today for shop in world.shops), min(shop.today for shop in world.shops)],
        }
    )
    return (
        cells.join(about, on="shop_id")
        .with_columns(
            pl.when(pl.col("period_type") != "month_to_date").then(pl.col(*GAPS)).name.keep(),
            measured_by=pl.lit("events"),
            is_complete_period=last_day() < pl.col("over"),
            abandoned_carts=pl.col("cart_sessions").cast(pl.Int64) - pl.col("purchase_sessions"),
        )
        .with_columns(**{name: ratio(pl.col(top), pl.col(bottom)) for name, (top, bottom) in RATES.items()})
        .drop("over")
    )
