"""What is to be simulated: the few facts that a simulated shop needs, wherever they come from."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from ingestion.demo.shop.geography import Market, market
from ingestion.demo.shop.randomness import Dice

MARGIN_DAYS = 32
"""Days simulated beyond `end`: who signs up shortly before a first purchase signs up before the horizon."""


@dataclass(frozen=True)
class Plan:
    """One shop from the start of `start` to the end of `end`, both days in the shop's own time zone.

    `orders_per_day` is the mean over the first year; the same seed tells the same story for any `end`.
    Raises ValueError when the days are the wrong way round or the rate is not positive.
    """

    start: date
    end: date
    seed: int = 7
    orders_per_day: float = 40.0
    shop_id: str = "main"
    timezone: str = "America/New_York"
    currency: str = "USD"

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"the simulation would end ({self.end}) before it starts ({self.start})")
        if not 0 < self.orders_per_day <= 1_000_000:
            raise ValueError(f"orders_per_day must be between 0 and 1,000,000, not {self.orders_per_day}")

    @property
    def dice(self) -> Dice:
        return Dice(f"{self.seed}:{self.shop_id}")

    @property
    def market(self) -> Market:
        """Where the shop is at home; follows from its currency."""
        return market(self.currency)

    @property
    def is_chinese(self) -> bool:
        return self.market.language == "zh"

    @property
    def days(self) -> int:
        """Days that are simulated, the margin included."""
        return (self.end - self.start).days + 1 + MARGIN_DAYS

    def midnight(self, day: date) -> int:
        """The instant (milliseconds since 1970 UTC) at which `day` begins in the shop's time zone."""
        local = datetime.combine(day, time(), tzinfo=zoneinfo.ZoneInfo(self.timezone))
        return int(local.timestamp()) * 1000

    def after(self, day: date) -> int:
        """The first instant (milliseconds) that no longer belongs to `day`."""
        return self.midnight(day + timedelta(days=1))

    def until(self, end: date) -> Plan:
        return replace(self, end=end)


def both_shops(start: date, end: date, seed: int, orders_per_day: float) -> tuple[Plan, Plan]:
    """Shanghai and New York, the two shops of the demo. Some people buy in both."""
    shops = (("shanghai", "Asia/Shanghai", "CNY"), ("new_york", "America/New_York", "USD"))
    here, there = (Plan(start, end, seed, orders_per_day, *shop) for shop in shops)
    return here, there
