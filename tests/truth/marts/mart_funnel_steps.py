"""mart_funnel_steps: how far each visitor of a day comes within a window, step after step."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import numpy as np
import polars as pl

from tests.truth.order_visits import order_visits
from tests.truth.registry import ledger
from tests.truth.seen import acts
from tests.truth.steps import steps
from tests.truth.world import Seen, World, moments

WINDOWS = {"24h": timedelta(days=1), "7d": timedelta(days=7)}
NAMES = ("product_view", "cart", "checkout", "purchase")
Chain = tuple[datetime, ...]
"""When each step was reached, as far as it was."""
Instants = Mapping[str, list[datetime]]
"""By visitor, in order."""


@ledger("mart_funnel_steps", "shop_id", "date", "conversion_window", "step")
def mart_funnel_steps(world: World) -> pl.DataFrame:
    """One row per day of entry, window and step; both shops know their orders."""
    rows = [row for shop in world.shops for row in _of_shop(world, shop)]
    return pl.DataFrame(rows, infer_schema_length=None)


def _of_shop(world: World, shop: Seen) -> Iterable[dict[str, Any]]:
    after = _after(world, shop)
    as_of = moments(np.array([shop.as_of]))[0]
    of_days: dict[date, dict[str, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for visitor, day, at in _entries(world, shop):
        of_days[day][visitor].append(at)
    for day, visitors in of_days.items():
        last = max(at for entries in visitors.values() for at in entries)
        for name, window in WINDOWS.items():
            best = []
            for visitor, entries in visitors.items():
                chains = [
                    _chain(at, window, [kind.get(visitor, []) for kind in after]) for at in sorted(entries)
                ]
                best.append(max(chains, key=len))
            yield from _rows(
                {
                    "shop_id": shop.shop_id,
                    "platform": shop.platform,
                    "date": day,
                    "conversion_window": name,
                    "is_window_closed": day < shop.today and last + window <= as_of,
                },
                best,
            )


def _chain(entered: datetime, window: timedelta, after: list[list[datetime]]) -> Chain:
    reached = [entered]
    for instants in after:
        place = bisect_left(instants, reached[-1])
        if place == len(instants) or instants[place] > entered + window:
            break
        reached.append(instants[place])
    return tuple(reached)


def _rows(cell: dict[str, Any], chains: list[Chain]) -> Iterable[dict[str, Any]]:
    entered = previous = len(chains)
    for step, name in enumerate(NAMES, 1):
        there = [chain for chain in chains if len(chain) >= step]
        seconds = [(chain[step - 1] - chain[0]).total_seconds() for chain in there if step > 1]
        since = [(chain[step - 1] - chain[step - 2]).total_seconds() for chain in there if step > 1]
        yield {
            **cell,
            "step": step,
            "step_name": name,
            "entered_visitors": entered,
            "previous_visitors": previous,
            "visitors": len(there),
            "conversion_rate": len(there) / entered,
            "step_rate": len(there) / previous if previous else None,
            "median_seconds": float(median(seconds)) if seconds else None,
            "median_step_seconds": float(median(since)) if since else None,
        }
        previous = len(there)


def _entries(world: World, shop: Seen) -> Iterable[tuple[str, date, datetime]]:
    """The first view of an article in each session of a person."""
    people = (
        acts(world).filter(pl.col("shop_id") == shop.shop_id).select("session_key", "visitor_id").unique()
    )
    found = people.join(steps(world), on="session_key").select("visitor_id", "product_view_at")
    instants = found["product_view_at"].dt.epoch("ms").to_numpy()
    days = shop.dates(np.asarray(instants))
    return zip(found["visitor_id"], days, found["product_view_at"], strict=True)


def _after(world: World, shop: Seen) -> list[Instants]:
    """What people do after it: carts, checkouts, and orders."""
    done = acts(world).filter(pl.col("shop_id") == shop.shop_id)
    bought = order_visits(world).filter(
        (pl.col("shop_id") == shop.shop_id) & pl.col("session_key").is_not_null()
    )
    return [
        *(
            _by_visitor(done.filter(pl.col("event_type") == kind), "event_at")
            for kind in ("add_to_cart", "begin_checkout")
        ),
        _by_visitor(bought, "purchased_at"),
    ]


def _by_visitor(rows: pl.DataFrame, at: str) -> Instants:
    grouped = rows.group_by("visitor_id").agg(pl.col(at).sort())
    return dict(zip(grouped["visitor_id"], grouped[at].to_list(), strict=True))
