"""Buyers by when and where they first bought: in each shop, and over all shops as `all`, where money is converted."""

from __future__ import annotations

import polars as pl

from tests.truth.marts.fct_orders import fct_orders
from tests.truth.rates import reporting
from tests.truth.world import World

ALL = "all"
MONEY = ("net_sales", "returns", "gross_margin", "contribution_margin")
CONVERTED = ("net_sales", "gross_margin", "contribution_margin")
GROUP = ["shop_id", "first_channel"]


def bought(world: World) -> pl.DataFrame:
    """Valid orders of known people, each once for its shop and once for `all`, and of both once for channel `all`.

    first_channel, first_order_date and order_number are of the buyer there; days_since_first of the order.
    """
    orders = fct_orders(world).filter(pl.col("is_valid") & ~pl.col("is_anonymous"))
    orders = orders.with_columns(returns_reporting=reporting("returns"))
    within = orders.with_columns(order_number="customer_order_number")
    anywhere = orders.with_columns(
        *(pl.col(f"{name}_reporting").alias(name) for name in MONEY),
        shop_id=pl.lit(ALL),
        first_channel="first_channel_anywhere",
        first_order_date="first_order_date_anywhere",
        order_number="order_number_anywhere",
    )
    kept = [
        "shop_id", "customer_key", "created_date", "first_channel", "first_order_date", "order_number",
        *MONEY, *(f"{name}_reporting" for name in CONVERTED),
    ]  # fmt: skip
    found = pl.concat([within.select(kept), anywhere.select(kept)])
    return pl.concat([found, found.with_columns(first_channel=pl.lit(ALL))]).with_columns(
        days_since_first=(pl.col("created_date") - pl.col("first_order_date")).dt.total_days()
    )


def shops(world: World) -> pl.DataFrame:
    """shop_id, currency, and the dates that today is: of `all` the earliest and the latest of the shops'."""
    rows = [(shop.shop_id, shop.business.plan.currency, shop.today, shop.today) for shop in world.shops]
    days = [shop.today for shop in world.shops]
    rows.append((ALL, world.reporting_currency, min(days), max(days)))
    return pl.DataFrame(rows, schema=["shop_id", "currency", "first_date", "last_date"], orient="row")


def each(name: str) -> pl.Expr:
    """An amount of a cohort per buyer."""
    return pl.col(name).cast(pl.Float64) / pl.col("cohort_size")


def known(amount: pl.Expr, orders: pl.Expr) -> pl.Expr:
    """A sum, NULL where it is of no order."""
    return pl.when(orders > 0).then(amount)
