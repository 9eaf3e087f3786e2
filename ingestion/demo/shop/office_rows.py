"""Rows of what the office keeps: scores that platforms give, targets, exchange rates."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.frames import instants
from ingestion.demo.shop.inventory import midnights
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Dice, Ints
from ingestion.demo.shop.seasons import DAY_MS, HOUR_MS, day_factors

SCORES = {
    "zh": (("描述相符", 4.82, 0.03, 4.76), ("服务态度", 4.79, 0.04, 4.74), ("物流服务", 4.77, 0.06, 4.75),
           ("体验分", 86.0, 3.0, 80.0)),
    "en": (("trust_score", 4.4, 0.12, 4.2),),
}  # fmt: skip
"""By language: name, level, how far it moves, level of comparable shops. The last column is what the platform says."""
_ORDER_VALUE = {"zh": 480.0, "en": 92.0}
_OLDEST_RATE = 10
"""Days of rates before the shop opens."""


def score_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Scores given in [after, until): each day's on the next morning, in the West each Sunday's only."""
    plan = business.plan
    starts = midnights(plan, plan.days + 1)
    given = starts[1:] + 9 * HOUR_MS
    days = np.flatnonzero((given < until) & (given >= after))
    if not plan.is_chinese:
        days = days[(plan.start.weekday() + days) % 7 == 6]
    names = SCORES[plan.market.language]
    day, which = (grid.ravel() for grid in np.meshgrid(days, np.arange(len(names)), indexing="ij"))
    ordinal = plan.start.toordinal() + day
    level, reach, peers = (np.array([one[at] for one in names])[which] for at in (1, 2, 3))
    swing = np.sin(ordinal / 23.0 + which) + 0.5 * np.sin(ordinal / 7.3 + 2 * which)
    value = level + reach * (0.5 * swing + 0.2 * plan.dice.normal("score", ordinal, which))
    peer = peers + 0.3 * reach * np.sin(ordinal / 60.0 + which)
    return pl.DataFrame(
        {
            "date": _dates(plan, day),
            "score_name": pl.Series(values=[names[one][0] for one in which.tolist()], dtype=pl.String),
            "value": pl.Series(values=np.round(value, 2)).cast(pl.Decimal(18, 2)),
            "peer_value": pl.Series(values=np.round(peer, 2)).cast(pl.Decimal(18, 2)),
            "updated_at": instants(given[day]),
        }
    )


