"""fct_orders: what is no valid order sold nothing; only `order_total` says what was placed."""

from __future__ import annotations

import polars as pl

from tests.truth.orders import numbered, orders
from tests.truth.rates import rates, reporting
from tests.truth.refunds import went_back
from tests.truth.registry import ledger
from tests.truth.world import World

FIGURES = (
    "units", "units_with_cost", "returned_units", "gross_sales", "discounts", "returns", "shipping", "tax",
    "paid_amount", "refunded_amount", "gift_card_sales", "payment_fees",
)  # fmt: skip
AS_TOLD = ("currency", "financial_status", "fulfillment_status", "country", "region")


@ledger("fct_orders", "order_key")
def fct_orders(world: World) -> pl.DataFrame:
    """Orders placed by `as_of`, with what came back of them by then."""
    if "fct_orders" in world.memory:
        return world.memory["fct_orders"]
    back = went_back(world).group_by("order_key").agg(
        returns=pl.col("goods").sum(),
        returned_units=pl.col("quantity").filter(pl.col("is_sale")).sum(),
        refunded_amount=pl.col("amount").sum(),
    )  # fmt: skip
    found = (
        orders(world)
        .join(back, on="order_key", how="left")
        .join(numbered(world), on="order_key", how="left")
        .join(_as_told(world), on="order_key")
        .join(rates(world), on=["currency", "created_date"], how="left")
        .with_columns(
            pl.col("returns", "returned_units", "refunded_amount").fill_null(0), paid_amount="taken"
        )
        .with_columns(
            pl.when("is_valid").then(pl.col(*FIGURES)).otherwise(0).name.keep(),
            cogs=pl.when("is_valid").then("cogs"),
            order_total="total",
        )
        .with_columns(
            net_sales=pl.col("gross_sales") - pl.col("discounts") - pl.col("returns"),
            is_first_order=(pl.col("customer_order_number") == 1).fill_null(False),
            created_month=pl.col("created_date").dt.truncate("1mo"),
            cohort_month=pl.col("first_order_date").dt.truncate("1mo"),
        )
        .with_columns(
            gross_sales_reporting=reporting("gross_sales"),
            net_sales_reporting=reporting("net_sales"),
            reporting_rate=pl.col("reporting_rate").cast(pl.Float64),
        )
        .drop("of", "total", "taken")
    )
    world.memory["fct_orders"] = found
    return found


def _as_told(world: World) -> pl.DataFrame:
    return pl.concat(
        shop.rows("orders").select(
            *AS_TOLD,
            order_key=shop.shop_id + ":" + pl.col("order_id"),
            source_name=pl.lit(shop.source),
        )
        for shop in world.shops
    )
