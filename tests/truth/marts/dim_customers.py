"""dim_customers: people, by account or by order."""

from __future__ import annotations

import polars as pl

from tests.truth.marts.fct_orders import fct_orders
from tests.truth.people import accounts, people
from tests.truth.registry import ledger
from tests.truth.world import World


@ledger("dim_customers", "customer_key")
def dim_customers(world: World) -> pl.DataFrame:
    """One row per person with an account or an order by `as_of`; who one person is, tests/truth/people.py says."""
    opened, orders = _accounts(world), fct_orders(world).filter(~pl.col("is_anonymous"))
    described = opened.group_by("customer_key").agg(
        account_count=pl.len(),
        registered_at=pl.col("created_at").min(),
        accepts_marketing=pl.col("accepts_marketing").any(),
        is_test=pl.col("is_test").any(),
    )
    homes = _last(opened, "created_at", "account_key").select(
        "customer_key", "country", "region", "city", home=True
    )
    destinations = _last(orders, "created_at", "order_key").select(
        "customer_key", sent_country="country", sent_region="region"
    )
    valid = pl.col("is_valid")
    bought = orders.group_by("customer_key").agg(
        orders=valid.sum(),
        first_order_at=pl.col("created_at").filter(valid).min(),
        last_order_at=pl.col("created_at").filter(valid).max(),
        first_order_date=pl.col("created_date").filter(valid).min(),
        last_order_date=pl.col("created_date").filter(valid).max(),
        gross_sales_reporting=pl.col("gross_sales_reporting").sum(),
        net_sales_reporting=pl.col("net_sales_reporting").sum(),
    )
    people = pl.concat([opened.select("customer_key"), orders.select("customer_key")]).unique()
    for more in (described, homes, destinations, bought):
        people = people.join(more, on="customer_key", how="left")
    return people.with_columns(
        country=pl.coalesce("country", "sent_country"),
        region=pl.when("home").then("region").otherwise("sent_region"),
        is_registered=pl.col("account_count").is_not_null(),
        is_test=pl.col("is_test").fill_null(False),
        identity_scope=pl.lit("all"),
    ).with_columns(pl.col("account_count", "orders", "gross_sales_reporting", "net_sales_reporting").fill_null(0)).drop(
        "home", "sent_country", "sent_region"
    )  # fmt: skip


def _accounts(world: World) -> pl.DataFrame:
    """Accounts that have been opened, each with its person."""
    parts = []
    for shop in world.shops:
        rows = shop.rows("customers")
        opened = rows["created_at"].dt.timestamp("ms").to_numpy() <= shop.as_of
        parts.append(
            rows.select(
                "country", "region", "city", "accepts_marketing", "is_test",
                pl.col("created_at").dt.replace_time_zone(None),
                account_key=shop.shop_id + ":" + pl.col("customer_id"),
                customer_key=pl.Series([people(world).key(one) for one in accounts(shop, rows)], dtype=pl.String),
            ).filter(pl.Series(opened))
        )  # fmt: skip
    return pl.concat(parts)


def _last(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Each person's last row that knows a country."""
    known = rows.filter(pl.col("country").is_not_null())
    return known.sort(*by).unique("customer_key", keep="last", maintain_order=True)
