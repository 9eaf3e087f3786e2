"""How much and how evenly each variant sells in the twelve full weeks before a week."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from math import sqrt
from typing import Any

import polars as pl

from tests.truth.taken import taken
from tests.truth.world import World

WEEKS, WEEK = 12, timedelta(days=7)


def classes(world: World) -> pl.DataFrame:
    """One row per variant that sold in those weeks, and the Monday after them."""
    today = dict(world.today.iter_rows())
    by_week: dict[tuple[str, str, date], list[int]] = defaultdict(lambda: [0, 0])
    for row in taken(world).iter_rows(named=True):
        sums = by_week[
            row["shop_id"], row["variant_key"], row["date"] - timedelta(days=row["date"].weekday())
        ]
        sums[0] += row["units"]
        sums[1] += row["sales"]
    groups: dict[tuple[str, date], dict[str, list[tuple[date, int, int]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for (shop, variant, week), (units, sales) in by_week.items():
        for number in range(1, WEEKS + 1):
            monday = week + number * WEEK
            if monday <= today[shop]:
                groups[shop, monday][variant].append((week, units, sales))
    rows = [row for (_, monday), sold in groups.items() for row in _of_a_week(monday, sold)]
    return pl.DataFrame(rows, infer_schema_length=None)


def _of_a_week(monday: date, sold: dict[str, list[tuple[date, int, int]]]) -> list[dict[str, Any]]:
    whole = {variant: sum(sales for _, _, sales in weeks) for variant, weeks in sold.items()}
    of_all = sum(max(sales, 0) for sales in whole.values())
    rows = []
    for variant, weeks in sold.items():
        observed = (monday - min(week for week, _, _ in weeks)).days // 7
        mean = sum(units for _, units, _ in weeks) / observed
        squares = sum((units - mean) ** 2 for _, units, _ in weeks) + (observed - len(weeks)) * mean**2
        variation = sqrt(squares / observed) / mean if observed >= 4 else None
        before = sum(max(sales, 0) for sales in whole.values() if sales > whole[variant])
        letter = "A" if before * 100 < of_all * 80 else "B" if before * 100 < of_all * 95 else "C"
        rows.append(
            {
                "variant_key": variant,
                "week_start": monday,
                "demand_variation": variation,
                "abc_class": letter if whole[variant] > 0 else "C",
                "xyz_class": None
                if variation is None
                else "X"
                if variation <= 0.5
                else "Y"
                if variation <= 1
                else "Z",
            }
        )
    return rows
