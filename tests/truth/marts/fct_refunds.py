"""fct_refunds: refunds in the state they have reached; the amounts of those that do not count are zero."""

from __future__ import annotations

import polars as pl

from tests.truth.ads import with_rates
from tests.truth.orders import orders
from tests.truth.refunds import refunds
from tests.truth.registry import ledger
from tests.truth.world import World

QUALITY = ("damaged", "faulty", "incomplete", "not_as_described", "wrong_item")
"""Reasons of the simulated shops that say the goods were not as they should be."""


@ledger("fct_refunds", "refund_key")
def fct_refunds(world: World) -> pl.DataFrame:
    """Refunds dated by `as_of`. The simulated shops name the order (and the line) of each."""
    counted, line = pl.when("is_counted"), ":" + pl.col("order_id") + "-" + pl.col("place").cast(pl.String)
    # A cost comes back only where it was counted: for sold goods that went back on the shelf.
    restocked = pl.col("is_counted") & pl.col("is_restocked") & pl.col("is_sale")
    on_test = orders(world).filter("is_test")["order_key"].implode()
    found = refunds(world).select(
        "order_key", "order_line_key", "variant_key", "customer_key", "shop_id", "refund_id", "order_id", "platform",
        "sales_channel", "kind", "reason", "status", "is_counted", "is_restocked", "is_before_shipment",
        "amount", "requested_at", "refunded_at", "refunded_date", "order_created_date",
        refund_key=pl.col("shop_id") + ":" + pl.col("refund_id") + pl.when("of_line").then(line).otherwise(pl.lit("")),
        quantity=pl.when("of_line").then("quantity").otherwise(0),
        order_match=pl.lit("given"),
        unmatched_quantity=pl.lit(0),
        refunded_amount=counted.then("amount").otherwise(0),
        returns=counted.then("goods").otherwise(0),
        returned_shipping=counted.then("shipping").otherwise(0),
        returned_tax=counted.then("tax").otherwise(0),
        restocked_cogs=pl.when(restocked).then(pl.col("quantity") * pl.col("unit_cost")).otherwise(0),
        is_quality=pl.col("reason").is_in(QUALITY),
        merchandise_amount=pl.when((pl.col("status") == "success") & ~pl.col("order_key").is_in(on_test))
        .then("goods").otherwise(0),
        reporting_rate=pl.lit(None, dtype=pl.Float64),
        rate_day=pl.coalesce("order_created_date", "refunded_date"),
    )  # fmt: skip
    return with_rates(found, world, "rate_day").drop("rate_day")
