"""When a shop sells: growth, seasons, weekdays, the hours of a day, all in the shop's local time.

`Clock` maps *trading time* (1.0 = an average day's trade) to instants. A purchase habit of "every 40 trading
days" then falls on busy days and evening hours by itself, a clock change included, and a Poisson process
becomes a sum of exponentials.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from ingestion.demo.shop.calendar import special_days
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Floats, Ints

NEVER = np.int64(2**62)
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

_WEEKDAYS = np.array([1.04, 1.00, 0.97, 0.99, 0.93, 0.97, 1.10])
_HOURS = np.array(
    [12, 7, 4, 3, 3, 5, 12, 22, 35, 46, 52, 54, 58, 55, 52, 52, 54, 58, 64, 74, 82, 76, 52, 28],
    dtype=np.float64,
)
_MONTHS = np.array([0.95, 0.90, 0.95, 0.97, 1.02, 0.95, 0.86, 0.86, 0.98, 1.02, 1.12, 1.28])
_MONTHS_ZH = np.array([0.93, 0.88, 1.0, 1.0, 1.03, 1.03, 0.93, 0.92, 1.0, 1.02, 1.08, 1.06])
_CLOCK_CHANGE = 16.0
_GROWTH_PER_YEAR = 0.22


def day_factors(plan: Plan, first: date, days: int) -> Floats:
    """Relative trade of each of `days` days from `first`; about 1 over a year, with a noisy ±8 %."""
    calendar = [first + timedelta(days=offset) for offset in range(days)]
    special: dict[date, float] = {}
    for year in range(calendar[0].year, calendar[-1].year + 1):
        special |= special_days(plan, year)
    months = _MONTHS_ZH if plan.is_chinese else _MONTHS
    ordinals = np.array([day.toordinal() for day in calendar], dtype=np.int64)
    factors = np.array(
        [_WEEKDAYS[day.weekday()] * _month_factor(day, months) * special.get(day, 1.0) for day in calendar]
    )
    return np.asarray(factors * np.exp(0.08 * plan.dice.normal("season/noise", ordinals)), dtype=np.float64)


def _month_factor(day: date, months: Floats) -> float:
    """Between the middles of two months the season moves in a straight line."""
    place = (day.month - 1) + (day.day - 15.5) / 30.4
    low = int(np.floor(place))
    share = place - low
    return float(months[low % 12] * (1 - share) + months[(low + 1) % 12] * share)


@dataclass(frozen=True)
class Clock:
    """Trading time and instants. `edges` (hours + 1, milliseconds) and `passed` (trading days at each edge)."""

    edges: Ints
    passed: Floats

    def instant(self, position: Floats) -> Ints:
        """Instants in milliseconds of trading times; NEVER where they lie beyond the simulated days."""
        hour = np.searchsorted(self.passed, position, side="right") - 1
        inside = (hour >= 0) & (hour < len(self.edges) - 1)
        hour = np.clip(hour, 0, len(self.edges) - 2)
        share = (position - self.passed[hour]) / (self.passed[hour + 1] - self.passed[hour])
        found = self.edges[hour] + np.floor(share * HOUR_MS).astype(np.int64)
        return np.where(inside, found, NEVER)


def clock(plan: Plan, *, growing: bool) -> Clock:
    """The shop's clock from `plan.start` to the end of the margin; `growing` adds the shop's own growth."""
    begin = plan.midnight(plan.start)
    hours = plan.days * 24
    edges = begin + np.arange(hours + 1, dtype=np.int64) * HOUR_MS
    origin = datetime.fromtimestamp(begin / 1000, tz=UTC)
    instants = pl.datetime_range(origin, origin + timedelta(hours=hours - 1), "1h", eager=True)
    local = instants.dt.convert_time_zone(plan.timezone)
    days = (local.dt.date().cast(pl.Int64) - (plan.start - date(1970, 1, 1)).days).to_numpy()
    factors = day_factors(plan, plan.start, plan.days + 1)
    if growing:
        factors = factors * (1.0 + _GROWTH_PER_YEAR * np.arange(plan.days + 1) / 365.0)
    hour = local.dt.hour().to_numpy()
    rate = factors[days] * (_HOURS / _HOURS.sum())[hour]
    # The nights in which the clocks change are busy, so that there are orders in the hours that matter.
    changes = np.bincount(days, minlength=plan.days + 1) != 24
    changes[plan.days - 1 :] = False
    rate = np.where(changes[days] & (hour < 4), rate * _CLOCK_CHANGE, rate)
    return Clock(edges=edges, passed=np.concatenate([[0.0], np.cumsum(rate)]))


def local_days(plan: Plan, instants: Ints) -> Ints:
    """The shop's local day of each instant, counted from `plan.start` (0)."""
    midnights = [plan.midnight(plan.start + timedelta(days=day)) for day in range(plan.days + 1)]
    return np.searchsorted(np.array(midnights, dtype=np.int64), instants, side="right") - 1