def target_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Monthly targets announced or revised in [after, until): each on the 25th before, some revised on the 8th."""
    plan = business.plan
    table = [row for month in _months(plan) for row in _targets(plan, month)]
    shown = [row for row in table if after <= row[-1] < until]
    # Of a target and its revision only the newer is the row's state.
    newest = {(row[0], row[1], row[2]): row for row in sorted(shown, key=lambda row: row[-1])}
    columns = list(zip(*newest.values(), strict=True)) or [()] * 5
    return pl.DataFrame(
        {
            "period": pl.Series(values=columns[0], dtype=pl.String),
            "metric": pl.Series(values=columns[1], dtype=pl.String),
            "sales_channel": pl.Series(values=columns[2], dtype=pl.String),
            "value": pl.Series(values=columns[3], dtype=pl.Int64).cast(pl.Decimal(18, 2)),
            "updated_at": instants(np.array(columns[4], dtype=np.int64)),
        }
    )


def _months(plan: Plan) -> list[date]:
    last = plan.start + timedelta(days=plan.days)
    count = (last.year - plan.start.year) * 12 + last.month - plan.start.month
    # Two more than begin: the next one's targets are announced before this one ends.
    numbers = [plan.start.year * 12 + plan.start.month - 1 + n for n in range(count + 2)]
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _targets(plan: Plan, month: date) -> list[tuple[str, str, str | None, int, int]]:
    """(period, metric, channel, value, known at): what a sober planner expects of the season, rounded up."""
    days = ((month.replace(day=28) + timedelta(days=4)).replace(day=1) - month).days
    grown = 0.5 + 0.5 * (1 - np.exp(-max((month - plan.start).days, 0) / 120))
    orders = plan.orders_per_day * grown * float(day_factors(plan, month, days).sum()) * 1.04
    paid = orders * _ORDER_VALUE[plan.market.language]
    before = plan.midnight((month - timedelta(days=5)).replace(day=25))
    announced = max(before, plan.midnight(plan.start)) + 10 * HOUR_MS
    changed = plan.midnight(month.replace(day=8)) + 15 * HOUR_MS
    revised = bool(plan.dice.chance(0.2, "target/revised", month.toordinal())[0])
    amounts: list[tuple[str, str | None, float]]
    amounts = [("orders", None, orders), ("paid_amount", None, paid), ("gmv", None, paid * 1.06)]
    if plan.is_chinese:
        amounts.append(("paid_amount", "live", paid * 0.14))
    found: list[tuple[str, str, str | None, int, int]] = []
    for metric, channel, amount in amounts:
        step = 10 if metric == "orders" else 1000
        rounded = -int(-amount // step) * step
        found.append((f"{month:%Y-%m}", metric, channel, rounded, announced))
        if revised:
            found.append((f"{month:%Y-%m}", metric, channel, rounded * 95 // 100, changed))
    return found


def rate_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Rates published in [after, until), both ways; none at weekends and on a few holidays. A slip is corrected.

    They are facts of the world: all shops of one seed see the same ones.
    """
    plan = business.plan
    day = np.arange(-_OLDEST_RATE, plan.days)
    at = np.concatenate(
        [np.full(_OLDEST_RATE, plan.midnight(plan.start)), midnights(plan, plan.days) + 17 * HOUR_MS]
    )
    opened = np.array([_has_rate(plan.start + timedelta(days=one)) for one in day.tolist()])
    ordinal = plan.start.toordinal() + day
    dice = Dice(f"{plan.seed}/world")
    slip = dice.chance(0.01, "rate/slip", ordinal)
    fixed = np.where(slip, at + DAY_MS - 3 * HOUR_MS, at)
    known = fixed < until
    updated = np.where(known, fixed, at)
    rows = np.flatnonzero(opened & (at < until) & (updated >= after))
    rate = yuan_per_dollar(dice, ordinal[rows]) * np.where(known[rows], 1.0, 1.01)
    pairs = [("USD", "CNY", rate), ("CNY", "USD", 1.0 / rate)]
    return pl.concat(
        pl.DataFrame(
            {
                "date": _dates(plan, day[rows]),
                "from_currency": pl.Series(values=[ours] * len(rows), dtype=pl.String),
                "to_currency": pl.Series(values=[theirs] * len(rows), dtype=pl.String),
                "rate": pl.Series(values=np.round(value, 6)).cast(pl.Decimal(18, 6)),
                "updated_at": instants(updated[rows]),
            }
        )
        for ours, theirs, value in pairs
    )


def yuan_per_dollar(dice: Dice, ordinal: Ints) -> np.ndarray:
    """The exchange rate of a day (proleptic ordinal): slow waves around 7.15 and a little noise."""
    waves = (
        0.08 * np.sin(ordinal / 97.0) + 0.03 * np.sin(ordinal / 23.0) + 0.006 * dice.normal("rate", ordinal)
    )
    return np.asarray(7.15 + waves)


def _has_rate(day: date) -> bool:
    """Weekends, New Year and the first days of the Chinese national holiday have none; at most five in a row."""
    holiday = (day.month, day.day) in ((1, 1), (10, 1), (10, 2), (10, 3))
    return day.weekday() < 5 and not holiday


def _dates(plan: Plan, day: Ints) -> pl.Series:
    days = (plan.start - date(1970, 1, 1)).days + day
    return pl.Series(values=days.astype(np.int32), dtype=pl.Int32).cast(pl.Date)
