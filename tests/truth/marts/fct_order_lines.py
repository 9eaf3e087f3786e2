"""fct_order_lines: lines that are no sales, and those of orders that do not count, stay with amounts of zero."""

from __future__ import annotations

import polars as pl

from tests.truth.lines import lines
from tests.truth.orders import orders
from tests.truth.payers import payers
from tests.truth.refunds import went_back
from tests.truth.registry import ledger
from tests.truth.world import World


@ledger("fct_order_lines", "order_line_key")
def fct_order_lines(world: World) -> pl.DataFrame:
    """Lines of orders placed by `as_of`."""
    if "fct_order_lines" in world.memory:
        return world.memory["fct_order_lines"]
    back = went_back(world).filter("of_line").group_by("order_line_key").agg(
        back=pl.col("quantity").sum(),
        restocked=pl.col("quantity").filter("is_restocked").sum(),
        returns=pl.col("goods").sum(),
    )  # fmt: skip
    of_orders = orders(world).select(
        "order_key", "customer_key", "platform", "sales_channel", "is_valid", "created_at", "created_date"
    )
    known = pl.col("unit_cost").is_not_null()
    counted = pl.when("is_counted")
    found = (
        lines(world)
        .join(of_orders, on="order_key")
        .join(back, on="order_line_key", how="left")
        .join(payers(world), on=["shop_id", "line"], how="left")
        .with_columns(is_counted=pl.col("is_valid") & pl.col("is_sale"))
        .with_columns(
            units=counted.then("quantity").otherwise(0),
            units_with_cost=pl.when(pl.col("is_counted") & known).then("quantity").otherwise(0),
            returned_units=counted.then(pl.col("back").fill_null(0)).otherwise(0),
            restocked_units=counted.then(pl.col("restocked").fill_null(0)).otherwise(0),
            gross_sales=counted.then("value").otherwise(0),
            discounts=counted.then("discount").otherwise(0),
            discounts_platform=counted.then(pl.col("discounts_platform").fill_null(0)).otherwise(0),
            discounts_creator=counted.then(pl.col("discounts_creator").fill_null(0)).otherwise(0),
            returns=counted.then(pl.col("returns").fill_null(0)).otherwise(0),
            cogs=counted.then(pl.col("quantity") * pl.col("unit_cost")),
        )
        .with_columns(
            discounts_seller=pl.col("discounts") - pl.col("discounts_platform") - pl.col("discounts_creator")
        )
        .with_columns(
            net_sales=pl.col("gross_sales") - pl.col("discounts_seller") - pl.col("returns"),
            restocked_cogs=counted.then(pl.col("restocked_units") * pl.col("unit_cost")),
        )
        .drop("line", "is_sale", "value", "discount", "is_valid", "back", "restocked", "product_id")
    )
    world.memory["fct_order_lines"] = found
    return found
