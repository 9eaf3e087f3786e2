"""Stories that chance writes: everything that can happen to a shop, in any order, on few enough keys to collide."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.dbt.kit.rows import Row, cost, customer, line, order, payment, product, refund
from tests.dbt.kit.telling import Place, Step, Story

AS_OF = (
    "2024-01-20 20:00:00",
    "2024-01-31 23:30:00",
    "2024-02-01 00:30:00",
    "2024-02-04 20:00:00",
    "2024-02-05 20:00:00",
    "2024-03-06 20:00:00",
    "2024-12-31 20:00:00",
    "2025-02-20 20:00:00",
)
"""Instants that a story may be told at, in this order; the same one may come several times."""

ORDERS, CUSTOMERS, VARIANTS, FILES = "12345", "abc", ("v1", "v2", "v3"), "xyz"


def as_ofs(rng: Random, steps: int) -> list[str]:
    """An as_of for each step, never going back."""
    return sorted(rng.choice(AS_OF) for _ in range(steps))


def story(rng: Random, steps: int) -> Story:
    """Up to four things in each step: files delivered or delivered anew, feeds, files refused or accepted after all."""
    told: dict[int, Step] = {}
    landed: list[Place] = []
    for number in range(steps):
        files = {
            (entity, rng.choice(FILES)): _rows(rng, entity, rng.randrange(5))
            for entity in rng.choices(list(_ROWS), _OFTEN, k=rng.randrange(1, 5))
        }
        other = {"orders": _rows(rng, "orders", 2)} if rng.random() < 0.2 else {}
        told[number] = Step(files, other, refuse=_some(rng, landed), accept=_some(rng, landed))
        landed += [(number, "export", entity, file) for entity, file in files]
    return told


def _some(rng: Random, landed: list[Place]) -> list[Place]:
    return [rng.choice(landed)] if landed and rng.random() < 0.3 else []


def _rows(rng: Random, entity: str, count: int) -> list[Row]:
    return [{**_ROWS[entity](rng), "version": rng.choice((None, None, 1, 2, 3))} for _ in range(count)]


def _at(rng: Random) -> str:
    month = rng.choice(("2023-11", "2023-12", "2024-01", "2024-01", "2024-02"))
    return f"{month}-{rng.choice((1, 5, 15, 25, 28)):02d} {rng.choice((0, 5, 12, 23)):02d}:{rng.choice((0, 30)):02d}"


def _maybe(rng: Random, *values: Any) -> Any:
    return rng.choice((None, None, *values))


def _order(rng: Random) -> Row:
    return order(
        rng.choice(ORDERS),
        _at(rng),
        _maybe(rng, *CUSTOMERS),
        email_hash=_maybe(rng, "m@x", "n@x"),
        is_test=_maybe(rng, True),
        financial_status=_maybe(rng, "pending", "paid", "voided", "refunded"),
        discount_total=_maybe(rng, 3),
        paid_at=_maybe(rng, _at(rng)),
        cancelled_at=_maybe(rng, None, _at(rng)),
        sales_channel=_maybe(rng, "web", "app"),
        country=_maybe(rng, "DE", "FR"),
    )


def _line(rng: Random) -> Row:
    return line(
        rng.choice(ORDERS),
        rng.choice(VARIANTS),
        rng.randrange(1, 4),
        rng.choice((0, 5, 9)),
        rng.choice("12"),
        discount=_maybe(rng, 1),
        line_type=_maybe(rng, None, "shipping"),
        is_gift_card=_maybe(rng, None, True),
    )


def _payment(rng: Random) -> Row:
    kind, status = (
        rng.choice(("authorization", "capture", "sale")),
        rng.choice(("success", "success", "failed")),
    )
    return payment(
        rng.choice("12345"), rng.choice(ORDERS), rng.choice((5, 9, 20)), _at(rng), kind, status=status
    )


def _refund(rng: Random) -> Row:
    return refund(
        rng.choice("12345"),
        rng.choice((1, 4)),
        _at(rng),
        _maybe(rng, *ORDERS),
        customer_id=_maybe(rng, *CUSTOMERS),
        variant_id=rng.choice((None, *VARIANTS)),
        quantity=rng.choice((None, 1, 2)),
        status=_maybe(rng, "success", "pending"),
        order_line_id=_maybe(rng, None, "1"),
        restocked=_maybe(rng, True),
        kind=_maybe(rng, "return", "shipping"),
    )


def _customer(rng: Random) -> Row:
    return customer(
        rng.choice(CUSTOMERS),
        email_hash=_maybe(rng, "m@x", "n@x"),
        phone_hash=_maybe(rng, "p"),
        is_test=_maybe(rng, None, True),
        country=_maybe(rng, "DE", "US"),
        created_at=_maybe(rng, "2023-10-01 10:00", "2023-11-01 10:00"),
    )


def _product(rng: Random) -> Row:
    return product(
        rng.choice(VARIANTS),
        product_id=rng.choice(("P", "Q")),
        unit_cost=_maybe(rng, 2),
        category=_maybe(rng, "A"),
    )


def _cost(rng: Random) -> Row:
    return cost(
        rng.choice(VARIANTS), rng.choice(("2023-01-01 00:00", "2024-01-10 00:00")), rng.choice((1, 2, 3))
    )


_ROWS: dict[str, Callable[[Random], Row]] = {
    "orders": _order,
    "order_lines": _line,
    "payments": _payment,
    "refunds": _refund,
    "customers": _customer,
    "products": _product,
    "unit_costs": _cost,
}
_OFTEN = (6, 6, 2, 4, 3, 1, 1)
