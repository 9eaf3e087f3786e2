"""Sessions out of the collector's own rows, and which of them orders came from."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from tests.truth.world import World

GAP = timedelta(minutes=30)
BOT_PAGES, BOT_SECONDS = 30, 1
PAGES = ("page_view", "product_view")
VISITOR = ["shop_id", "visitor_id"]


def events(world: World) -> pl.DataFrame:
    """What has happened by `as_of`, in order, each event with its session_key."""
    if "events" not in world.memory:
        world.memory["events"] = _events(world)
    known: pl.DataFrame = world.memory["events"]
    return known


def _events(world: World) -> pl.DataFrame:
    parts = []
    for shop in world.shops:
        rows = shop.rows("events").with_columns(
            pl.col("event_at", "received_at").dt.replace_time_zone(None), shop_id=pl.lit(shop.shop_id)
        )
        now = pl.Series([shop.as_of * 1000], dtype=pl.Int64).cast(pl.Datetime("us"))[0]
        parts.append(rows.filter(pl.col("event_at") <= now))
    rows = pl.concat(parts).sort(*VISITOR, "event_at", "event_id")
    pause = pl.col("event_at") - pl.col("event_at").shift(1).over(VISITOR)
    key = pl.col("shop_id") + ":" + pl.col("event_id")
    return rows.with_columns(
        session_key=pl.when((pause > GAP).fill_null(True))
        .then(key)
        .forward_fill()  # each visitor begins with one
    )


def sessions(world: World) -> pl.DataFrame:
    """One row per session, of machines as well."""
    if "sessions" not in world.memory:
        world.memory["sessions"] = _sessions(world)
    known: pl.DataFrame = world.memory["sessions"]
    return known


def _sessions(world: World) -> pl.DataFrame:
    account = pl.col("customer_id").is_not_null()
    found = (
        events(world)
        .group_by("session_key", maintain_order=True)
        .agg(
            pl.col("shop_id", "visitor_id", "device", "country", "page_path", "referrer", "^utm_.*$").first(),
            started_at=pl.col("event_at").first(),
            ended_at=pl.col("event_at").last(),
            events=pl.len(),
            pages=pl.col("event_type").is_in(PAGES).sum(),
            declared=(pl.col("user_agent_class") == "bot").any(),
            customer_id=pl.col("customer_id").filter(account).last(),
            signed_in_at=pl.col("event_at").filter(account).first(),
            signed_in_received_at=pl.col("received_at").filter(account).min(),
        )
    )
    seconds = (pl.col("ended_at") - pl.col("started_at")).dt.total_microseconds() / 1_000_000
    found = found.with_columns(
        is_bot=pl.col("declared")
        | ((pl.col("pages") >= BOT_PAGES) & (seconds < BOT_SECONDS * pl.col("pages")))
    )
    dates = [
        found.filter(pl.col("shop_id") == shop.shop_id).select(
            "session_key",
            session_date=pl.col("started_at")
            .dt.replace_time_zone("UTC")
            .dt.convert_time_zone(shop.business.plan.timezone)
            .dt.date(),
        )
        for shop in world.shops
    ]
    return found.join(pl.concat(dates), on="session_key")


def placed_orders(world: World) -> pl.DataFrame:
    """Orders as the shops tell of them: order_key, shop_id, visitor_id, created_at, is_test."""
    parts = []
    for shop in world.shops:
        rows = shop.rows("orders").with_columns(pl.col("created_at").dt.replace_time_zone(None))
        now = pl.Series([shop.as_of * 1000], dtype=pl.Int64).cast(pl.Datetime("us"))[0]
        parts.append(
            rows.filter(pl.col("created_at") <= now).select(
                "visitor_id", "created_at", pl.col("is_test").fill_null(False),
                shop_id=pl.lit(shop.shop_id),
                order_key=shop.shop_id + ":" + pl.col("order_id"),
            )
        )  # fmt: skip
    return pl.concat(parts)


def order_sessions(world: World) -> pl.DataFrame:
    """order_key, session_key, created_at, is_test: of the first purchase event, else where its visitor was."""
    orders = placed_orders(world)
    told = (
        events(world)
        .filter(pl.col("event_type") == "purchase")
        .with_columns(order_key=pl.col("shop_id") + ":" + pl.col("order_id"))
        .sort("event_at", "event_id")
        .unique("order_key", keep="first", maintain_order=True)
        .select("order_key", "session_key", purchase_at="event_at")
    )
    visiting = (
        orders.filter(pl.col("visitor_id").is_not_null())
        .join(sessions(world).select(*VISITOR, "session_key", "started_at", "ended_at"), on=VISITOR)
        .filter(
            (pl.col("started_at") <= pl.col("created_at"))
            & (pl.col("created_at") <= pl.col("ended_at") + GAP)
        )
        .select("order_key", visited="session_key")
    )
    return (
        orders.join(told, on="order_key", how="left")
        .join(visiting, on="order_key", how="left")
        .with_columns(session_key=pl.coalesce("session_key", "visited"))
        .filter(pl.col("session_key").is_not_null())
        .drop("visited", "visitor_id")
    )
