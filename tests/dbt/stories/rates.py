"""Exchange rates: missing at first, late, corrected, gone. They are everybody's, so every shop's money moves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.dbt.kit.rows import Row, order, payment, refund
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


@story
def orders_in_another_currency_than_their_shop_s() -> Story:
    foreign = order("1", "2024-01-05 10:00", "a", currency="CNY", version=1, total=30, discount_total=3)
    return {
        0: Step(
            {
                **sales(foreign, order("2", "2024-01-08 10:00", "b", currency="GBP"), price=30),
                ("refunds", "r"): [refund("r1", 7, "2024-01-09 10:00", "1")],
                ("payments", "p"): [payment("1", "1", 27, "2024-01-05 10:00", fee=1)],
                ("fx_rates", "foreign"): [
                    rate("2024-01-05", "CNY", "0.12"),
                    rate("2024-01-05", "USD", "0.9"),
                ],
            }
        ),
        1: Step(
            {("fx_rates", "pound"): [rate("2024-01-08", "GBP", "1.2"), rate("2024-01-08", "USD", "0.95")]}
        ),
        2: Step({("orders", "v2"): [{**foreign, "currency": "GBP", "version": 2}]}),
        3: Step(
            {("fx_rates", "foreign"): [rate("2024-01-05", "GBP", "1.25"), rate("2024-01-05", "USD", "0.9")]}
        ),
        5: Step({("orders", "v2"): [{**foreign, "currency": None, "version": 3}]}),
    }
