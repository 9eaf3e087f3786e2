"""mart_live: what each live session and each creator's month showed, sold and cost."""

from __future__ import annotations

import polars as pl

from tests.truth.marts.fct_order_costs import fct_order_costs
from tests.truth.marts.fct_orders import fct_orders
from tests.truth.periods import ratio
from tests.truth.registry import ledger
from tests.truth.world import Seen, World

SUMS = (
    "units", "units_with_cost", "gross_sales", "net_sales", "paid_amount", "refunded_amount", "commission",
    "creator_fees", "gross_margin", "contribution_margin",
)  # fmt: skip
SHOWN = ("impressions", "viewers", "watch_seconds", "product_clicks")
KEY = ("shop_id", "period_type", "date", "live_id", "creator_id")


@ledger("mart_live", *KEY)
def mart_live(world: World) -> pl.DataFrame:
    """Rows of sessions, of creators' months, and of all in a month."""
    rooms = pl.concat(_sessions(shop) for shop in world.shops)
    facts = pl.concat([_orders(world, rooms), _bills(world, rooms)], how="diagonal")
    session = [pl.lit("session").alias("period_type"), pl.col("began").alias("date")]
    month = [pl.lit("month").alias("period_type"), pl.col("month").alias("date")]
    every = pl.lit("all").alias("creator_id")
    parts = []
    for cells in (
        session,
        [*month, pl.lit("all").alias("live_id")],
        [*month, pl.lit("all").alias("live_id"), every],
    ):
        rooms_in, facts_in = rooms.with_columns(cells), facts.with_columns(cells)
        if cells is session:
            facts_in = facts_in.filter(pl.col("live_id").is_not_null())
        shown = rooms_in.group_by(KEY).agg(**_streamed(cells is session))
        sold = facts_in.group_by(KEY).agg(**_sold())
        parts.append(shown.join(sold, on=KEY, how="full", coalesce=True))
    return _derived(world, pl.concat(parts, how="vertical_relaxed"))


def _sessions(shop: Seen) -> pl.DataFrame:
    """Sessions that have begun, with the shop's date."""
    at = pl.lit(shop.as_of * 1000).cast(pl.Datetime("us"))
    told = shop.rows("live_sessions").with_columns(
        pl.col("started_at", "ended_at").cast(pl.Datetime("us", "UTC")).dt.replace_time_zone(None)
    ).filter(pl.col("started_at") <= at)  # fmt: skip
    began = shop.dates(told["started_at"].dt.timestamp("ms").to_numpy())
    return told.select(
        "live_id", "account", "started_at", "ended_at", *(pl.col(name).cast(pl.Int64) for name in SHOWN),
        pl.col("creator_id").fill_null("none"),
        shop_id=pl.lit(shop.shop_id),
        began=began,
        month=began.dt.truncate("1mo"),
        claimed_paid_amount=(pl.col("paid_amount").cast(pl.Decimal(38, 4)) * 10_000).cast(pl.Int64),
        is_over=pl.col("ended_at") <= at,
    )  # fmt: skip


def _in_rooms(found: pl.DataFrame, rooms: pl.DataFrame, day: str) -> pl.DataFrame:
    """With the session's date, else their own, and the creator."""
    own = rooms.select("shop_id", "live_id", "began", host="creator_id", is_shown=pl.lit(True))
    return (
        found.join(own, on=["shop_id", "live_id"], how="left")
        .with_columns(
            began=pl.coalesce("began", day),
            creator_id=pl.coalesce("creator_id", "host", pl.lit("none")),
            is_shown=pl.col("is_shown").fill_null(False),
        )
        .with_columns(month=pl.col("began").dt.truncate("1mo"))
    )


def _orders(world: World, rooms: pl.DataFrame) -> pl.DataFrame:
    names = pl.concat(
        shop.rows("orders").select("live_id", "creator_id", order_key=shop.shop_id + ":" + pl.col("order_id"))
        for shop in world.shops
    ).filter(pl.col("live_id").is_not_null() | pl.col("creator_id").is_not_null())
    valid = fct_orders(world).filter("is_valid").join(names, on="order_key")
    return _in_rooms(valid, rooms, "created_date").with_columns(is_order=pl.lit(True))


