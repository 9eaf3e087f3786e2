"""fct_order_costs: what selling cost, each with the shop's date; what test orders cost was never spent."""

from __future__ import annotations

import polars as pl

from tests.truth.ads import with_rates
from tests.truth.costs import selling_costs
from tests.truth.marts.fct_orders import fct_orders
from tests.truth.registry import ledger
from tests.truth.world import World


@ledger("fct_order_costs", "cost_key")
def fct_order_costs(world: World) -> pl.DataFrame:
    """Costs incurred by `as_of`. Costs of orders that have not become known count: the money is gone."""
    if "fct_order_costs" in world.memory:
        return world.memory["fct_order_costs"]
    of_orders = fct_orders(world).select(
        "reporting_rate",
        "order_key",
        "platform",
        "sales_channel",
        "is_test",
        "is_valid",
        order_created_date="created_date",
    )
    own = pl.DataFrame(
        {"shop_id": [one.shop_id for one in world.shops], "own": [one.platform for one in world.shops]}
    )
    dated = pl.concat(
        part.with_columns(
            incurred_date=shop.dates(part["incurred_at"].dt.timestamp("ms").to_numpy())
        )
        for shop in world.shops
        for part in [selling_costs(world).filter(pl.col("shop_id") == shop.shop_id)]
    )  # fmt: skip
    found = (
        dated.join(of_orders, on="order_key", how="left")
        .join(own, on="shop_id")
        .with_columns(
            platform=pl.coalesce("platform", "own"),
            sales_channel=pl.col("sales_channel").fill_null("unknown"),
            is_counted=~pl.col("is_test").fill_null(False),
            is_of_valid_order=pl.col("is_valid").fill_null(False),
        )
        .with_columns(cost=pl.when("is_counted").then("amount").otherwise(0))
        .pipe(with_rates, world, "incurred_date")
        .drop("own", "is_test", "is_valid")
    )
    world.memory["fct_order_costs"] = found
    return found
