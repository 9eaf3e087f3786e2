"""What counts in the sales of a day, by each of its clocks, for every shop and for all shops together."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl

from tests.truth.ads import ad_spend
from tests.truth.costs import KINDS
from tests.truth.marts.fct_order_costs import fct_order_costs
from tests.truth.marts.fct_orders import fct_orders
from tests.truth.marts.fct_refunds import fct_refunds
from tests.truth.world import World

COUNTS = (
    "orders", "orders_placed", "units", "units_with_cost", "closed_orders", "paid_orders", "cohort_refunded_orders",
    "fulfilled_orders", "refund_lines",
)  # fmt: skip
MONEY = (
    "gross_sales", "discounts", "discounts_seller", "discounts_platform", "discounts_creator", "shipping", "tax", "gmv",
    "shopify_net_sales", "jd_deal_amount", "closed_net_sales", "paid_amount", "gross_sales_by_paid_date",
    "cohort_refunded_amount", "refund_window_closed_amount", "gross_sales_by_fulfilled_date",
    "returns_by_refund_date", "refunded_amount", "refunded_before_shipment", "refunded_after_shipment",
    "quality_refunded_amount", "ad_spend", *KINDS,
)  # fmt: skip
_CELL = ("shop_id", "platform", "sales_channel", "reporting_rate")
_FLAGS = (
    "is_sale", "is_anonymous", "is_new", "is_new_365d", "is_new_anywhere", "is_new_365d_anywhere", "is_counted_refund",
    "is_before_shipment", "is_quality",
)  # fmt: skip


def facts(world: World) -> pl.DataFrame:
    """One row per fact and clock: `day`, COUNTS, MONEY, `cogs` and flags. Rows of all shops have the shop `all`."""
    parts = [*_of_orders(world), _refunds(world), _costs(world), _ads(world)]
    found = pl.concat(parts, how="diagonal").with_columns(
        pl.col(*COUNTS, *MONEY).fill_null(0), pl.col(*_FLAGS).fill_null(False)
    )
    return pl.concat([found, _of_all_shops(found)], how="diagonal") if len(world.shops) > 1 else found


def _of_orders(world: World) -> list[pl.DataFrame]:
    orders = fct_orders(world).join(world.today, on="shop_id")
    window = pl.duration(days=world.return_window_days)
    valid, one = pl.col("is_valid"), pl.lit(1)
    closed = valid & (pl.col("created_date") + window < pl.col("today"))
    person = "customer_key"
    figures = (
        "units", "units_with_cost", "gross_sales", "discounts", "discounts_seller", "discounts_platform",
        "discounts_creator", "shipping", "tax",
    )  # fmt: skip
    placed = orders.filter(~pl.col("is_test")).select(
        *_CELL, *figures, person, "cogs", "is_anonymous", "first_order_date", "first_order_date_anywhere",
        day="created_date", clock=pl.lit("placed"), is_sale="is_valid", is_new="is_first_order",
        is_new_365d="is_new_buyer_365d", is_new_365d_anywhere="is_new_buyer_365d_anywhere",
        is_new_anywhere=(pl.col("order_number_anywhere") == 1).fill_null(False),
        orders=valid.cast(pl.Int64), orders_placed=one, gmv="order_total",
        shopify_net_sales=pl.col("placed_gross_sales") - pl.col("placed_discounts"),
        closed_orders=closed.cast(pl.Int64), closed_net_sales=pl.when(closed).then("net_sales").otherwise(0),
    )  # fmt: skip
    settled = pl.col("paid_date") + window < pl.col("today")
    counted = orders.filter(valid)
    paid = counted.filter(pl.col("paid_date").is_not_null()).select(
        *_CELL, person, "paid_amount", day="paid_date", clock=pl.lit("paid"), paid_orders=one,
        gross_sales_by_paid_date="gross_sales", cohort_refunded_amount="refunded_amount",
        cohort_refunded_orders=(pl.col("refunded_amount") > 0).cast(pl.Int64),
        refund_window_closed_amount=pl.when(settled).then("paid_amount").otherwise(0),
    )  # fmt: skip
    deals = counted.filter(pl.col("deal_date").is_not_null()).select(
        *_CELL, day="deal_date", clock=pl.lit("deal"),
        jd_deal_amount=pl.col("gross_sales") - pl.col("discounts_seller") + pl.col("tax") + pl.col("shipping"),
    )  # fmt: skip
    sent = counted.filter(pl.col("fulfilled_date").is_not_null()).select(
        *_CELL, day="fulfilled_date", clock=pl.lit("fulfilled"), fulfilled_orders=one,
        gross_sales_by_fulfilled_date="gross_sales",
    )  # fmt: skip
    return [placed, paid, deals, sent]


def _refunds(world: World) -> pl.DataFrame:
    early, amount = pl.col("is_before_shipment").fill_null(False), pl.col("refunded_amount")
    return fct_refunds(world).filter(pl.col("status") == "success").select(
        *_CELL, "refund_id", "order_key", "refunded_amount", "is_quality", day="refunded_date",
        clock=pl.lit("refunded"), cogs="restocked_cogs", is_counted_refund="is_counted", is_before_shipment=early,
        refund_lines=pl.col("is_counted").cast(pl.Int64), returns_by_refund_date="returns",
        shipping=-pl.col("returned_shipping"), tax=-pl.col("returned_tax"),
        shopify_net_sales=-pl.col("merchandise_amount"),
        refunded_before_shipment=pl.when(early).then(amount).otherwise(0),
        refunded_after_shipment=pl.when(early).then(0).otherwise(amount),
        quality_refunded_amount=pl.when("is_quality").then(amount).otherwise(0),
    )  # fmt: skip


def _costs(world: World) -> pl.DataFrame:
    of_kind = {kind: pl.when(pl.col("cost_kind") == kind).then("cost").otherwise(0) for kind in KINDS}
    return fct_order_costs(world).filter("is_counted").select(
        *_CELL, day="incurred_date", clock=pl.lit("costs"), **of_kind
    )  # fmt: skip


def _ads(world: World) -> pl.DataFrame:
    return ad_spend(world).with_columns(day="date", clock=pl.lit("ads")).drop("date")


def _of_all_shops(found: pl.DataFrame) -> pl.DataFrame:
    rates = [int(Decimal(repr(rate)) * 10**10) for rate in found["reporting_rate"].to_list()]
    return found.with_columns(
        *(converted(found[name], rates) for name in (*MONEY, "cogs")),
        shop_id=pl.lit("all"),
        is_new="is_new_anywhere",
        is_new_365d="is_new_365d_anywhere",
        first_order_date="first_order_date_anywhere",
    )


def converted(amounts: pl.Series, rates: list[int]) -> pl.Series:
    """Amounts at rates in ten-thousand-millionths, rounded half away from zero; NULL stays NULL."""
    half, whole = 5 * 10**9, 10**10
    values = [
        None if amount is None else int(np.sign(amount)) * ((abs(amount) * rate + half) // whole)
        for amount, rate in zip(amounts.to_list(), rates, strict=True)
    ]
    return pl.Series(amounts.name, values, dtype=pl.Int64)