def _bills(world: World, rooms: pl.DataFrame) -> pl.DataFrame:
    bills = fct_order_costs(world).filter(
        pl.col("order_key").is_null() & (pl.col("live_id").is_not_null() | pl.col("creator_id").is_not_null())
    )
    slot = pl.col("cost_kind") == "creator_fees"
    return _in_rooms(bills, rooms, "incurred_date").select(
        "shop_id", "live_id", "creator_id", "began", "month", "is_shown",
        is_order=pl.lit(False),
        slot_fees=pl.when(slot).then("cost").otherwise(0),
        other_fees=pl.when(slot).then(0).otherwise("cost"),
    )  # fmt: skip


def _streamed(is_session: bool) -> dict[str, pl.Expr]:
    about = ("account", "started_at", "ended_at", "is_over")
    seconds = (pl.col("ended_at") - pl.col("started_at")).dt.total_microseconds() / 1_000_000
    return {
        "sessions": pl.len().cast(pl.Int64),
        "seconds_live": seconds.sum(),
        "claimed_paid_amount": pl.col("claimed_paid_amount").sum(),
        **{name: pl.col(name).sum() for name in SHOWN},
        **{
            name: pl.col(name).first() if is_session else pl.col(name).filter(False).first() for name in about
        },
    }


def _sold() -> dict[str, pl.Expr]:
    person, order, shown = pl.col("customer_key"), pl.col("is_order"), pl.col("is_shown")
    kept = pl.col("paid_amount") - pl.col("refunded_amount")
    return {
        "orders": order.sum().cast(pl.Int64),
        "buyers": person.filter(order).n_unique().cast(pl.Int64),
        "known_buyers": person.filter(order & ~pl.col("is_anonymous")).n_unique().cast(pl.Int64),
        "new_buyers": person.filter(order & pl.col("is_first_order")).n_unique().cast(pl.Int64),
        "margins": (order & pl.col("gross_margin").is_not_null()).sum(),
        "shown_paid_amount": pl.col("paid_amount").filter(order & shown).sum(),
        "shown_paid_amount_after_refunds": kept.filter(order & shown).sum(),
        **{name: pl.col(name).filter(order).sum() for name in SUMS},
        "slot_fees": pl.col("slot_fees").sum(),
        "other_fees": pl.col("other_fees").sum(),
    }


def _derived(world: World, found: pl.DataFrame) -> pl.DataFrame:
    about = pl.DataFrame(
        {
            "shop_id": [shop.shop_id for shop in world.shops],
            "platform": [shop.platform for shop in world.shops],
            "currency": [shop.business.plan.currency for shop in world.shops],
        }
    )
    nothing = [name for name in _sold() if name != "margins"]
    known = (pl.col("orders") == 0) | (pl.col("margins") > 0)
    month_over = pl.col("date").dt.month_end() < pl.col("today")
    return (
        found.join(about, on="shop_id")
        .join(world.today, on="shop_id")
        .with_columns(pl.col("sessions", *nothing).fill_null(0))
        .with_columns(
            month=pl.col("date").dt.truncate("1mo"),
            is_complete_period=pl.when(pl.col("period_type") == "session")
            .then("is_over")
            .otherwise(month_over),
            gross_margin=pl.when(known).then("gross_margin"),
            contribution_margin=pl.when(known).then(
                pl.col("contribution_margin") - pl.col("slot_fees") - pl.col("other_fees")
            ),
            paid_amount_after_refunds=pl.col("paid_amount") - pl.col("refunded_amount"),
            new_buyer_share=ratio(pl.col("new_buyers"), pl.col("known_buyers")),
            refund_rate=ratio(pl.col("refunded_amount"), pl.col("paid_amount")),
            enter_rate=ratio(pl.col("viewers"), pl.col("impressions")),
            click_rate=ratio(pl.col("product_clicks"), pl.col("viewers")),
            seconds_per_viewer=ratio(pl.col("watch_seconds"), pl.col("viewers")),
            gpm=ratio(pl.col("shown_paid_amount") * 1000, pl.col("impressions")),
            gpm_after_refunds=ratio(pl.col("shown_paid_amount_after_refunds") * 1000, pl.col("impressions")),
            claimed_gpm=ratio(pl.col("claimed_paid_amount") * 1000, pl.col("impressions")),
        )
        .drop("margins", "is_over", "today")
    )
