"""mart_sales_daily: sales by the date of the order, payments by theirs, refunds by theirs; each cell and roll-up."""

from __future__ import annotations

from itertools import product

import polars as pl

from tests.truth.marts.fct_orders import fct_orders
from tests.truth.marts.fct_refunds import fct_refunds
from tests.truth.periods import TYPES, first_day, in_periods, is_complete, ratio
from tests.truth.registry import ledger
from tests.truth.world import World

CELL = ["shop_id", "period_type", "date", "platform", "sales_channel"]
SOLD = (
    "units", "units_with_cost", "gross_sales", "discounts", "discounts_seller", "discounts_platform",
    "discounts_creator", "shipping", "tax", "cogs",
)  # fmt: skip
BACK = ("returns", "returned_shipping", "returned_tax", "refunded_amount", "restocked_cogs")


@ledger("mart_sales_daily", *CELL)
def mart_sales_daily(world: World) -> pl.DataFrame:
    """One row per period and cell in which anything was placed, paid or given back. Test orders are nowhere."""
    facts = in_periods(world, _facts(world), TYPES)
    cells = []
    for platform, channel in product((False, True), repeat=2):
        rolled = facts.with_columns(
            platform=pl.lit("all") if platform else pl.col("platform"),
            sales_channel=pl.lit("all") if channel else pl.col("sales_channel"),
        )
        cells.append(rolled.group_by(CELL).agg(**_figures()))
    return _derived(is_complete(world, pl.concat(cells)))


def _facts(world: World) -> pl.DataFrame:
    cell = ["shop_id", "platform", "sales_channel", "customer_key"]
    orders = fct_orders(world)
    who = ["is_anonymous", "is_first_order", "first_order_date"]
    placed = orders.filter(~pl.col("is_test")).select(
        *cell,
        *who,
        *SOLD,
        is_sale="is_valid",
        amount="order_total",
        day="created_date",
        clock=pl.lit("placed"),
    )
    paid = orders.filter("is_valid").select(
        *cell, amount="paid_amount", day="paid_date", clock=pl.lit("paid")
    )
    back = fct_refunds(world).filter("is_counted").select(
        *cell, *BACK, "refund_id", day="refunded_date", clock=pl.lit("refunded")
    )  # fmt: skip
    return pl.concat([placed, paid, back], how="diagonal")


def _figures() -> dict[str, pl.Expr]:
    sale = pl.col("is_sale").fill_null(False)
    placed, paid, back = (pl.col("clock") == one for one in ("placed", "paid", "refunded"))
    person = pl.col("customer_key")
    sums = {name: pl.col(name).filter(sale).sum() for name in SOLD if name != "cogs"}
    sums |= {name: pl.col(name).filter(back).sum() for name in BACK if name != "restocked_cogs"}
    return {
        **sums,
        "orders": sale.sum(),
        "orders_placed": placed.sum(),
        "paid_orders": paid.sum(),
        "buyers": person.filter(sale).n_unique(),
        "new_buyers": person.filter(sale & pl.col("is_first_order")).n_unique(),
        "repeat_buyers": person.filter(sale & (pl.col("first_order_date") < first_day().first())).n_unique(),
        "anonymous_buyers": person.filter(sale & pl.col("is_anonymous")).n_unique(),
        "paying_buyers": person.filter(paid).n_unique(),
        "refunds": pl.col("refund_id").filter(back).n_unique(),
        "gmv": pl.col("amount").filter(placed).sum(),
        "paid_amount": pl.col("amount").filter(paid).sum(),
        # Nothing sold cost nothing; what was sold at costs that nobody knows is NULL.
        "cost_known": (sale & pl.col("cogs").is_not_null()).sum(),
        "cost_of_sales": pl.col("cogs").filter(sale).sum(),
        "refund_lines": back.sum(),
        "cost_back_known": (back & pl.col("restocked_cogs").is_not_null()).sum(),
        "cost_back": pl.col("restocked_cogs").filter(back).sum(),
    }


def _derived(cells: pl.DataFrame) -> pl.DataFrame:
    sold = pl.when((pl.col("cost_known") > 0) | (pl.col("units") == 0)).then("cost_of_sales")
    back = pl.when((pl.col("cost_back_known") > 0) | (pl.col("refund_lines") == 0)).then("cost_back")
    kept = pl.col("gross_sales") - pl.col("discounts")
    return (
        cells.with_columns(
            returns_by_refund_date="returns",
            shipping=pl.col("shipping") - pl.col("returned_shipping"),
            tax=pl.col("tax") - pl.col("returned_tax"),
            net_sales=pl.col("gross_sales") - pl.col("discounts_seller") - pl.col("returns"),
            cogs=sold - back,
            aov=ratio(kept, pl.col("orders")),
            sales_per_buyer=ratio(pl.col("paid_amount"), pl.col("paying_buyers")),
            units_per_order=ratio(pl.col("units"), pl.col("orders")),
            price_per_unit=ratio(kept, pl.col("units")),
            refund_rate_by_refund_date=ratio(pl.col("refunded_amount"), pl.col("paid_amount")),
        )
        .with_columns(
            gross_margin=pl.col("net_sales") - pl.col("cogs"),
            total_sales=pl.col("net_sales") + pl.col("shipping") + pl.col("tax"),
        )
        .drop(
            "returns", "returned_shipping", "returned_tax", "cost_known", "cost_of_sales", "refund_lines",
            "cost_back_known", "cost_back",
        )
    )  # fmt: skip
