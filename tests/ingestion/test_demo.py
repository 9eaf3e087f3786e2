"""The simulated shop: same seed same bytes, a past that stays, money that adds up, shares that are believable."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from ingestion.contracts import load_contracts
from ingestion.demo.protection import HASH_NAMES, PERSONAL
from ingestion.demo.shop.business import Business, simulate
from ingestion.demo.shop.calendar import black_friday
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.tables import ENTITIES, columns_of, rows

YEAR = Plan(date(2025, 1, 1), date(2025, 12, 31))
MONTH = Plan(
    date(2025, 10, 20), date(2025, 11, 20), orders_per_day=12.0, timezone="Europe/London", currency="GBP"
)
KEYS = {one.entity: list(one.key) for one in load_contracts().values()}


@pytest.fixture(scope="module")
def year() -> Business:
    return simulate(YEAR)


@pytest.fixture(scope="module")
def month() -> Business:
    return simulate(MONTH)


def at_end(business: Business, entity: str) -> pl.DataFrame:
    return rows(business, entity, business.plan.after(business.plan.end))


def deliveries(business: Business, entity: str, every: int = 1) -> list[pl.DataFrame]:
    """What a load every `every` days brings, from the first day to the last."""
    plan = business.plan
    last = [
        plan.start + timedelta(days=offset) for offset in range(0, (plan.end - plan.start).days + 1, every)
    ]
    last = [*(day for day in last if day < plan.end), plan.end]
    after = [None, *(plan.after(day) for day in last[:-1])]
    return [
        rows(business, entity, plan.after(day))
        if start is None
        else rows(business, entity, plan.after(day), start)
        for day, start in zip(last, after, strict=True)
    ]


def newest(frames: list[pl.DataFrame], entity: str) -> pl.DataFrame:
    """One row per business key, that with the highest version."""
    key = KEYS[entity]
    return pl.concat(frames).sort("updated_at").unique(key, keep="last", maintain_order=True).sort(key)


@pytest.mark.parametrize("entity", ENTITIES)
def test_the_same_seed_gives_the_same_rows(entity: str, month: Business) -> None:
    assert at_end(simulate(MONTH), entity).equals(at_end(month, entity))
    assert not at_end(simulate(replace(MONTH, seed=8)), entity).equals(at_end(month, entity))


@pytest.mark.parametrize("entity", ENTITIES)
def test_a_longer_horizon_does_not_change_the_past(entity: str, year: Business) -> None:
    for end in (date(2025, 3, 30), date(2025, 11, 2)):  # the days after a clock change, too
        short = simulate(YEAR.until(end))
        assert at_end(short, entity).equals(rows(year, entity, YEAR.after(end)))


@pytest.mark.parametrize("entity", ENTITIES)
@pytest.mark.parametrize("every", [1, 9])
def test_day_by_day_and_at_once_leave_the_same_newest_rows(entity: str, every: int, month: Business) -> None:
    day_by_day = newest(deliveries(month, entity, every), entity)
    assert day_by_day.equals(at_end(month, entity).sort(KEYS[entity]))


@pytest.mark.parametrize("entity", ENTITIES)
def test_each_key_stands_once_and_no_version_goes_back(entity: str, month: Business) -> None:
    final = at_end(month, entity)
    assert final.height == final.select(KEYS[entity]).unique().height > 0
    every = pl.concat(deliveries(month, entity))
    assert every.height == every.select([*KEYS[entity], "updated_at"]).unique().height


def test_a_day_brings_a_day_s_worth(month: Business) -> None:
    days = deliveries(month, "orders")[1:]
    assert max(day.height for day in days) < at_end(month, "orders").height / 4
    start = [
        MONTH.midnight(MONTH.start + timedelta(days=offset)) * 1000 for offset in range(1, len(days) + 1)
    ]
    for day, first in zip(days, start, strict=True):
        assert day["updated_at"].dt.timestamp("us").min() >= first  # type: ignore[operator]


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_row_keeps_to_the_contract(entity: str, year: Business) -> None:
    contract = load_contracts()[entity]
    frame = at_end(year, entity)
    personal = PERSONAL.get(entity, {})
    given = [HASH_NAMES.get(name, name) for name in frame.columns if personal.get(name) != "drop"]
    assert set(given) - {"updated_at"} <= set(contract.columns)
    frame = frame.rename({name: HASH_NAMES[name] for name in frame.columns if name in HASH_NAMES})
    for name in contract.required:
        assert frame[name].null_count() == 0, name
    for name, column in contract.columns.items():
        if column.accepted and name in frame.columns:
            assert set(frame[name].unique()) <= set(column.accepted)
    assert columns_of(entity) == at_end(year, entity).columns


def test_every_order_adds_up_to_the_cent(year: Business) -> None:
    lines = at_end(year, "order_lines").group_by("order_id").agg(
        (pl.col("quantity") * pl.col("unit_price")).sum().alias("goods"), pl.col("discount", "tax").sum()
    )  # fmt: skip
    orders = at_end(year, "orders").join(lines, on="order_id", how="left", validate="1:1")
    assert orders["goods"].null_count() == 0
    reckoned = pl.col("goods") - pl.col("discount_total") + pl.col("shipping_total") + pl.col("tax_total")
    assert orders.filter(reckoned != pl.col("total")).is_empty()
    assert orders.filter(pl.col("discount") != pl.col("discount_total")).is_empty()
    assert orders.filter(pl.col("tax") > pl.col("tax_total")).is_empty()
    money = ["discount_total", "shipping_total", "tax_total", "total"]
    assert orders.select(pl.min_horizontal(pl.col(money).min() >= 0)).item()


def test_payments_less_refunds_are_totals_less_refunds(year: Business) -> None:
    payments = at_end(year, "payments").filter(pl.col("status") == "success")
    refunds = at_end(year, "refunds").filter(pl.col("status") == "success")
    taken = (
        payments.filter(pl.col("kind").is_in(["sale", "capture"]))
        .group_by("order_id")
        .agg(pl.col("amount").sum())
    )
    given = payments.filter(pl.col("kind") == "refund").group_by("order_id").agg(pl.col("amount").sum())
    back = refunds.group_by("order_id").agg(pl.col("amount").sum().alias("refunded"))
    orders = at_end(year, "orders").filter(pl.col("paid_at").is_not_null() & (pl.col("total") > 0))
    every = orders.join(taken, on="order_id", how="left").join(
        given, on="order_id", how="left", suffix="_back"
    )
    every = every.join(back, on="order_id", how="left").with_columns(
        pl.col("amount_back", "refunded").fill_null(0)
    )
    assert every.filter(pl.col("amount").is_null() | (pl.col("amount") != pl.col("total"))).is_empty()
    assert every.filter(pl.col("amount_back") != pl.col("refunded")).is_empty()
    assert every.filter(pl.col("refunded") > pl.col("total")).is_empty()
    parts = pl.col("merchandise_amount") + pl.col("shipping_amount") + pl.col("tax_amount")
    assert refunds.filter(parts != pl.col("amount")).is_empty()


def test_statuses_tell_what_happened(year: Business) -> None:
    orders = at_end(year, "orders")
    refunded = pl.col("refunded").fill_null(0)
    back = at_end(year, "refunds").filter(pl.col("status") == "success").group_by("order_id")
    orders = orders.join(back.agg(pl.col("amount").sum().alias("refunded")), on="order_id", how="left")
    state = pl.col("financial_status")
    paid = ["paid", "partially_refunded", "refunded"]
    assert orders.filter(state.is_in(paid) != pl.col("paid_at").is_not_null()).is_empty()
    assert orders.filter(
        (state == "refunded") != ((refunded == pl.col("total")) & (pl.col("total") > 0))
    ).is_empty()
    assert orders.filter(
        (state == "partially_refunded") & ((refunded == 0) | (refunded >= pl.col("total")))
    ).is_empty()
    unpaid_cancelled = orders.filter(pl.col("cancelled_at").is_not_null() & pl.col("paid_at").is_null())
    assert {"pending", "voided"} <= set(unpaid_cancelled["financial_status"])
    for name in ("paid_at", "cancelled_at"):
        assert orders.filter(pl.col(name) < pl.col("created_at")).is_empty()


def test_an_order_grows_up_over_days(month: Business) -> None:
    every = pl.concat(deliveries(month, "orders")).sort("order_id", "updated_at")
    lives = every.group_by("order_id", maintain_order=True).agg("financial_status", "fulfillment_status")
    seen = set(lives["financial_status"].map_elements(" ".join, return_dtype=pl.String))
    assert any(one.startswith("pending paid") for one in seen)
    assert any(one.endswith(("paid partially_refunded", "paid refunded")) for one in seen)


def test_what_a_shop_is_like(year: Business) -> None:
    orders, lines, refunds = (at_end(year, name) for name in ("orders", "order_lines", "refunds"))
    per_day = orders.height / 365
    assert 35 < per_day < 45
    buys = year.purchases.person[year.purchases.created_at < YEAR.after(YEAR.end)]
    counts = pl.Series(buys).value_counts()["count"]
    assert 0.18 < (counts > 1).mean() < 0.35  # type: ignore[operator]
    assert 0.08 < refunds["order_id"].n_unique() / orders.height < 0.16
    assert 0.25 < refunds.filter(pl.col("kind") == "return").height / refunds.height < 0.9
    assert 50 < float(orders["total"].mean()) < 160  # type: ignore[arg-type]
    shares = dict(orders["sales_channel"].value_counts(normalize=True).iter_rows())
    assert shares["web"] > shares["app"] > shares["marketplace"] > 0.08
    guests = orders.filter(pl.col("customer_id").is_null() & pl.col("email").is_not_null())
    assert 0.2 < guests.height / orders.height < 0.7
    assert 0 < orders["email"].null_count() < 0.03 * orders.height
    assert 0 < orders["is_test"].sum() < 0.02 * orders.height
    assert orders.filter(pl.col("total") == 0).height > 0
    assert set(lines["line_type"]) == {"merchandise", "fee", "price_difference", "sample"}
    assert lines["is_gift_card"].sum() > 0
    assert lines["is_giveaway"].sum() > 0


def test_guests_come_back_as_customers_with_the_same_email(year: Business) -> None:
    orders = at_end(year, "orders").with_columns(pl.col("email").str.strip_chars().str.to_lowercase())
    accounts = at_end(year, "customers").select("email", opened="created_at")
    before = orders.join(accounts, on="email").filter(pl.col("created_at") < pl.col("opened"))
    assert before["email"].n_unique() > 50
    assert before["customer_id"].null_count() == before.height
    assert accounts["email"].n_unique() == accounts.height


def test_seasons_and_hours(year: Business) -> None:
    local = at_end(year, "orders")["created_at"].dt.convert_time_zone(YEAR.timezone)
    by_day = local.dt.date().value_counts().sort("count", descending=True)
    assert black_friday(2025) == date(2025, 11, 28)
    assert by_day[0, 0] in {date(2025, 11, 28), date(2025, 12, 1)}
    by_hour = dict(local.dt.hour().value_counts().iter_rows())
    assert by_hour[20] > 5 * by_hour[4]


def test_only_articles_on_sale_are_sold(year: Business) -> None:
    lines = at_end(year, "order_lines").join(
        at_end(year, "orders").select("order_id", "created_at"), on="order_id"
    )
    sold = lines.join(at_end(year, "products"), on="variant_id", how="left")
    assert sold["product_id"].null_count() == 0
    assert sold.filter(pl.col("created_at") < pl.col("listed_at")).is_empty()
    assert sold.filter(pl.col("created_at") >= pl.col("delisted_at")).is_empty()
    assert at_end(year, "products").filter(pl.col("status") == "delisted").height > 0


def test_refunds_come_when_they_can(year: Business) -> None:
    refunds = at_end(year, "refunds")
    joined = refunds.join(
        at_end(year, "orders").select("order_id", "paid_at", "cancelled_at", "created_at"), on="order_id"
    )
    assert joined.filter(pl.col("requested_at") < pl.col("paid_at")).is_empty()
    assert joined.filter(pl.col("before_shipment") & pl.col("cancelled_at").is_null()).is_empty()
    weeks = (joined["refunded_at"] - joined["created_at"]).dt.total_days()
    assert weeks.quantile(0.9) > 28  # type: ignore[operator]
    assert set(refunds["status"]) == {"success", "pending", "failed"}
    assert set(refunds["kind"]) == {"refund_only", "return", "shipping"}
    assert refunds.filter(pl.col("kind") == "return")["restocked"].n_unique() == 2
    lines = at_end(year, "order_lines").select("order_line_id", bought="quantity")
    assert refunds.join(lines, on="order_line_id").filter(pl.col("quantity") > pl.col("bought")).is_empty()


def test_a_year_is_simulated_in_no_time() -> None:
    begun = time.process_time()
    business = simulate(YEAR)
    for entity in ENTITIES:
        at_end(business, entity)
    assert time.process_time() - begun < 3


def test_a_busy_shop_scales() -> None:
    plan = Plan(date(2025, 11, 1), date(2025, 12, 15), orders_per_day=3000.0)
    begun = time.process_time()
    business = simulate(plan)
    assert at_end(business, "orders").height > 60_000
    assert time.process_time() - begun < 20


def test_a_plan_says_what_is_wrong_with_it() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Plan(date(2025, 2, 1), date(2025, 1, 1))
    with pytest.raises(ValueError, match="orders_per_day"):
        Plan(date(2025, 1, 1), date(2025, 1, 1), orders_per_day=0)
