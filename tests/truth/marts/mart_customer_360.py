"""mart_customer_360: all that is known of each person, put together from the other ledgers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from tests.truth.growth import ordered
from tests.truth.marts.dim_customers import dim_customers
from tests.truth.marts.dim_products import dim_products
from tests.truth.marts.fct_order_lines import fct_order_lines
from tests.truth.marts.fct_orders import fct_orders
from tests.truth.marts.fct_sessions import fct_sessions
from tests.truth.marts.mart_cohort_ltv import WINDOWS, mart_customer_ltv
from tests.truth.marts.mart_customer_rfm import mart_customer_rfm
from tests.truth.people import Identity, people
from tests.truth.rates import reporting
from tests.truth.registry import ledger
from tests.truth.reviews import told_reviews
from tests.truth.world import World

WINDOW = 28
KEY = "customer_key"


@ledger("mart_customer_360", KEY)
def mart_customer_360(world: World) -> pl.DataFrame:
    """One row per person of dim_customers."""
    found = dim_customers(world).drop("city", "last_order_date_anywhere", strict=False).rename(
        {"account_count": "accounts"}
    )  # fmt: skip
    rfm = mart_customer_rfm(world).drop("as_of_date")
    ltv = mart_customer_ltv(world).select(
        KEY, "first_shop_id", "orders_with_margin", "revenue_ltv", "ltv",
        *(f"is_window_{days}_closed" for days in WINDOWS), *(f"ltv_{days}" for days in WINDOWS),
        first_sales_channel="first_channel",
    )  # fmt: skip
    for more in (rfm, ltv, _bought(world), _visited(world), _asked(world), _said(world), _states(world)):
        found = found.join(more, on=KEY, how="left")
    first, order = pl.col("first_touch_at"), pl.col("first_order_at")
    days = (order.dt.date() - first.dt.date()).dt.total_days()
    counts = (
        "visitors", "devices", "shops", "sessions", "returned_orders", "returns_reporting", "tickets",
        "open_tickets", "csat_answers", "reviews", "negative_reviews",
    )  # fmt: skip
    return (
        found.with_columns(pl.col(counts).fill_null(0), pl.col("growth_state").fill_null("never"))
        .with_columns(
            last_seen_at=pl.max_horizontal("last_session_at", "last_order_at"),
            days_to_first_order=pl.when(first <= order).then(days),
            returned_order_rate=_share(pl.col("returned_orders"), pl.col("orders")),
            return_rate=_share(
                pl.col("returns_reporting"), pl.col("net_sales_reporting") + pl.col("returns_reporting")
            ),
        )
        .drop("last_session_at")
    )


def _share(top: pl.Expr, bottom: pl.Expr) -> pl.Expr:
    return pl.when(bottom != 0).then(top / bottom)


def _bought(world: World) -> pl.DataFrame:
    orders = fct_orders(world).filter(pl.col("is_valid") & ~pl.col("is_anonymous"))
    sums = orders.with_columns(returns_reporting=reporting("returns")).group_by(KEY).agg(
        pl.col("returns_reporting").sum(),
        shops=pl.col("shop_id").n_unique(),
        returned_orders=(pl.col("returns") > 0).sum(),
        gross_margin_reporting=pl.when(pl.col("gross_margin_reporting").is_not_null().any()).then(
            pl.col("gross_margin_reporting").sum()
        ),
    )  # fmt: skip
    channels = _most(orders.select(KEY, name="sales_channel", weight=1), "favourite_sales_channel")
    goods = (
        fct_order_lines(world)
        .filter(pl.col("units") > 0)
        .join(orders.select("order_key"), on="order_key")
        .join(dim_products(world).select("variant_key", "category"), on="variant_key")
        .filter(pl.col("category").is_not_null())
    )
    categories = _most(goods.select(KEY, name="category", weight="units"), "favourite_category")
    return sums.join(channels, on=KEY, how="left").join(categories, on=KEY, how="left")


def _most(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Of each person the name with the highest weight, of equals the first."""
    sums = rows.group_by(KEY, "name").agg(pl.col("weight").sum())
    first = sums.sort("weight", "name", descending=[True, False]).unique(KEY, maintain_order=True)
    return first.select(KEY, pl.col("name").alias(name))


