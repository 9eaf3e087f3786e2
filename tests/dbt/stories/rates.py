"""Exchange rates: missing at first, late, corrected, gone. They are everybody's, so every shop's money moves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.dbt.kit.rows import Row, order
from tests.dbt.kit.telling import Step, Story
from tests.dbt.stories.book import sales, story


def rate(day: str, currency: str, worth: str, **more: object) -> Row:
    """What one unit of a currency is worth in EUR on a day."""
    return {
        "date": date.fromisoformat(day), "from_currency": currency, "to_currency": "EUR", "rate": Decimal(worth), **more
    }  # fmt: skip


@story
def rates_come_late_are_corrected_and_go() -> Story:
    return {
        0: Step(
            {
                **sales(order("1", "2024-01-05 10:00", "a"), order("2", "2024-01-08 10:00", "b")),
                ("fx_rates", "x"): [rate("2024-01-05", "USD", "0.9"), rate("2024-01-31", "USD", "0.8")],
            }
        ),
        1: Step({("fx_rates", "y"): [rate("2024-01-05", "CNY", "0.13"), rate("2024-01-08", "USD", "0.95")]}),
        2: Step({("fx_rates", "y"): [rate("2024-01-05", "CNY", "0.14")]}),
        3: Step({("fx_rates", "z"): [rate("2024-01-05", "USD", "0", _deleted=True)]}),
    }
