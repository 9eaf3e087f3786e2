"""dim_locations: the shops' warehouses, of which all hold stock, send parcels and are delivered to."""

from __future__ import annotations

import polars as pl

from tests.truth.registry import ledger
from tests.truth.stock import stock
from tests.truth.world import World


@ledger("dim_locations", "location_key")
def dim_locations(world: World) -> pl.DataFrame:
    """One row per warehouse."""
    shelves = stock(world).join(world.today, left_on=["shop_id", "date"], right_on=["shop_id", "today"])
    sent = pl.concat(
        shop.rows("shipments").select("location_id", shop_id=pl.lit(shop.shop_id)).unique()
        for shop in world.shops
    ).with_columns(has_shipments=pl.lit(True))
    return (
        shelves.group_by("shop_id", "location_id")
        .agg(variants=pl.len())
        .join(sent, on=["shop_id", "location_id"], how="left")
        .with_columns(
            pl.col("has_shipments").fill_null(False),
            location_key=pl.col("shop_id") + ":" + pl.col("location_id"),
            is_named=pl.lit(True),
            has_stock=pl.lit(True),
        )
    )
