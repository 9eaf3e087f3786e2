"""Are the simulated shops believable? Shares, habits, seasons, and what only one of them has."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from ingestion.demo.shop.calendar import black_friday
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.records import FIRST_ORDER
from tests.ingestion.demo_shops import NEW_YORK, SHANGHAI, business_of, left

BOTH = pytest.mark.parametrize("plan", [NEW_YORK, SHANGHAI], ids=["new_york", "shanghai"])


def share(expression: pl.Expr, frame: pl.DataFrame) -> float:
    return float(frame.select(expression.mean()).item())


@BOTH
def test_what_a_shop_is_like(plan: Plan) -> None:
    business = business_of(plan)
    orders, lines, refunds = (left(business, name) for name in ("orders", "order_lines", "refunds"))
    assert 13 < orders.height / 365 < 19
    real = ~business.purchases.brushed & (business.purchases.created_at < plan.after(plan.end))
    counts = np.unique(business.purchases.person[real], return_counts=True)[1]
    assert 0.18 < (counts > 1).mean() < 0.36
    assert 0.08 < refunds["order_id"].n_unique() / orders.height < 0.17
    assert 0.25 < share(pl.col("kind") == "return", refunds) < 0.9
    mean = float(orders["total"].mean()) / plan.market.price_level  # type: ignore[arg-type]
    assert 50 < mean < 160
    assert 0 < share(pl.col("is_test"), orders) < 0.02
    assert orders.filter(pl.col("total") == 0).height > 0
    assert set(lines["line_type"]) == {"merchandise", "fee", "price_difference", "sample"}
    assert lines["is_gift_card"].sum() > 0
    assert lines["is_giveaway"].sum() > 0
    guests = orders.filter(pl.col("customer_id").is_null() & pl.col("email").is_not_null())
    assert 0.2 < guests.height / orders.height < 0.7
    assert 0 < orders["email"].null_count() < 0.04 * orders.height


@BOTH
def test_margins_are_those_of_a_healthy_shop(plan: Plan) -> None:
    business = business_of(plan)
    lines, cost = left(business, "order_lines"), left(business, "unit_costs").sort("valid_from")
    orders = left(business, "orders").filter(pl.col("paid_at").is_not_null() & ~pl.col("is_test"))
    sold = lines.join(orders.select("order_id", "created_at"), on="order_id").sort("created_at")
    sold = sold.filter((pl.col("line_type") == "merchandise") & ~pl.col("is_gift_card"))
    sold = sold.join_asof(
        cost.select("variant_id", "valid_from", "unit_cost"), left_on="created_at", right_on="valid_from",
        by="variant_id", check_sortedness=False,
    )  # fmt: skip
    net = (pl.col("quantity") * pl.col("unit_price") - pl.col("discount")).sum()
    spent = (pl.col("quantity") * pl.col("unit_cost")).sum()
    margin, off = sold.select(
        margin=1 - spent / net,
        off=pl.col("discount").sum() / (pl.col("quantity") * pl.col("unit_price")).sum(),
    ).row(0)
    assert 0.40 < float(margin) < 0.65
    assert 0.02 < float(off) < 0.15


@BOTH
def test_returns_differ_by_category(plan: Plan) -> None:
    business = business_of(plan)
    lines = left(business, "order_lines").join(
        left(business, "products").select("variant_id", "category"), on="variant_id"
    )
    back = left(business, "refunds").filter(pl.col("kind") == "return")["order_line_id"].unique().to_list()
    rates = dict(lines.group_by("category").agg(pl.col("order_line_id").is_in(back).mean()).iter_rows())
    clothing, stationery = ("服饰", "文具") if plan.is_chinese else ("Clothing", "Stationery")
    assert rates[clothing] > 2 * rates[stationery]


@BOTH
def test_guests_come_back_as_customers_with_the_same_email(plan: Plan) -> None:
    business = business_of(plan)
    orders = left(business, "orders").with_columns(pl.col("email").str.strip_chars().str.to_lowercase())
    accounts = left(business, "customers").select("email", opened="created_at")
    before = orders.join(accounts, on="email").filter(pl.col("created_at") < pl.col("opened"))
    assert before["email"].n_unique() > 30
    assert before["customer_id"].null_count() == before.height
    assert accounts["email"].n_unique() == accounts.height


def test_some_people_buy_in_both_shops_and_others_share_no_email() -> None:
    here, there = (left(business_of(plan), "customers")["email"] for plan in (SHANGHAI, NEW_YORK))
    common = set(here) & set(there)
    assert 10 < len(common) < 0.1 * len(here)
    assert all(".w" in one for one in common)
    masked = [
        set(left(business_of(plan), "orders")["email"].drop_nulls().str.strip_chars().str.to_lowercase())
        for plan in (SHANGHAI, NEW_YORK)
    ]
    assert all(".w" in one for one in masked[0] & masked[1])


@BOTH
def test_addresses_and_devices_are_shared_as_in_life(plan: Plan) -> None:
    orders = left(business_of(plan), "orders")
    addresses = orders["shipping_address"].value_counts(sort=True)
    assert addresses["count"][0] > 0.008 * orders.height  # the office
    people = orders.group_by("shipping_address").agg(pl.col("email").n_unique())
    assert 0.02 < share(pl.col("email") > 1, people) < 0.2
    marketplace = pl.col("sales_channel") == "marketplace"
    assert orders.filter(marketplace != pl.col("device_id").is_null()).is_empty()
    devices = orders.filter(pl.col("customer_id").is_not_null()).group_by("customer_id")
    assert 0.02 < share(pl.col("device_id") > 1, devices.agg(pl.col("device_id").n_unique())) < 0.5


def test_seasons_and_hours() -> None:
    local = left(business_of(NEW_YORK), "orders")["created_at"].dt.convert_time_zone(NEW_YORK.timezone)
    by_day = local.dt.date().value_counts().sort("count", descending=True)
    assert black_friday(2025) == date(2025, 11, 28)
    assert by_day[0, 0] in {date(2025, 11, 28), date(2025, 12, 1)}
    by_hour = dict(local.dt.hour().value_counts().iter_rows())
    assert by_hour[20] > 5 * by_hour[4]
    nights = local.filter(local.dt.hour() < 4).dt.date().value_counts()
    changes = dict(
        nights.filter(pl.col("created_at").is_in([date(2025, 3, 9), date(2025, 11, 2)])).iter_rows()
    )
    assert min(changes.values()) > 2
    assert len(changes) == 2


def test_shanghai_has_its_own_festivals_channels_and_words() -> None:
    business = business_of(SHANGHAI)
    orders = left(business, "orders")
    days = orders["created_at"].dt.convert_time_zone(SHANGHAI.timezone).dt.date().value_counts(sort=True)
    assert set(days["created_at"][:2]) == {date(2025, 11, 11), date(2025, 6, 18)}
    shares = dict(orders["sales_channel"].value_counts(normalize=True).iter_rows())
    assert set(shares) == {"web", "app", "marketplace", "live"}
    assert min(shares.values()) > 0.08
    live = orders.filter(pl.col("sales_channel") == "live")
    assert live["live_id"].null_count() == 0
    assert 0.05 < 1 - live["creator_id"].null_count() / live.height < 0.6
    assert (
        orders.filter(pl.col("sales_channel") != "live")["live_id"].null_count()
        == orders.height - live.height
    )
    titles = left(business, "products")["title"].str.contains(r"\p{Han}")
    assert titles.all()
    assert left(business, "customers")["region"].str.contains(r"\p{Han}").all()
    assert not left(business_of(NEW_YORK), "products")["title"].str.contains(r"\p{Han}").any()


def test_rings_brush_orders_and_nobody_else_does() -> None:
    business = business_of(SHANGHAI)
    brushed = business.purchases.brushed
    assert 0.005 < brushed.mean() < 0.06
    orders = left(business, "orders")
    numbers = (np.flatnonzero(brushed) + FIRST_ORDER).tolist()
    fake = orders.filter(pl.col("order_id").cast(pl.Int64).is_in(numbers))
    assert fake["device_id"].n_unique() <= 6
    assert fake["shipping_address"].n_unique() <= 3
    assert fake["discount_total"].sum() == 0
    reviews = left(business, "reviews").join(fake, on="order_id", suffix="_order")
    assert reviews.height > 0.5 * fake.height
    assert set(reviews["rating"]) == {5}
    assert (reviews["created_at"] - reviews["created_at_order"]).dt.total_hours().max() < 48  # type: ignore[operator]
    assert not business_of(NEW_YORK).purchases.brushed.any()


def test_only_articles_on_sale_are_sold() -> None:
    for plan in (NEW_YORK, SHANGHAI):
        business = business_of(plan)
        lines = left(business, "order_lines").join(
            left(business, "orders").select("order_id", "created_at"), on="order_id"
        )
        sold = lines.join(left(business, "products"), on="variant_id", how="left")
        assert sold["product_id"].null_count() == 0
        assert sold.filter(pl.col("created_at") < pl.col("listed_at")).is_empty()
        assert sold.filter(pl.col("created_at") >= pl.col("delisted_at")).is_empty()
        assert left(business, "products").filter(pl.col("status") == "delisted").height > 0
