"""In which session of a person each valid order was placed, if in any."""

from __future__ import annotations

import polars as pl

from tests.truth.browsing import order_sessions, sessions
from tests.truth.marts.fct_orders import fct_orders
from tests.truth.world import World


def order_visits(world: World) -> pl.DataFrame:
    """order_key, shop_id, customer_key, created_date, purchased_at of valid orders; session_key, visitor_id."""
    people = sessions(world).filter(~pl.col("is_bot")).select("session_key", "visitor_id")
    links = (
        order_sessions(world)
        .join(people, on="session_key")
        .select("order_key", "session_key", "visitor_id", "purchase_at")
    )
    return (
        fct_orders(world)
        .filter("is_valid")
        .select("order_key", "shop_id", "customer_key", "created_date", "created_at")
        .join(links, on="order_key", how="left")
        .with_columns(purchased_at=pl.max_horizontal("created_at", "purchase_at"))
        .drop("created_at", "purchase_at")
    )
