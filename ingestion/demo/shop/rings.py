"""Brushing rings (刷单): runs of orders that nobody wants, placed to make an article look popular.

A run is an afternoon on which one ring places a dozen or two orders for one article, minutes apart, from fresh
accounts on a few shared devices and one address. Each order is paid, and reviewed with five stars soon after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.seasons import HOUR_MS

RINGS = 3
_PERIOD_DAYS = 28
_SMALLEST, _LARGEST = 10, 24


@dataclass(frozen=True)
class Brushers:
    """One entry per brushing account: when it orders, and in which run. Run r is the work of ring r modulo RINGS."""

    at: Ints
    run: Ints


def build_brushers(plan: Plan) -> Brushers:
    """All accounts of all runs of the simulated days; none outside China, and none in very small shops."""
    if not plan.is_chinese or plan.orders_per_day < 10:
        return Brushers(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    dice, runs = plan.dice, np.arange(plan.days // _PERIOD_DAYS + 1, dtype=np.int64)
    runs = runs[dice.chance(0.85, "ring/works", runs)]
    day = runs * _PERIOD_DAYS + dice.integers(2, _PERIOD_DAYS - 3, "ring/day", runs)
    midnight = np.array([plan.midnight(plan.start + timedelta(days=one)) for one in day.tolist()])
    begin = midnight + dice.integers(12 * 60, 17 * 60, "ring/begin", runs) * 60_000
    run, place = (
        grid.ravel() for grid in np.meshgrid(np.arange(len(runs)), np.arange(_LARGEST), indexing="ij")
    )
    size = dice.integers(_SMALLEST, _LARGEST, "ring/size", runs)
    gap = dice.integers(150, 420, "ring/gap", runs[run], place) * 1000
    after = np.cumsum(gap.reshape(len(runs), _LARGEST), axis=1).ravel()
    kept = (place < size[run]) & (after < 6 * HOUR_MS) & (day[run] < plan.days)
    return Brushers(at=(begin[run] + after)[kept], run=runs[run][kept])
