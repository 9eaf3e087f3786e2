"""fct_refunds: refunds in the state they have reached; the amounts of those that do not count are zero."""

from __future__ import annotations

import polars as pl

from tests.truth.refunds import refunds
from tests.truth.registry import ledger
from tests.truth.world import World


@ledger("fct_refunds", "refund_key")
def fct_refunds(world: World) -> pl.DataFrame:
    """Refunds dated by `as_of`. The simulated shops name the order (and the line) of each."""
    counted, line = pl.when("is_counted"), ":" + pl.col("order_id") + "-" + pl.col("place").cast(pl.String)
    # A cost comes back only where it was counted: for sold goods that went back on the shelf.
    restocked = pl.col("is_counted") & pl.col("is_restocked") & pl.col("is_sale")
    return refunds(world).select(
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
    )  # fmt: skip
