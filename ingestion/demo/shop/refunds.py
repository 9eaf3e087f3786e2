"""What goes back on each claim: lines, units, tax and shipping, in cents that never exceed what was paid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.baskets import Baskets
from ingestion.demo.shop.claims import (
    CANCELLED,
    DAMAGED,
    LATE_PARCEL,
    RETURNED,
    SUCCESS,
    Claims,
)
from ingestion.demo.shop.columns import only
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.pricing import Money
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import NEVER

_WHOLE_ORDER = 0.45
"""Share of the returns that send back all goods of the order; half of these get the shipping back too."""


@dataclass(frozen=True)
class RefundRows:
    """One entry per refunded line of a claim, and one for shipping where that goes back (`line` −1). Cents."""

    claim: Ints
    line: Ints
    quantity: Ints
    merchandise: Ints
    shipping: Ints
    tax: Ints
    restocked: Bools


@dataclass(frozen=True)
class Refunds:
    """All refunds, and what they change about the orders: cancelled before shipment, or returned as a whole."""

    claims: Claims
    amount: Ints
    """Per claim; 0 where nothing was left to give back."""
    rows: RefundRows
    cancelled_at: Ints
    returned_at: Ints


def build_refunds(plan: Plan, baskets: Baskets, money: Money, claims: Claims) -> Refunds:
    """What goes back on each claim."""
    orders = len(baskets.purpose)
    of_lines, whole = _lines(plan, baskets, money, claims)
    rows = _joined(of_lines, _shipping(plan, money, claims, whole))
    amount = _by_claim(rows.merchandise + rows.shipping + rows.tax, rows.claim, len(claims.order))
    cancelled = (claims.cause == CANCELLED) & (amount > 0)
    returned = whole & (claims.outcome == SUCCESS)
    return Refunds(
        claims=claims,
        amount=amount,
        rows=rows,
        cancelled_at=_at(claims.order, claims.issued_at, cancelled, orders),
        returned_at=_at(claims.order, claims.settled_at, returned, orders),
    )


def _lines(plan: Plan, baskets: Baskets, money: Money, claims: Claims) -> tuple[RefundRows, Bools]:
    """The refunded lines, and for each claim whether all goods of its order go back."""
    dice, lines = plan.dice, baskets.lines
    first = np.searchsorted(lines.order, claims.order, side="left")
    count = np.searchsorted(lines.order, claims.order, side="right") - first
    claim = np.repeat(np.arange(len(count)), count)
    line = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(count.sum())
    cause, keys = claims.cause[claim], (*(key[claim] for key in claims.keys), lines.place[line])
    goods = lines.are_goods[line]

    whole = (claims.cause == RETURNED) & dice.chance(_WHOLE_ORDER, "return/whole", *claims.keys)
    lead = lines.place[line] == 1
    some = whole[claim] | lead | dice.chance(0.3, "return/line", *keys)
    chosen = np.select(
        [cause == CANCELLED, cause == RETURNED, cause == DAMAGED],
        [np.ones_like(goods), some & goods, lead & goods],
        False,
    )
    quantity = lines.quantity[line]
    part = dice.chance(0.3, "return/part", *keys) & ~whole[claim] & (cause != CANCELLED)
    units = np.where(part, np.ceil(quantity * dice.uniform("return/units", *keys)).astype(np.int64), quantity)
    # For damage the buyer keeps the goods and gets a part of the price back, sometimes all of it.
    parts = np.array([30, 50, 100])[dice.pick((0.3, 0.4, 0.3), "damage/part", *claims.keys)]
    hundredths = np.where(cause == DAMAGED, parts[claim], 100)
    net = quantity * money.unit_price[line] - money.discount[line]
    merchandise = net * units * hundredths // (quantity * 100)
    # Who was sent back and forth over a broken article may get more than it cost, never more than the order.
    sorry = (
        (hundredths == 100)
        & (cause == DAMAGED)
        & dice.chance(0.25, "damage/sorry", *keys)
        & (units == quantity)
    )
    rest = money.total[claims.order[claim]] - net - money.tax[line]
    merchandise = merchandise + np.where(sorry, np.minimum(net * 15 // 100, np.maximum(rest, 0)), 0)
    tax = money.tax[line] * units * hundredths // (quantity * 100)
    restocked = np.where(cause == RETURNED, dice.chance(0.82, "return/restocked", *keys), cause == CANCELLED)
    rows = RefundRows(claim, line, units, merchandise, np.zeros_like(line), tax, restocked)
    kept = chosen & (merchandise > 0)
    return only(rows, kept), whole & (_by_claim(kept.astype(np.int64), claim, len(count)) > 0)


def _shipping(plan: Plan, money: Money, claims: Claims, whole: Bools) -> RefundRows:
    """Shipping goes back with cancellations and late parcels, and with some whole returns, but only once."""
    half = plan.dice.chance(0.5, "return/shipping", *claims.keys)
    due = (claims.cause == CANCELLED) | (claims.cause == LATE_PARCEL) | (whole & half)
    later = np.isin(claims.order, claims.order[claims.number == 2]) & (claims.number == 1)
    claim = np.flatnonzero(due & ~later & (money.shipping[claims.order] > 0))
    order, none = claims.order[claim], np.zeros_like(claim)
    stays = np.zeros(len(claim), dtype=np.bool_)
    return RefundRows(claim, none - 1, none, none, money.shipping[order], money.shipping_tax[order], stays)


def _by_claim(values: Ints, claim: Ints, claims: int) -> Ints:
    return np.bincount(claim, weights=values, minlength=claims).astype(np.int64)


def _joined(first: RefundRows, second: RefundRows) -> RefundRows:
    names = RefundRows.__annotations__
    columns = {name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in names}
    by = np.argsort(columns["claim"], kind="stable")
    return RefundRows(**{name: values[by] for name, values in columns.items()})


def _at(order: Ints, instant: Ints, chosen: Bools, orders: int) -> Ints:
    found = np.full(orders, NEVER)
    found[order[chosen]] = instant[chosen]
    return found
