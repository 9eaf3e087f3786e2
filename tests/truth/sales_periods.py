"""The sales of every period and cell by themselves: sums, people, differences, means and rates."""

from __future__ import annotations

from itertools import product

import polars as pl

from tests.truth.costs import KINDS
from tests.truth.periods import TYPES, first_day, in_periods, last_day, ratio
from tests.truth.sales import COUNTS, MONEY, facts
from tests.truth.world import World

CELL = ["shop_id", "period_type", "date", "platform", "sales_channel"]
RATES = {
    "units_per_order": ("units", "orders"),
    "refund_rate_by_refund_date": ("refunded_amount", "paid_amount"),
    "refund_rate_by_refund_date_orders": ("refunded_orders", "paid_orders"),
    "refund_rate_before_shipment": ("refunded_before_shipment", "paid_amount"),
    "refund_rate_before_shipment_orders": ("refunded_orders_before_shipment", "paid_orders"),
    "refund_rate_after_shipment": ("refunded_after_shipment", "paid_amount"),
    "refund_rate_after_shipment_orders": ("refunded_orders_after_shipment", "paid_orders"),
    "quality_refund_rate": ("quality_refunded_amount", "paid_amount"),
    "quality_refund_rate_orders": ("quality_refunded_orders", "paid_orders"),
    "refund_rate_by_order_cohort": ("cohort_refunded_amount", "paid_amount"),
    "refund_rate_by_order_cohort_orders": ("cohort_refunded_orders", "paid_orders"),
    "refund_window_closed_share": ("refund_window_closed_amount", "paid_amount"),
    "spend_share": ("ad_spend", "paid_amount"),
}


def sales_periods(world: World) -> pl.DataFrame:
    """One row per period and cell in which anything counts by any clock. Test orders are nowhere."""
    every = pl.concat(
        [world.today, pl.DataFrame({"shop_id": ["all"], "today": [world.today["today"].max()]})]
    )
    found = in_periods(world, facts(world), TYPES, today=every)
    cells = []
    for platform, channel in product((False, True), repeat=2):
        rolled = found.with_columns(
            platform=pl.lit("all") if platform else pl.col("platform"),
            sales_channel=pl.lit("all") if channel else pl.col("sales_channel"),
        )
        # Advertising is no channel's of sale.
        cells.append(rolled.filter(pl.col("sales_channel").is_not_null()).group_by(CELL).agg(**_figures()))
    return _derived(_of_shops(world, pl.concat(cells)))


def _of_shops(world: World, cells: pl.DataFrame) -> pl.DataFrame:
    """With the currency, and whether the period is over: for all shops, in each of them."""
    about = pl.DataFrame(
        {
            "shop_id": [*(shop.shop_id for shop in world.shops), "all"],
            "currency": [*(shop.business.plan.currency for shop in world.shops), world.reporting_currency],
            "over": [*(shop.today for shop in world.shops), min(shop.today for shop in world.shops)],
        }
    )
    return (
        cells.join(about, on="shop_id")
        .with_columns(is_complete_period=last_day() < pl.col("over"))
        .drop("over")
    )


def _figures() -> dict[str, pl.Expr]:
    sale, back = pl.col("is_sale"), pl.col("is_counted_refund")
    paid, person, order = pl.col("clock") == "paid", pl.col("customer_key"), pl.col("order_key")
    early = back & pl.col("is_before_shipment")
    known = pl.col("cogs").is_not_null()
    returned = pl.col("clock") == "refunded"
    return {
        **{name: pl.col(name).sum() for name in (*COUNTS, *MONEY)},
        "buyers": person.filter(sale).n_unique(),
        "new_buyers": person.filter(sale & pl.col("is_new")).n_unique(),
        "new_buyers_365d": person.filter(sale & pl.col("is_new_365d")).n_unique(),
        "repeat_buyers": person.filter(sale & (pl.col("first_order_date") < first_day().first())).n_unique(),
        "anonymous_buyers": person.filter(sale & pl.col("is_anonymous")).n_unique(),
        "paying_buyers": person.filter(paid).n_unique(),
        "refunds": pl.col("refund_id").filter(back).n_unique(),
        "refunded_orders": order.filter(back).n_unique(),
        "refunded_orders_before_shipment": order.filter(early).n_unique(),
        "refunded_orders_after_shipment": order.filter(back & ~pl.col("is_before_shipment")).n_unique(),
        "quality_refunded_orders": order.filter(back & pl.col("is_quality")).n_unique(),
        # Nothing sold cost nothing; what was sold at costs that nobody knows is NULL.
        "cost_known": (sale & known).sum(),
        "cost_of_sales": pl.col("cogs").filter(sale).sum(),
        "cost_back_known": (returned & known).sum(),
        "cost_back": pl.col("cogs").filter(returned).sum(),
    }


def _derived(cells: pl.DataFrame) -> pl.DataFrame:
    sold = pl.when((pl.col("cost_known") > 0) | (pl.col("units") == 0)).then("cost_of_sales")
    back = pl.when((pl.col("cost_back_known") > 0) | (pl.col("refund_lines") == 0)).then("cost_back")
    kept = pl.col("gross_sales") - pl.col("discounts")
    settled = pl.when(pl.col("closed_orders") == pl.col("orders")).then("orders")
    return (
        cells.with_columns(
            ad_spend=pl.when(pl.col("sales_channel") == "all").then("ad_spend"),
            net_sales=pl.col("gross_sales") - pl.col("discounts_seller") - pl.col("returns_by_refund_date"),
            cogs=sold - back,
            aov=ratio(kept, pl.col("orders")),
            aov_net=ratio(pl.col("closed_net_sales"), settled),
            sales_per_buyer=ratio(pl.col("paid_amount"), pl.col("paying_buyers")),
            price_per_unit=ratio(kept, pl.col("units")),
        )
        .with_columns(
            **{name: ratio(pl.col(top), pl.col(bottom)) for name, (top, bottom) in RATES.items()},
            gross_margin=pl.col("net_sales") - pl.col("cogs"),
            total_sales=pl.col("net_sales") + pl.col("shipping") + pl.col("tax"),
        )
        .with_columns(contribution_margin=pl.col("gross_margin") - pl.sum_horizontal(*KINDS))
        .drop("cost_known", "cost_of_sales", "cost_back_known", "cost_back")
    )
