"""What people looked at and put into their carts, session by session."""

from __future__ import annotations

import polars as pl

from tests.truth.browsing import events, order_sessions, sessions
from tests.truth.marts.dim_products import dim_products
from tests.truth.world import World

COUNTED = {
    "impressions": "impression",
    "clicks": "click",
    "views": "product_view",
    "cart_adds": "add_to_cart",
}
VISITS = ("view_visits", "cart_visits", "order_visits")
SEEN = (*COUNTED, *VISITS)


def acts(world: World) -> pl.DataFrame:
    """Events of people's sessions, with the shop's date on which the session began."""
    people = sessions(world).filter(~pl.col("is_bot")).select("session_key", "session_date")
    return events(world).join(people, on="session_key", maintain_order="left")


def seen(world: World, item: str) -> pl.DataFrame:
    """SEEN of each shop, day and `item` (product_id or variant_key)."""
    happened = of_articles(
        world,
        acts(world)
        .filter(pl.col("event_type").is_in(list(COUNTED.values())))
        .rename({"product_id": "told_product"}),
    ).filter(pl.col(item).is_not_null())
    kind = pl.col("event_type")
    visits = happened.group_by("shop_id", "session_date", "session_key", item).agg(
        **{name: (kind == what).sum() for name, what in COUNTED.items()},
        viewed_at=pl.col("event_at").filter(kind == "product_view").min(),
        carted_at=pl.col("event_at").filter(kind == "add_to_cart").max(),
    )
    cart = (pl.col("carted_at") >= pl.col("viewed_at")).fill_null(False)
    return (
        visits.join(
            _ordered(world).select("session_key", item).unique().with_columns(is_ordered=True),
            on=["session_key", item],
            how="left",
        )
        .group_by("shop_id", "session_date", item)
        .agg(
            pl.col(*COUNTED).sum(),
            view_visits=pl.col("viewed_at").is_not_null().sum(),
            cart_visits=cart.sum(),
            order_visits=(cart & pl.col("is_ordered").fill_null(False)).sum(),
        )
        .rename({"session_date": "day"})
    )


def of_articles(world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """With variant_key and product_id: the catalogue's, else what the row itself tells (`told_product`)."""
    known = dim_products(world).select("variant_key", "product_id")
    key = pl.col("shop_id") + ":" + pl.col("variant_id")
    return (
        rows.with_columns(variant_key=key)
        .join(known, on="variant_key", how="left")
        .with_columns(product_id=pl.coalesce("product_id", "told_product", "variant_id"))
    )


def _ordered(world: World) -> pl.DataFrame:
    """Articles of the orders of each session."""
    lines = [
        shop.rows("order_lines").select(
            "variant_id",
            shop_id=pl.lit(shop.shop_id),
            order_key=shop.shop_id + ":" + pl.col("order_id"),
            told_product=pl.lit(None, dtype=pl.String),
        )
        for shop in world.shops
    ]
    found = pl.concat(lines).join(order_sessions(world).select("order_key", "session_key"), on="order_key")
    return of_articles(world, found)
