"""fct_sessions: visits of people out of the collector's rows, and what the shops know of their orders."""

from __future__ import annotations

from typing import Any

import polars as pl

from tests.truth.ads import campaign_days
from tests.truth.browsing import events, order_sessions, placed_orders, sessions
from tests.truth.channels import channel, clean, host
from tests.truth.marts.fct_orders import fct_orders
from tests.truth.registry import ledger
from tests.truth.session_people import session_people
from tests.truth.steps import steps
from tests.truth.world import World

COUNTS = {
    "page_views": "page_view",
    "product_views": "product_view",
    "searches": "search",
    "cart_adds": "add_to_cart",
    "checkouts": "begin_checkout",
    "purchase_events": "purchase",
}
IDLE = ("page_view", "product_view", "login", "impression")
"""Events of somebody who does nothing."""


@ledger("fct_sessions", "session_key")
def fct_sessions(world: World) -> pl.DataFrame:
    """One row per session of people."""
    if "fct_sessions" not in world.memory:
        world.memory["fct_sessions"] = _fct_sessions(world)
    known: pl.DataFrame = world.memory["fct_sessions"]
    return known


def _fct_sessions(world: World) -> pl.DataFrame:
    human = sessions(world).filter(~pl.col("is_bot"))
    platforms = {shop.shop_id: shop.platform for shop in world.shops}
    people = session_people(world).select(
        "session_key", "customer_key", "identified_by", "is_identified_later"
    )
    counted = pl.col("orders", "purchase_events_without_order")
    return (
        human.select(
            "session_key", "shop_id", "visitor_id", "session_date", "started_at", "ended_at", "events", "country",
            pl.col("device").fill_null("unknown"),
            platform=pl.col("shop_id").replace_strict(platforms),
            landing_path="page_path",
            duration_seconds=(pl.col("ended_at") - pl.col("started_at")).dt.total_seconds(),
            visitor_type=pl.when(pl.col("started_at") == pl.col("started_at").min().over("shop_id", "visitor_id"))
            .then(pl.lit("new"))
            .otherwise(pl.lit("returning")),
        )
        .join(_counts(world), on="session_key")
        .join(_landings(world, human), on="session_key")
        .join(steps(world).drop("purchase_event_at"), on="session_key", how="left")
        .join(people, on="session_key", how="left")
        .join(_bought(world), on="session_key", how="left")
        .join(_without_order(world), on="session_key", how="left")
        .with_columns(counted.fill_null(0), pl.col("is_identified_later").fill_null(False))
        .with_columns(has_order=pl.col("orders") > 0)
    )  # fmt: skip


def _counts(world: World) -> pl.DataFrame:
    kind = pl.col("event_type")
    return (
        events(world)
        .group_by("session_key")
        .agg(
            **{name: (kind == what).sum() for name, what in COUNTS.items()},
            engaged_ms=pl.when(pl.col("engaged_ms").count() > 0).then(pl.col("engaged_ms").sum()),
            idle=kind.is_in(IDLE).all(),
            pages=pl.col("page_path").drop_nulls().n_unique(),
            untold=(kind.is_in(IDLE[:2]) & pl.col("page_path").is_null()).any(),
        )
        .with_columns(
            is_bounce=pl.col("idle")
            & (pl.col("pages") <= 1)
            & (pl.col("page_views") <= 1)
            & (pl.col("product_views") <= 1)
            & (~pl.col("untold") | (pl.col("page_views") + pl.col("product_views") <= 1))
        )
        .drop("idle", "pages", "untold")
    )


def _landings(world: World, human: pl.DataFrame) -> pl.DataFrame:
    """Where each came from, and the campaign where it is one with reported spend."""
    plans = {shop.shop_id: shop.business.plan for shop in world.shops}
    campaigns: dict[tuple[str, str], tuple[str, str]] = {}
    for one in campaign_days(world):
        for name in (one["campaign_id"], one["campaign"]):
            campaigns[one["shop_id"], clean(name) or ""] = (one["ad_platform"], one["campaign_id"])
    rows: list[tuple[Any, ...]] = []
    for key, shop, *marks, referrer in human.select(
        "session_key", "shop_id", "utm_source", "utm_medium", "utm_campaign", "referrer"
    ).iter_rows():
        source, medium, campaign = (clean(mark) for mark in marks)
        before = host(referrer)
        ad = campaigns.get((shop, campaign or "-"), (None, None))
        rows.append(
            (key, source, medium, campaign, before, channel(plans[shop], source, medium, before), *ad)
        )
    names = (
        "session_key",
        "source",
        "medium",
        "campaign",
        "referrer_host",
        "channel",
        "ad_platform",
        "campaign_id",
    )
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _bought(world: World) -> pl.DataFrame:
    """Valid orders of each session, and the first of them after its checkout."""
    valid = fct_orders(world).filter("is_valid").select("order_key")
    at = pl.max_horizontal("created_at", "purchase_at")
    return (
        order_sessions(world)
        .join(valid, on="order_key")
        .join(steps(world).select("session_key", "checkout_at"), on="session_key", how="left")
        .group_by("session_key")
        .agg(orders=pl.len(), purchase_at=at.filter(at >= pl.col("checkout_at")).min())
    )


def _without_order(world: World) -> pl.DataFrame:
    told = events(world).filter(pl.col("event_type") == "purchase")
    return (
        told.with_columns(order_key=pl.col("shop_id") + ":" + pl.col("order_id"))
        .join(placed_orders(world), on="order_key", how="anti")
        .group_by("session_key")
        .agg(purchase_events_without_order=pl.len())
    )
