"""A shop's history made with array arithmetic: a few orders or millions of them, the same for the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

BUYING = ("product_view", "add_to_cart", "begin_checkout", "purchase")
DAY = np.timedelta64(1, "D").astype("timedelta64[us]")


@dataclass(frozen=True)
class History:
    """Days from `first` on with `orders_per_day` orders each; ids grow with time, as those of most platforms do.

    Most buyers of a day have bought before, the refunds of a day are of orders of the 30 days before. Every other order
    came by a visit; strangers come as well, and some of a day's events are of the day before.
    """

    first: datetime
    orders_per_day: int = 200
    lines_per_order: int = 2
    refunds_per_day: int = 10
    variants: int = 500
    new_buyers_per_day: int = 60
    reviews_per_day: int = 20
    strangers_per_day: int = 100

    def as_of(self, day: int) -> str:
        """The last second of that day."""
        return f"{self.first + timedelta(days=day + 1, seconds=-1):%Y-%m-%d %H:%M:%S}"

    def days(self, first: int, last: int) -> dict[str, pa.Table]:
        """What arrives on the days `first` to `last`, by entity; the catalogue on day 0."""
        rng = np.random.default_rng((first, last))
        number = np.arange(first * self.orders_per_day, (last + 1) * self.orders_per_day)
        at = self._instant(number // self.orders_per_day, rng)
        line = np.repeat(number, self.lines_per_order)
        place = np.tile(np.arange(self.lines_per_order), len(number))
        buyers = self._buyers(number, rng)
        tables = {
            "orders": {
                "order_id": _ids("", number),
                # every eighth order is a guest's; every third gives a phone as well
                "customer_id": _some(_ids("c", buyers), number % 8 != 0),
                "email_hash": _ids("e", buyers),
                "phone_hash": _some(_ids("p", buyers), number % 3 == 0),
                "visitor_id": _some(_ids("d", buyers), number % 2 == 0),
                "created_at": at,
                "financial_status": ["paid"] * len(number),
            },
            "order_lines": {
                "order_id": _ids("", line),
                "order_line_id": _ids("", place + 1),
                "variant_id": _ids("v", (line * 31 + place * 17) % self.variants),
                "quantity": 1 + (line + place) % 3,
                "unit_price": _money(5 + (line * 7 + place * 13) % 40),
            },
            "payments": {
                "payment_id": _ids("p", number),
                "order_id": _ids("", number),
                "kind": ["sale"] * len(number),
                "status": ["success"] * len(number),
                "amount": _money(np.full(len(number), 20)),
                "processed_at": at + np.timedelta64(60_000_000, "us"),
            },
            "refunds": self._refunds(first, last, rng),
            "customers": self._customers(first, last),
            "reviews": self._reviews(first, last, rng),
            "events": self._events(number[::2], buyers[::2], at[::2], first, last, rng),
            **({"products": self._products(), "unit_costs": self._costs()} if first == 0 else {}),
        }
        return {entity: _table(columns) for entity, columns in tables.items()}

    def _instant(self, day: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        start = np.datetime64(self.first, "us")
        return start + day * DAY + rng.integers(0, 86_000_000_000, len(day)).astype("timedelta64[us]")

    def _buyers(self, order: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        known = (order // self.orders_per_day + 1) * self.new_buyers_per_day
        is_new = rng.random(len(order)) < self.new_buyers_per_day / self.orders_per_day
        newest = known - 1 - rng.integers(0, self.new_buyers_per_day, len(order))
        return np.where(is_new, newest, (known * rng.random(len(order)) ** 0.7).astype(np.int64))

    def _refunds(self, first: int, last: int, rng: np.random.Generator) -> dict[str, Any]:
        number = np.arange(first * self.refunds_per_day, (last + 1) * self.refunds_per_day)
        day = number // self.refunds_per_day
        earliest = np.maximum(day - 30, 0) * self.orders_per_day
        order = earliest + (rng.random(len(number)) * ((day + 1) * self.orders_per_day - earliest)).astype(
            np.int64
        )
        return {
            "refund_id": _ids("r", number),
            "order_id": _ids("", order),
            "order_line_id": _ids("", np.ones(len(number), np.int64)),
            "quantity": np.ones(len(number), np.int64),
            "amount": _money(np.full(len(number), 5)),
            "refunded_at": self._instant(day, rng),
        }

    def _reviews(self, first: int, last: int, rng: np.random.Generator) -> dict[str, Any]:
        number = np.arange(first * self.reviews_per_day, (last + 1) * self.reviews_per_day)
        return {
            "review_id": _ids("e", number),
            "product_id": _ids("P", number * 7 % (self.variants // 2)),
            "rating": _money(1 + number * 3 % 5),
            "created_at": self._instant(number // self.reviews_per_day, rng),
        }

    def _events(
        self,
        order: np.ndarray,
        buyers: np.ndarray,
        at: np.ndarray,
        first: int,
        last: int,
        rng: np.random.Generator,
    ) -> dict[str, Any]:
        """Of each order the steps that led to it, by the buyer's device; of each stranger two."""
        count = (last - first + 1) * self.strangers_per_day
        stranger = first * self.strangers_per_day + np.arange(count)
        begun = self._instant(stranger // self.strangers_per_day, rng) - np.where(stranger % 20, 0, DAY)
        steps = len(BUYING)
        kind = np.concatenate([np.tile(np.arange(steps), len(order)), np.tile(np.arange(2), count)])
        minutes = np.concatenate([np.tile(np.arange(1 - steps, 1), len(order)), np.tile(np.arange(2), count)])
        instant = np.concatenate([np.repeat(at, steps), np.repeat(begun, 2)]) + minutes * np.timedelta64(
            60_000_000, "us"
        )
        bought = _ids("", np.repeat(order, steps))
        number = first * (self.orders_per_day // 2 * steps + 2 * self.strangers_per_day) + np.arange(
            len(kind)
        )
        return {
            "event_id": _ids("e", number),
            "visitor_id": _ids("d", np.repeat(buyers, steps)) + _ids("s", np.repeat(stranger // 2, 2)),
            "event_at": instant,
            "event_type": [BUYING[one] for one in kind.tolist()],
            "order_id": _some(bought, kind[: len(bought)] == steps - 1) + [None] * 2 * count,
            "variant_id": _some(_ids("v", number % self.variants), kind < 2),
        }

    def _customers(self, first: int, last: int) -> dict[str, Any]:
        number = np.arange(first * self.new_buyers_per_day, (last + 1) * self.new_buyers_per_day)
        return {
            "customer_id": _ids("c", number),
            "email_hash": _ids("e", number),
            "created_at": np.datetime64(self.first, "us") + (number // self.new_buyers_per_day) * DAY,
            "country": [("DE", "FR", "US")[n % 3] for n in number],
        }

    def _products(self) -> dict[str, Any]:
        number = np.arange(self.variants)
        return {"variant_id": _ids("v", number), "product_id": _ids("P", number // 2)}

    def _costs(self) -> dict[str, Any]:
        number = np.arange(self.variants)
        return {
            "variant_id": _ids("v", number),
            "valid_from": np.full(len(number), np.datetime64(self.first, "us")),
            "unit_cost": _money(2 + number % 3),
        }


def _ids(prefix: str, numbers: np.ndarray) -> list[str]:
    """Of equal length, so that they sort as they grow."""
    return [f"{prefix}{number + 10_000_000}" for number in numbers.tolist()]


def _some(texts: list[str], chosen: np.ndarray) -> list[str | None]:
    return [text if is_chosen else None for text, is_chosen in zip(texts, chosen.tolist(), strict=True)]


def _money(numbers: np.ndarray) -> pa.Array:
    return pa.array([Decimal(number) for number in numbers.tolist()], pa.decimal128(18, 4))


def _table(columns: dict[str, Any]) -> pa.Table:
    rows = len(next(iter(columns.values())))
    return pa.table({**columns, "shop_id": ["main"] * rows, "version": np.zeros(rows, np.int64)})
