"""The orders of one day as arrays: what the day's tables and the day's events are both made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ingestion.demo.fast.catalogue import Catalogue
from ingestion.demo.fast.scale import Scale
from ingestion.demo.shop.columns import joined
from ingestion.demo.shop.randomness import Bools, Ints

CHANNELS = ("web", "app", "marketplace")
_CHANNELS = (0.58, 0.22, 0.20)
WEB, APP, MARKETPLACE = range(3)
PAID, REFUNDED, PARTLY, PENDING, VOIDED = range(5)
STATUSES = ("paid", "refunded", "partially_refunded", "pending", "voided")
_UNPAID, _VOIDED, _REFUNDED = 0.03, 0.012, 0.085
_GUEST, _UNTRACKED = 0.15, 0.08
_LINES = (0.44, 0.28, 0.14, 0.08, 0.06)
_QUANTITIES = (0.82, 0.12, 0.04, 0.02)
_TAX, _SHIPPING, _FREE_FROM = 800, 495, 6000
_HOURS = np.array([12, 7, 4, 3, 3, 5, 12, 22, 35, 46, 52, 54, 58, 55, 52, 52, 54, 58, 64, 74, 82, 76, 52, 28])
HOUR, DAY = 3_600_000, 86_400_000


@dataclass(frozen=True)
class Orders:
    """One entry per order by number, then one per line (`line_…`). Cents and milliseconds UTC; −1 for never."""

    number: Ints
    customer: Ints
    signed_in: Bools
    tracked: Bools
    """The order has a session among the events."""
    channel: Ints
    created_at: Ints
    paid_at: Ints
    status: Ints
    shipping: Ints
    discount: Ints
    tax: Ints
    total: Ints
    refunded_at: Ints
    lines: Ints
    """How many lines it has."""
    line_order: Ints
    """Index into this day's orders."""
    line_place: Ints
    line_variant: Ints
    line_quantity: Ints
    line_price: Ints
    line_discount: Ints
    line_tax: Ints
    line_refunded: Bools


def moments(draw: np.random.Generator, scale: Scale, day: int, count: int) -> Ints:
    """So many instants of a day, by the hours at which people shop."""
    edges = np.concatenate([[0.0], np.cumsum(_HOURS) / _HOURS.sum()])
    spot = np.interp(draw.random(count), edges, np.arange(25) * HOUR)
    length = scale.midnights[day + 1] - scale.midnights[day]
    return np.asarray(scale.midnights[day] + np.minimum(spot.astype(np.int64), length - 1))


def orders_of(scale: Scale, catalogue: Catalogue, day: int) -> Orders:
    """The orders of a day, counted from the first one."""
    draw = scale.generator(1, day)
    count = int(scale.orders_on[day])
    created = np.sort(moments(draw, scale, day, count))
    channel = draw.choice(3, count, p=_CHANNELS)
    customer = _customers(draw, scale, day, count)
    lines = 1 + draw.choice(5, count, p=_LINES)
    order = np.repeat(np.arange(count), lines)
    place = np.arange(lines.sum()) - np.repeat(np.cumsum(lines) - lines, lines)
    variant = catalogue.pick(draw, len(order))
    quantity = 1 + draw.choice(4, len(order), p=_QUANTITIES)
    value = quantity * catalogue.price[variant]
    reduced = draw.random(count) < 0.22
    cut = np.where(reduced[order], value // 10, 0)
    tax = (value - cut) * _TAX // 10_000
    goods = np.bincount(order, weights=value - cut, minlength=count).astype(np.int64)
    shipping = np.where(goods >= _FREE_FROM, 0, _SHIPPING)
    fate = draw.random(count)
    status = np.select([fate < _UNPAID, fate < _UNPAID + _VOIDED], [PENDING, VOIDED], PAID)
    delay = (draw.exponential(12, count) * DAY).astype(np.int64) + 3 * DAY
    paid = created + draw.integers(20_000, 900_000, count)
    known = paid + delay < scale.midnights[-1]
    back = (status == PAID) & known & (draw.random(count) < _REFUNDED)
    # The first line comes back, or all of them.
    whole = back & ((draw.random(count) < 0.4) | (lines == 1))
    refunded = whole[order] | (back[order] & (place == 0))
    taxes = np.bincount(order, weights=tax, minlength=count).astype(np.int64)
    return Orders(
        number=scale.first_order[day] + np.arange(count),
        customer=customer,
        signed_in=(channel != MARKETPLACE) & (draw.random(count) >= _GUEST),
        tracked=(channel != MARKETPLACE) & (draw.random(count) >= _UNTRACKED),
        channel=channel,
        created_at=created,
        paid_at=np.where(status == PAID, paid, -1),
        status=np.select([back & whole & (shipping == 0), back], [REFUNDED, PARTLY], status),
        shipping=shipping,
        discount=np.bincount(order, weights=cut, minlength=count).astype(np.int64),
        tax=taxes,
        total=goods + shipping + taxes,
        refunded_at=np.where(back, paid + delay, -1),
        lines=lines,
        line_order=order,
        line_place=place,
        line_variant=variant,
        line_quantity=quantity,
        line_price=catalogue.price[variant],
        line_discount=cut,
        line_tax=tax,
        line_refunded=refunded,
    )


def together(days: list[Orders]) -> Orders:
    """The orders of several days in one."""
    counts = [len(day.number) for day in days]
    moved = [
        replace(day, line_order=day.line_order + before)
        for day, before in zip(days, np.cumsum(counts) - counts, strict=True)
    ]
    return joined(moved)


def _customers(draw: np.random.Generator, scale: Scale, day: int, count: int) -> Ints:
    """Who orders: everybody who is new on this day once, the others those who came before, a few of them often."""
    before, after = scale.first_customer[day], scale.first_customer[day + 1]
    known = (draw.random(count) ** 2 * after).astype(np.int64)
    new = np.arange(before, after)[:count]
    known[draw.permutation(count)[: len(new)]] = new
    return np.asarray(known)
