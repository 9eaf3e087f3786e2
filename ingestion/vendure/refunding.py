"""A refund by the lines that it names. The amounts of the parts add up to the refund's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Record = dict[str, Any]


def refund_parts(refund: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> list[Record]:
    """One part for each line that the refund names, and one without a line for what is of none.

    A refund says which units it is for, but not how much of it each is worth: they share it by what they cost, tax
    included. `lines` are those of the order.
    """
    by_id = {one["id"]: one for one in lines}
    named = [one for one in refund["lines"] if one["orderLineId"] in by_id and one["quantity"]]
    shipping = min(max(refund["shipping"], 0), refund["total"])
    goods = refund["total"] - shipping
    if not named:
        whole = _part(refund, None, goods + shipping, shipping)
        return [{**whole, "goodsAmount": None, "taxAmount": None}] if goods else [whole]
    weights = [one["quantity"] * by_id[one["orderLineId"]]["proratedUnitPriceWithTax"] for one in named]
    if not sum(weights):
        weights = [1] * len(named)
    parts = []
    for one, share in zip(named, shares(goods, weights), strict=True):
        line = by_id[one["orderLineId"]]
        gross = line["proratedUnitPriceWithTax"]
        net = round(share * line["proratedUnitPrice"] / gross) if gross else share
        part = _part(refund, line, share, 0)
        parts.append({**part, "quantity": one["quantity"], "goodsAmount": net, "taxAmount": share - net})
    return [*parts, _part(refund, None, shipping, shipping)] if shipping else parts


def shares(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` divided by weights, to the last hundredth."""
    total, reached, before, found = sum(weights), 0, 0, []
    for weight in weights:
        reached += weight
        until = (2 * amount * reached + total) // (2 * total)
        found.append(until - before)
        before = until
    return found


def _part(refund: Mapping[str, Any], line: Mapping[str, Any] | None, amount: int, shipping: int) -> Record:
    return {
        "id": refund["id"],
        "paymentId": refund["paymentId"],
        "orderLineId": line["id"] if line else "",
        "variantId": line["variantId"] if line else None,
        "quantity": None,
        "state": refund["state"],
        "reason": refund["reason"],
        "total": refund["total"],
        "amount": amount,
        "goodsAmount": 0,
        "shippingAmount": shipping,
        "taxAmount": 0,
    }
