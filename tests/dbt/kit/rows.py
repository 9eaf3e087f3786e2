"""Rows of entities in few words. Instants are given as text in UTC."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

Row = dict[str, Any]


def order(order_id: str, at: str, customer: str | None = None, **more: Any) -> Row:
    return _row(order_id=order_id, created_at=at, customer_id=customer, **more)


def line(
    order_id: str, variant: str = "v1", quantity: int = 1, price: float = 10, no: str = "1", **more: Any
) -> Row:
    return _row(
        order_id=order_id, order_line_id=no, variant_id=variant, quantity=quantity, unit_price=price, **more
    )  # fmt: skip


def payment(payment_id: str, order_id: str, amount: float, at: str, kind: str = "sale", **more: Any) -> Row:
    return _row(
        **{
            "payment_id": payment_id, "order_id": order_id, "amount": amount, "processed_at": at, "kind": kind,
            "status": "success", **more,
        }
    )  # fmt: skip


def refund(refund_id: str, amount: float, at: str, order_id: str | None = None, **more: Any) -> Row:
    return _row(**{"refund_id": refund_id, "amount": amount, "refunded_at": at, "order_id": order_id, **more})


def customer(customer_id: str, **more: Any) -> Row:
    return _row(customer_id=customer_id, **more)


def product(variant: str = "v1", **more: Any) -> Row:
    return _row(**{"variant_id": variant, "product_id": variant, **more})


def cost(variant: str, valid_from: str, unit_cost: float, **more: Any) -> Row:
    return _row(variant_id=variant, valid_from=valid_from, unit_cost=unit_cost, **more)


def _row(**values: Any) -> Row:
    return {name: _value(name, value) for name, value in values.items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, str) and name.endswith(("_at", "_from")):
        return datetime.fromisoformat(value)
    return (
        Decimal(str(value)) if isinstance(value, float) or (name in _MONEY and value is not None) else value
    )


_MONEY = {
    "amount",
    "unit_price",
    "unit_cost",
    "discount",
    "discount_total",
    "tax",
    "fee",
    "total",
    "merchandise_amount",
}
