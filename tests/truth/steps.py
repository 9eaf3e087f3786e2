"""The steps of a purchase in each session, each after the one before it."""

from __future__ import annotations

import polars as pl

from tests.truth.browsing import events
from tests.truth.world import World

STEPS = {
    "product_view_at": "product_view",
    "cart_at": "add_to_cart",
    "checkout_at": "begin_checkout",
    "purchase_event_at": "purchase",
}


def steps(world: World) -> pl.DataFrame:
    """session_key and the instants of STEPS, NULL from the first that was not taken on; sessions with a first one."""
    if "steps" not in world.memory:
        acts = events(world).select("session_key", "event_at", "event_type").with_row_index("place")
        reached = acts.select("session_key").unique().with_columns(place=pl.lit(None, dtype=pl.UInt32))
        first = True
        for name, kind in STEPS.items():
            found = acts.filter(pl.col("event_type") == kind)
            if not first:
                found = found.join(
                    reached.select("session_key", before="place").drop_nulls(), on="session_key"
                ).filter(pl.col("place") > pl.col("before"))
            taken = found.group_by("session_key").agg(
                pl.col("place").min(), pl.col("event_at").min().alias(name)
            )
            reached = reached.drop("place").join(taken, on="session_key", how="left")
            first = False
        world.memory["steps"] = reached.drop("place").filter(pl.col("product_view_at").is_not_null())
    return world.memory["steps"]
