"""Who was active when: people by shop, and over all shops as `all`, by the local dates of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import polars as pl

from tests.truth.cohorts import ALL
from tests.truth.marts.fct_orders import fct_orders
from tests.truth.world import World

Days = Mapping[str, Mapping[str, frozenset[date]]]
"""By shop and person: the days on which they were active."""


def ordered(world: World) -> Days:
    """Days with a valid order of a known person."""
    orders = fct_orders(world).filter(pl.col("is_valid") & ~pl.col("is_anonymous"))
    found: dict[str, dict[str, set[date]]] = defaultdict(lambda: defaultdict(set))
    for shop, person, day in orders.select("shop_id", "customer_key", "created_date").iter_rows():
        for place in (shop, ALL):
            found[place][person].add(day)
    return {
        shop: {person: frozenset(days) for person, days in people.items()} for shop, people in found.items()
    }