def _visited(world: World) -> pl.DataFrame:
    theirs = fct_sessions(world).filter(pl.col(KEY).is_not_null()).sort("started_at", "session_key")
    channels = _most(theirs.select(KEY, name="channel", weight=1), "favourite_channel")
    return (
        theirs.group_by(KEY, maintain_order=True)
        .agg(
            visitors=(pl.col("shop_id") + ":" + pl.col("visitor_id")).n_unique(),
            devices=pl.col("device").n_unique(),
            sessions=pl.len(),
            first_touch_at=pl.col("started_at").first(),
            first_touch_channel=pl.col("channel").first(),
            first_touch_campaign=pl.col("campaign").first(),
            last_session_at=pl.col("ended_at").max(),
        )
        .join(channels, on=KEY)
    )


def _of_people(
    world: World, shop: str, accounts: Iterable[str | None], orders: Iterable[str | None]
) -> pl.Series:
    """The person of each account, else of the order."""
    known = people(world)
    buyers = dict(fct_orders(world).filter(~pl.col("is_anonymous")).select("order_key", KEY).iter_rows())
    found = []
    for account, order in zip(accounts, orders, strict=True):
        identity = Identity("account", f"{shop}:{account}") if account is not None else None
        if identity is not None and identity not in known.shared:
            found.append(known.key([identity]))
        else:
            found.append(buyers.get(f"{shop}:{order}"))
    return pl.Series(found, dtype=pl.String)


def _asked(world: World) -> pl.DataFrame:
    parts = []
    for shop in world.shops:
        now = pl.Series([shop.as_of * 1000], dtype=pl.Int64).cast(pl.Datetime("us"))[0]
        rows = shop.rows("tickets").with_columns(
            pl.col("opened_at", "resolved_at").dt.replace_time_zone(None)
        )
        rows = rows.filter(pl.col("opened_at") <= now)
        resolved = (pl.col("resolved_at") <= now).fill_null(False)
        parts.append(
            rows.select(
                "opened_at",
                is_open=~resolved,
                csat=pl.when(resolved).then(pl.col("csat").cast(pl.Float64)),
                customer_key=_of_people(world, shop.shop_id, rows["customer_id"], rows["order_id"]),
            )
        )
    return pl.concat(parts).filter(pl.col(KEY).is_not_null()).group_by(KEY).agg(
        tickets=pl.len(),
        open_tickets=pl.col("is_open").sum(),
        last_ticket_at=pl.col("opened_at").max(),
        csat_answers=pl.col("csat").is_not_null().sum(),
        csat=pl.col("csat").mean(),
    )  # fmt: skip


def _said(world: World) -> pl.DataFrame:
    parts = []
    for shop in world.shops:
        rows = told_reviews(world).filter(pl.col("shop_id") == shop.shop_id)
        named = dict(shop.rows("reviews").select("review_id", "customer_id").iter_rows())
        who = _of_people(world, shop.shop_id, (named[one] for one in rows["review_id"]), rows["order_id"])
        parts.append(rows.with_columns(customer_key=who))
    return pl.concat(parts).filter(pl.col(KEY).is_not_null()).group_by(KEY).agg(
        reviews=pl.len(),
        negative_reviews=pl.col("is_negative").sum(),
        rating=(pl.col("rating") / 10_000).mean(),
    )  # fmt: skip


def _states(world: World) -> pl.DataFrame:
    """By days since each order of a person, counted in its shop."""
    ages: dict[str, list[tuple[date, int]]] = {}
    for shop in world.shops:
        for person, days in ordered(world)[shop.shop_id].items():
            ages.setdefault(person, []).extend((day, (shop.today - day).days) for day in days)
    states = {}
    for person, known in ages.items():
        now = any(age < WINDOW for _, age in known)
        before = any(WINDOW <= age < 2 * WINDOW for _, age in known)
        if min(known)[1] < WINDOW:
            states[person] = "new"
        elif now:
            states[person] = "retained" if before else "resurrected"
        else:
            states[person] = "churned" if before else "dormant"
    return pl.DataFrame({KEY: list(states), "growth_state": list(states.values())})
