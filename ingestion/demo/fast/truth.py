"""What is known of the files without reading them: counts and sums that any reader must come to."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from ingestion.demo.fast.orders import CHANNELS, STATUSES, VOIDED, Orders
from ingestion.demo.fast.sessions import PURCHASE, TYPES, Sessions
from ingestion.demo.fast.tables import given_back

Truth = Counter[str]
"""Whole numbers by dotted names, such as `events.rows` or `orders.total_cents`; they add up over days."""


def of_orders(orders: Orders) -> Truth:
    """Orders, their lines, payments and refunds, each key once and in its final state."""
    value, tax, back = given_back(orders)
    paid, refunded = orders.paid_at >= 0, orders.refunded_at >= 0
    found: Truth = Counter(
        {
            "orders.rows": len(orders.number),
            "orders.total_cents": int(orders.total.sum()),
            "orders.paid": int(paid.sum()),
            "orders.paid_total_cents": int(orders.total[paid].sum()),
            "orders.discount_cents": int(orders.discount.sum()),
            "orders.signed_in": int(orders.signed_in.sum()),
            "orders.with_session": int(orders.tracked.sum()),
            "order_lines.rows": len(orders.line_order),
            "order_lines.quantity": int(orders.line_quantity.sum()),
            "order_lines.value_cents": int((orders.line_quantity * orders.line_price).sum()),
            "payments.rows": int(paid.sum() + refunded.sum() + (orders.status == VOIDED).sum()),
            "payments.captured_cents": int(orders.total[paid].sum()),
            "payments.refunded_cents": int(back[refunded].sum()),
            "refunds.rows": int(orders.line_refunded.sum()),
            "refunds.amount_cents": int((value + tax).sum()),
        }
    )
    for number, name in enumerate(CHANNELS):
        found[f"orders.by_channel.{name}"] = int((orders.channel == number).sum())
    for number, name in enumerate(STATUSES):
        found[f"orders.by_status.{name}"] = int((orders.status == number).sum())
    return found


def of_events(events: Sessions) -> Truth:
    """Distinct events."""
    found: Truth = Counter(
        {
            "events.rows": len(events.type),
            "events.by_bots": int(events.bot.sum()),
            "events.landings": int((events.channel >= 0).sum()),
            "events.engaged_ms": int(events.engaged.sum()),
            "events.orders_seen": int((events.type == PURCHASE).sum()),
        }
    )
    counts = np.bincount(events.type, minlength=len(TYPES)).tolist()
    return found + Counter(
        {f"events.by_type.{name}": count for name, count in zip(TYPES, counts, strict=True)}
    )


def nested(truth: Truth) -> dict[str, Any]:
    """The numbers as nested dictionaries, sorted; amounts stay whole cents."""
    result: dict[str, Any] = {}
    for name, value in sorted(truth.items()):
        *path, last = name.split(".")
        place = result
        for step in path:
            place = place.setdefault(step, {})
        place[last] = int(value)
    return result
