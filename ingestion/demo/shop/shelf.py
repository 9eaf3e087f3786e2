"""What is on sale on a day, and how likely each article is to be picked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.assortment import CATEGORIES
from ingestion.demo.shop.catalogue import Catalogue
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Bools, Floats, Ints
from ingestion.demo.shop.seasons import DAY_MS

FAVOURITE_SHARE = 0.45
"""Share of the picks that come from the buyer's favourite category; the others follow the season."""

# Rows by month, columns by category: presents and candles in December, pots in spring.
_SEASON = np.array(
    [
        [1.1, 1.0, 1.2, 1.1, 1.3, 0.3, 0.8],
        [1.0, 1.0, 1.1, 1.0, 1.0, 0.6, 0.8],
        [1.0, 1.0, 1.0, 1.0, 0.9, 1.5, 0.8],
        [0.9, 0.9, 1.0, 1.0, 0.8, 2.2, 0.9],
        [0.9, 0.9, 1.0, 1.0, 0.8, 2.4, 0.8],
        [0.9, 0.9, 0.9, 1.0, 0.8, 1.9, 0.8],
        [0.9, 0.8, 0.9, 0.9, 0.9, 1.4, 0.9],
        [0.9, 0.9, 1.0, 1.0, 1.4, 1.0, 0.9],
        [1.0, 1.0, 1.1, 1.2, 1.3, 0.7, 0.9],
        [1.0, 1.2, 1.1, 1.3, 1.0, 0.4, 1.0],
        [1.1, 1.4, 1.1, 1.3, 1.1, 0.2, 1.8],
        [1.2, 1.5, 0.9, 1.2, 1.3, 0.2, 2.4],
    ]
)
_LAUNCH_BOOST = 1.2
_LAUNCH_DAYS = 45.0


@dataclass(frozen=True)
class Shelf:
    """For each category its variants and the running sum of their weights by day, laid end to end for one search."""

    days: int
    variants: list[Ints]
    edges: list[Floats]

    def pick(self, category: Ints, day: Ints, draw: Floats) -> Ints:
        """A variant of each category that is on sale on each day; `draw` is uniform."""
        found = np.full(len(category), -1, dtype=np.int64)
        for number, (variants, edges) in enumerate(zip(self.variants, self.edges, strict=True)):
            rows = category == number
            place = np.searchsorted(edges, draw[rows] + day[rows]) - day[rows] * len(variants)
            found[rows] = variants[np.clip(place, 0, len(variants) - 1)]
        return found


def build_shelf(plan: Plan, catalogue: Catalogue) -> Shelf:
    """The shelf of every simulated day. A variant sells from the day after its listing."""
    midnight = plan.midnight(plan.start) + np.arange(plan.days, dtype=np.int64)[:, None] * DAY_MS
    variants: list[Ints] = []
    edges: list[Floats] = []
    for number in range(len(CATEGORIES)):
        members = np.flatnonzero(catalogue.category == number)
        age = (midnight - catalogue.listed_at[members]) / DAY_MS
        sold = on_sale(catalogue, members, midnight)
        boost = 1.0 + _LAUNCH_BOOST * np.exp(-np.maximum(age, 0) / _LAUNCH_DAYS)
        weight = np.where(sold, catalogue.popularity[members] * boost, 1e-12)
        running = np.cumsum(weight, axis=1)
        running /= running[:, -1:]
        variants.append(members)
        laid: Floats = (running + np.arange(plan.days, dtype=np.float64)[:, None]).ravel()
        edges.append(laid)
    return Shelf(days=plan.days, variants=variants, edges=edges)


def on_sale(catalogue: Catalogue, variant: Ints, midnight: Ints) -> Bools:
    """Is the variant listed all through the day (28 hours, to be safe) that begins at `midnight`?"""
    listed = catalogue.listed_at[variant] < midnight
    return np.asarray(listed & (catalogue.delisted_at[variant] > midnight + DAY_MS + 4 * 3_600_000))


def pick_categories(plan: Plan, favourite: Ints, month: Ints, *keys: Ints) -> Ints:
    """The buyer's favourite category or one by season; `month` is 0 to 11."""
    weight = np.array([one.weight for one in CATEGORIES]) * _SEASON
    edges = np.cumsum(weight, axis=1) / weight.sum(axis=1, keepdims=True)
    draw = plan.dice.uniform("pick/category", *keys)
    seasonal = np.minimum((draw[:, None] > edges[month]).sum(axis=1), len(CATEGORIES) - 1)
    loyal = plan.dice.chance(FAVOURITE_SHARE, "pick/favourite", *keys)
    return np.where(loyal, favourite, seasonal)
