"""Today so far in a world, and the days that it is compared with, up to the same time of day."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from tests.truth.world import World

DAYS = {"so_far": 0, "yesterday": 1, "last_week": 7}


def now(world: World) -> pl.DataFrame:
    """shop_id, platform, now: the time on each shop's clock at `as_of`, without a zone."""
    return pl.DataFrame(
        {
            "shop_id": [shop.shop_id for shop in world.shops],
            "platform": [shop.platform for shop in world.shops],
            "now": [shop.clock(np.array([shop.as_of]))[0] for shop in world.shops],
        }
    )


def until_now(world: World, facts: pl.DataFrame) -> pl.DataFrame:
    """Facts (shop_id, `at` in UTC) of the three days up to the time that it is now: with `which` of DAYS, `hour`."""
    parts = []
    for shop in world.shops:
        own = facts.filter(pl.col("shop_id") == shop.shop_id)
        local = shop.clock(own["at"].dt.timestamp("ms").to_numpy())
        clock = shop.clock(np.array([shop.as_of]))[0]
        for which, days in DAYS.items():
            end = clock - timedelta(days=days)
            is_in = (local.dt.date() == end.date()) & (local <= end)
            parts.append(own.with_columns(which=pl.lit(which), hour=local.dt.hour()).filter(is_in))
    return pl.concat(parts)
