"""mart_bot_traffic: people and machines, by period."""

from __future__ import annotations

import polars as pl

from tests.truth.browsing import events, sessions
from tests.truth.periods import ratio
from tests.truth.registry import ledger
from tests.truth.world import World

KEY = ["shop_id", "period_type", "date", "traffic"]


@ledger("mart_bot_traffic", *KEY)
def mart_bot_traffic(world: World) -> pl.DataFrame:
    """Counted anew for each period and kind."""
    views = events(world).group_by("session_key").agg(page_views=(pl.col("event_type") == "page_view").sum())
    kind = pl.when("declared").then(pl.lit("declared")).when("is_bot").then(pl.lit("pace"))
    visits = (
        sessions(world)
        .join(views, on="session_key")
        .with_columns(traffic=kind.otherwise(pl.lit("people")), day="session_date")
        .join(world.today, on="shop_id")
    )
    visits = pl.concat([visits, visits.with_columns(traffic=pl.lit("all"))])
    month = pl.col("day").dt.truncate("1mo")
    last = pl.min_horizontal(month.dt.month_end(), "today")
    parts = [
        visits.with_columns(period_type=pl.lit(name), date=pl.col("day").dt.truncate(every))
        for name, every in (("day", "1d"), ("week", "1w"), ("month", "1mo"))
    ]
    parts.append(
        visits.with_columns(period_type=pl.lit("month_to_date"), date=pl.date_ranges("day", last)).explode(
            "date"
        )
    )
    counted = pl.concat(parts, how="diagonal").group_by(KEY).agg(
        sessions=pl.len(),
        events=pl.col("events").sum(),
        page_views=pl.col("page_views").sum(),
        visitors=pl.col("visitor_id").n_unique(),
        today=pl.col("today").first(),
    )  # fmt: skip
    whole = counted.filter(pl.col("traffic") == "all").select(
        *KEY[:3], all_sessions="sessions", all_events="events"
    )
    over = (
        pl.when(pl.col("period_type") == "week")
        .then(pl.col("date").dt.offset_by("6d"))
        .when(pl.col("period_type") == "month")
        .then(pl.col("date").dt.month_end())
        .otherwise("date")
    )
    platforms = {shop.shop_id: shop.platform for shop in world.shops}
    return (
        counted.join(whole, on=KEY[:3])
        .with_columns(
            platform=pl.col("shop_id").replace_strict(platforms),
            is_complete_period=over < pl.col("today"),
            session_share=ratio(pl.col("sessions"), pl.col("all_sessions")),
            event_share=ratio(pl.col("events"), pl.col("all_events")),
        )
        .drop("today")
    )
