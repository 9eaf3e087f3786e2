"""The days that are unlike others: festivals, the shop's own campaigns, and what they do to trade.

`special_days` gives each such day its trade as a multiple of the season's. These multiples are the known effect of
a campaign, the pull-forward after it included: what an estimate of uplift should find.
"""

from __future__ import annotations

from datetime import date, timedelta

from ingestion.demo.shop.plan import Plan

_LUNAR_NEW_YEAR = {
    2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29),
    2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11),
}  # fmt: skip
FLASH_DAYS, FLASH_UPLIFT = 4, 1.45
AFTER_FLASH_DAYS, AFTER_FLASH = 6, 0.86
"""A flash sale multiplies the trade of its days by FLASH_UPLIFT and that of the days after it by AFTER_FLASH."""


def black_friday(year: int) -> date:
    """The day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)


def lunar_new_year(year: int) -> date:
    """First day of the Chinese year; a usual one (5 February) for years that are not listed."""
    return date(year, *_LUNAR_NEW_YEAR.get(year, (2, 5)))


def flash_sales(plan: Plan, year: int) -> list[date]:
    """First days (Thursdays) of the shop's own flash sales, in months without festivals."""
    months = (4, 7, 9)
    weeks = plan.dice.integers(0, 2, "campaign/flash", year, months).tolist()
    starts = []
    for month, week in zip(months, weeks, strict=True):
        first = date(year, month, 1)
        starts.append(first + timedelta(days=(3 - first.weekday()) % 7 + 7 * week))
    return starts


def special_days(plan: Plan, year: int) -> dict[date, float]:
    """Days of a year whose trade is a multiple of the season's."""
    days = _chinese(year) if plan.is_chinese else _western(year)
    for first in flash_sales(plan, year):
        for offset in range(FLASH_DAYS + AFTER_FLASH_DAYS):
            day = first + timedelta(days=offset)
            days[day] = days.get(day, 1.0) * (FLASH_UPLIFT if offset < FLASH_DAYS else AFTER_FLASH)
    return days


def _western(year: int) -> dict[date, float]:
    """Black Friday to Cyber Monday, Christmas, the sales."""
    friday = black_friday(year)
    days = {
        friday + timedelta(days=offset): factor
        for offset, factor in ((-1, 1.3), (0, 3.0), (1, 1.9), (2, 1.8))
    }
    days[friday + timedelta(days=3)] = 2.6
    days |= {friday - timedelta(days=offset): 1.2 for offset in range(2, 6)}
    days |= {date(year, 12, day): 1.25 for day in range(8, 17)}
    days |= {date(year, 12, day): 0.55 for day in range(20, 25)} | {date(year, 12, 25): 0.30}
    days |= {date(year, 12, day): 1.15 for day in range(26, 32)}
    return days


def _chinese(year: int) -> dict[date, float]:
    """618, 双11 with the weeks of their pre-sales, 双12, and the quiet days of the New Year."""
    days = {
        date(year, 6, day): factor for day, factor in ((1, 1.7), (15, 1.2), (16, 1.5), (17, 1.8), (18, 3.6))
    }
    days |= {date(year, 6, day): 0.75 for day in range(19, 27)}
    days |= {date(year, 5, day): 1.15 for day in range(24, 32)}
    days |= {date(year, 10, day): 1.25 for day in range(20, 32)} | {
        date(year, 11, day): 1.2 for day in range(1, 10)
    }
    days |= {date(year, 11, 10): 1.9, date(year, 11, 11): 4.6, date(year, 11, 12): 0.9}
    days |= {date(year, 11, day): 0.72 for day in range(13, 22)}
    days |= {date(year, 12, 12): 2.0, date(year, 3, 8): 1.6}
    days |= {date(year, 10, day): 0.85 for day in range(1, 8)}
    spring = lunar_new_year(year)
    days |= {spring - timedelta(days=offset): 1.25 for offset in range(6, 21)}
    days |= {spring + timedelta(days=offset): 0.38 for offset in range(-3, 7)}
    return days
