"""How large a shop is simulated, and how much of it falls on each day: all that a day needs to know of the others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from ingestion.demo.shop.calendar import black_friday
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Floats, Ints

DAYS = 365
ORDERS_PER_EVENT, VARIANTS_PER_EVENT, LINES_PER_ORDER = 0.029, 0.0002, 2.07
"""100 million events come with 2.9 million orders, 6 million lines and 20,000 variants."""
NEW_CUSTOMERS_PER_ORDER = 0.45
_FEWEST_VARIANTS = 60
_SUFFIXES = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}
SMALLEST, LARGEST = 10_000, 1_000_000_000


@dataclass(frozen=True)
class Scale:
    """A shop of so many distinct events over the 365 days up to and with `last`.

    Raises ValueError for fewer than ten thousand events or more than a billion.
    """

    events: int
    last: date
    seed: int = 7
    shop_id: str = "main"
    timezone: str = "America/New_York"
    currency: str = "USD"

    def __post_init__(self) -> None:
        if not SMALLEST <= self.events <= LARGEST:
            raise ValueError(f"events must be between {SMALLEST:,} and {LARGEST:,}, not {self.events:,}")

    @property
    def first(self) -> date:
        return self.last - timedelta(days=DAYS - 1)

    @property
    def orders(self) -> int:
        return round(self.events * ORDERS_PER_EVENT)

    @property
    def variants(self) -> int:
        return max(round(self.events * VARIANTS_PER_EVENT), _FEWEST_VARIANTS)

    @cached_property
    def plan(self) -> Plan:
        """The same shop as the demo knows it; it says when the days begin."""
        return Plan(self.first, self.last, self.seed, 1.0, self.shop_id, self.timezone, self.currency)

    @cached_property
    def midnights(self) -> Ints:
        """When each day begins, and when the last one ends (milliseconds UTC)."""
        return np.array([self.plan.midnight(self.first + timedelta(days=day)) for day in range(DAYS + 1)])

    @cached_property
    def busy(self) -> Floats:
        """Share of each day in the year's trade: weekdays, seasons, Black Friday."""
        days = [self.first + timedelta(days=day) for day in range(DAYS)]
        weight = [1.0 + 0.08 * (day.weekday() == 6) - 0.05 * (day.weekday() == 4) for day in days]
        weight = [
            w * (1.0 + 0.15 * np.cos((day.timetuple().tm_yday - 345) / 58))
            for w, day in zip(weight, days, strict=True)
        ]
        peaks = {black_friday(year): 2.6 for year in (self.first.year, self.last.year)}
        raised = [w * peaks.get(day, 1.0) for w, day in zip(weight, days, strict=True)]
        return np.array(raised) / sum(raised)

    @cached_property
    def orders_on(self) -> Ints:
        """Orders of each day."""
        return self._spread(self.orders)

    @cached_property
    def events_on(self) -> Ints:
        """Distinct events of each day."""
        return self._spread(self.events)

    @cached_property
    def first_order(self) -> Ints:
        """Number of each day's first order; one entry more than there are days."""
        return np.concatenate([[0], np.cumsum(self.orders_on)])

    @cached_property
    def first_customer(self) -> Ints:
        """Number of the first customer who is new on each day; one entry more than there are days."""
        new = np.maximum((self.orders_on * NEW_CUSTOMERS_PER_ORDER).astype(np.int64), 1)
        return np.concatenate([[0], np.cumsum(np.minimum(new, np.maximum(self.orders_on, 1)))])

    def generator(self, stream: int, day: int) -> np.random.Generator:
        """The random numbers of one day: always the same, whoever draws them and in which order."""
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence([self.seed, stream, day])))

    def _spread(self, total: int) -> Ints:
        edges = np.round(np.concatenate([[0.0], np.cumsum(self.busy)]) * total).astype(np.int64)
        edges[-1] = total
        return np.diff(edges)


def parse_count(text: str) -> int:
    """A number of events such as `250000`, `250k`, `10M`. Raises ValueError that says what is expected."""
    match = re.fullmatch(r"\s*(\d[\d_,]*(?:\.\d+)?)\s*([kMG]?)\s*", text)
    if match is None:
        raise ValueError(f"{text!r} is no number of events: write 250000, 250k or 10M")
    return round(float(re.sub("[_,]", "", match[1])) * _SUFFIXES[match[2]])
