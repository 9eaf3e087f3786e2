"""dim_dates: the calendar, from Python's own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl

from tests.truth.registry import ledger
from tests.truth.world import World

FIRST = date(1990, 1, 1)


@ledger("dim_dates", "date_day")
def dim_dates(world: World) -> pl.DataFrame:
    """Every day to the end of next year."""
    year = datetime.fromtimestamp(max(shop.as_of for shop in world.shops) / 1000, UTC).year
    days = [FIRST + timedelta(days=n) for n in range((date(year + 1, 12, 31) - FIRST).days + 1)]
    return pl.DataFrame(
        {
            "date_day": days,
            "year": [day.year for day in days],
            "quarter": [(day.month + 2) // 3 for day in days],
            "month": [day.month for day in days],
            "iso_week": [day.isocalendar().week for day in days],
            "day_of_month": [day.day for day in days],
            "day_of_week": [day.isoweekday() for day in days],
            "week_start": [day - timedelta(days=day.weekday()) for day in days],
            "month_start": [day.replace(day=1) for day in days],
            "quarter_start": [date(day.year, (day.month - 1) // 3 * 3 + 1, 1) for day in days],
            "year_start": [date(day.year, 1, 1) for day in days],
            "is_weekend": [day.isoweekday() > 5 for day in days],
        }
    )
