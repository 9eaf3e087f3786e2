"""The simulated shops' money: orders, payments, refunds, promotions and costs that add up to the cent."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from ingestion.demo.shop.plan import Plan
from tests.ingestion.demo_shops import NEW_YORK, SHANGHAI, business_of, end_of, left

BOTH = pytest.mark.parametrize("plan", [NEW_YORK, SHANGHAI], ids=["new_york", "shanghai"])


def summed(frame: pl.DataFrame, column: str = "amount", name: str | None = None) -> pl.DataFrame:
    return frame.group_by("order_id").agg(pl.col(column).sum().alias(name or column))


@BOTH
def test_every_order_adds_up_to_the_cent(plan: Plan) -> None:
    business = business_of(plan)
    lines = left(business, "order_lines").group_by("order_id").agg(
        (pl.col("quantity") * pl.col("unit_price")).sum().alias("goods"), pl.col("discount", "tax").sum()
    )  # fmt: skip
    orders = left(business, "orders").join(lines, on="order_id", how="left", validate="1:1")
    assert orders["goods"].null_count() == 0
    reckoned = pl.col("goods") - pl.col("discount_total") + pl.col("shipping_total") + pl.col("tax_total")
    assert orders.filter(reckoned != pl.col("total")).is_empty()
    assert orders.filter(pl.col("discount") != pl.col("discount_total")).is_empty()
    assert orders.filter(pl.col("tax") > pl.col("tax_total")).is_empty()
    money = ["discount_total", "shipping_total", "tax_total", "total"]
    assert orders.select(pl.min_horizontal(pl.col(money).min() >= 0)).item()


@BOTH
def test_promotions_of_an_order_are_its_discount(plan: Plan) -> None:
    business = business_of(plan)
    given = left(business, "order_promotions")
    orders = left(business, "orders").join(
        summed(given, name="off"), on="order_id", how="full", coalesce=True
    )
    assert orders.filter(pl.col("off").fill_null(0) != pl.col("discount_total")).is_empty()
    of_lines = given.filter(pl.col("order_line_id").is_not_null()).group_by("order_line_id")
    lines = left(business, "order_lines").join(of_lines.agg(pl.col("amount").sum()), on="order_line_id")
    assert lines.filter(pl.col("amount") > pl.col("discount")).is_empty()
    offers = left(business, "promotions")
    assert set(given["promotion_id"]) <= set(offers["promotion_id"])
    kinds = {"percent", "gift", "coupon", "points", "threshold"} | ({"amount"} if plan.is_chinese else set())
    assert set(offers["kind"]) == kinds
    payers = {"seller", "platform", "creator"} if plan.is_chinese else {"seller"}
    assert set(given["funded_by"]) == payers


@BOTH
def test_payments_less_refunds_are_totals_less_refunds(plan: Plan) -> None:
    business = business_of(plan)
    payments = left(business, "payments").filter(pl.col("status") == "success")
    refunds = left(business, "refunds").filter(pl.col("status") == "success")
    # The newest transactions have not all reached the shop's system.
    settled = pl.col("updated_at") < pl.lit(plan.end - timedelta(days=4)).cast(pl.Datetime("us", "UTC"))
    orders = left(business, "orders").filter(
        pl.col("paid_at").is_not_null() & (pl.col("total") > 0) & settled
    )
    every = (
        orders.join(
            summed(payments.filter(pl.col("kind").is_in(["sale", "capture"])), name="taken"),
            on="order_id",
            how="left",
        )
        .join(summed(payments.filter(pl.col("kind") == "refund"), name="given"), on="order_id", how="left")
        .join(summed(refunds, name="refunded"), on="order_id", how="left")
        .with_columns(pl.col("given", "refunded").fill_null(0))
    )
    assert every.height > 3000
    assert every.filter(pl.col("taken").is_null() | (pl.col("taken") != pl.col("total"))).is_empty()
    assert every.filter(pl.col("given") != pl.col("refunded")).is_empty()
    assert every.filter(pl.col("refunded") > pl.col("total")).is_empty()
    parts = pl.col("merchandise_amount") + pl.col("shipping_amount") + pl.col("tax_amount")
    assert refunds.filter(parts != pl.col("amount")).is_empty()


@BOTH
def test_statuses_tell_what_happened(plan: Plan) -> None:
    business = business_of(plan)
    orders, refunded = left(business, "orders"), pl.col("refunded").fill_null(0)
    back = left(business, "refunds").filter(pl.col("status") == "success")
    orders = orders.join(summed(back, name="refunded"), on="order_id", how="left")
    state, paid = pl.col("financial_status"), ["paid", "partially_refunded", "refunded"]
    assert orders.filter(state.is_in(paid) != pl.col("paid_at").is_not_null()).is_empty()
    whole = (refunded == pl.col("total")) & (pl.col("total") > 0)
    assert orders.filter((state == "refunded") != whole).is_empty()
    part = (refunded > 0) & (refunded < pl.col("total"))
    assert orders.filter((state == "partially_refunded") & ~part).is_empty()
    unpaid = orders.filter(pl.col("cancelled_at").is_not_null() & pl.col("paid_at").is_null())
    assert {"pending", "voided"} <= set(unpaid["financial_status"])
    for name in ("paid_at", "cancelled_at", "deposit_paid_at"):
        assert orders.filter(pl.col(name) < pl.col("created_at")).is_empty()


@BOTH
def test_refunds_come_when_they_can(plan: Plan) -> None:
    business = business_of(plan)
    refunds = left(business, "refunds")
    orders = left(business, "orders").select("order_id", "paid_at", "cancelled_at", "created_at")
    joined = refunds.join(orders, on="order_id")
    assert joined.height == refunds.height
    assert joined.filter(pl.col("requested_at") < pl.col("paid_at")).is_empty()
    assert joined.filter(pl.col("before_shipment") & pl.col("cancelled_at").is_null()).is_empty()
    weeks = (joined["refunded_at"] - joined["created_at"]).dt.total_days()
    assert weeks.quantile(0.9) > 21  # type: ignore[operator]
    assert set(refunds["status"]) == {"success", "pending", "failed"}
    assert set(refunds["kind"]) == {"refund_only", "return", "shipping"}
    assert refunds.filter(pl.col("kind") == "return")["restocked"].n_unique() == 2
    lines = left(business, "order_lines")
    of_lines = refunds.join(lines, on="order_line_id", suffix="_bought")
    assert of_lines.filter(pl.col("quantity") > pl.col("quantity_bought")).is_empty()
    value = pl.col("quantity_bought") * pl.col("unit_price") - pl.col("discount")
    assert 0 < of_lines.filter(pl.col("merchandise_amount") > value).height < 30


def test_a_pre_sale_has_a_deposit_and_is_paid_on_the_day() -> None:
    business = business_of(SHANGHAI)
    orders = left(business, "orders").filter(pl.col("deposit_paid_at").is_not_null())
    local = pl.col("paid_at").dt.convert_time_zone("Asia/Shanghai")
    days = orders.filter(pl.col("paid_at").is_not_null()).select(local.dt.strftime("%m-%d").alias("day"))
    assert set(days["day"]) == {"06-18", "11-11"}
    assert orders.filter(pl.col("deposit_paid_at") >= pl.col("paid_at")).is_empty()
    taken = left(business, "payments").filter(pl.col("kind") == "sale").group_by("order_id").len()
    paid = orders.join(taken, on="order_id").filter(pl.col("paid_at").is_not_null())
    assert set(paid["len"]) == {2}
    forfeited = orders.filter(pl.col("paid_at").is_null())
    assert 0.03 < forfeited.height / orders.height < 0.2
    assert set(forfeited["financial_status"]) == {"voided"}
    assert left(business_of(NEW_YORK), "orders")["deposit_paid_at"].null_count() == end_orders(NEW_YORK)


def end_orders(plan: Plan) -> int:
    return left(business_of(plan), "orders").height


def test_costs_belong_to_orders_or_to_live_sessions() -> None:
    business = business_of(SHANGHAI)
    costs, orders = left(business, "order_costs"), left(business, "orders")
    assert set(costs["kind"]) == {
        "commission", "creator", "slot", "freight", "return_freight", "insurance", "packaging",
    }  # fmt: skip
    none = costs.filter(pl.col("order_id").is_null())
    assert set(none["kind"]) == {"slot"}
    assert none["live_id"].null_count() == 0
    assert set(costs["order_id"].drop_nulls()) <= set(orders["order_id"])
    assert costs.filter(pl.col("amount") < 0)["kind"].unique().to_list() == ["commission"]
    late = costs.filter(pl.col("updated_at") - pl.col("incurred_at") > pl.duration(days=14))
    assert late.height > 500
    # Freight is said once: by the carrier's bill here, by the shipment in New York.
    assert left(business, "shipments")["cost"].null_count() == left(business, "shipments").height
    over_there = business_of(NEW_YORK)
    assert left(over_there, "shipments")["cost"].null_count() == 0
    assert "freight" not in set(left(over_there, "order_costs")["kind"])
    assert end_of(business) > 0
