"""mart_growth_accounting: who came, stayed, came back and was lost, as sets of people period by period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl

from tests.truth.cohorts import shops
from tests.truth.growth import ordered
from tests.truth.registry import ledger
from tests.truth.world import World

DAY = timedelta(days=1)
WEEK, FOUR_WEEKS = 7, 28


@ledger("mart_growth_accounting", "shop_id", "period_type", "date")
def mart_growth_accounting(world: World) -> pl.DataFrame:
    """A period has a row where somebody was active in it or in the one before, a day also where MAU is not 0."""
    todays = {row["shop_id"]: row for row in shops(world).iter_rows(named=True)}
    rows: list[dict[str, Any]] = []
    for shop, people in ordered(world).items():
        first, last = todays[shop]["first_date"], todays[shop]["last_date"]
        earliest = min(min(days) for days in people.values())
        by_day: dict[date, set[str]] = {}
        for person, days in people.items():
            for day in days:
                by_day.setdefault(day, set()).add(person)
        for kind in ("day", "week", "month", "quarter"):
            seen: set[str] = set()
            before: set[str] = set()
            for start, end in _periods(kind, earliest, last):
                active = set().union(*(by_day.get(day, set()) for day in _days(start, end)))
                row = {
                    "shop_id": shop,
                    "period_type": kind,
                    "date": start,
                    "is_complete_period": end < first,
                    "active_before": len(before),
                    "new": len(active - seen),
                    "retained": len(active & before),
                    "resurrected": len(active & seen - before),
                    "churned": len(before - active),
                    "active": len(active),
                    "dau": None, "wau": None, "mau": None,
                }  # fmt: skip
                if kind == "day":
                    row["dau"] = len(active)
                    for name, long in (("wau", WEEK), ("mau", FOUR_WEEKS)):
                        window = (by_day.get(start - back * DAY, set()) for back in range(long))
                        row[name] = len(set().union(*window))
                if active or before or row["mau"]:
                    rows.append(row)
                seen |= active
                before = active
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(
        retention_rate=_share(pl.col("retained"), "active_before"),
        churn_rate=_share(pl.col("churned"), "active_before"),
        quick_ratio=_share(pl.col("new") + pl.col("resurrected"), "churned"),
        stickiness=_share(pl.col("dau"), "mau"),
    )


def _share(top: pl.Expr, bottom: str) -> pl.Expr:
    return pl.when(pl.col(bottom) > 0).then(top / pl.col(bottom))


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def _periods(kind: str, first: date, last: date) -> Iterator[tuple[date, date]]:
    """First and last days of the periods that begin by `last`, from that of `first` on."""
    start = {
        "day": first,
        "week": first - first.weekday() * DAY,
        "month": first.replace(day=1),
        "quarter": first.replace(month=(first.month - 1) // 3 * 3 + 1, day=1),
    }[kind]
    while start <= last:
        after = start + {"day": DAY, "week": 7 * DAY, "month": 31 * DAY, "quarter": 92 * DAY}[kind]
        if kind in ("month", "quarter"):
            after = after.replace(day=1)
        yield start, after - DAY
        start = after
