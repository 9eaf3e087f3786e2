"""The events of one day: sessions that end in an order, and as many others as make up the day's number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.fast.catalogue import Catalogue
from ingestion.demo.fast.orders import APP, DAY, HOUR, Orders, moments
from ingestion.demo.fast.scale import Scale
from ingestion.demo.shop.randomness import Bools, Ints

TYPES = (
    "page_view", "product_view", "search", "add_to_cart", "remove_from_cart", "begin_checkout", "purchase",
    "impression", "click",
)  # fmt: skip
VIEW, PRODUCT, SEARCH, ADD, REMOVE, BEGIN, PURCHASE, IMPRESSION, CLICK = range(9)
DEVICES = ("mobile", "desktop", "tablet", "app")
MOBILE, DESKTOP, TABLET, IN_APP = range(4)
CUSTOMERS = 10**13
"""Visitors from here on are the devices of customers: + customer × 4 + device. Those below are strangers'."""
STRANGERS_A_DAY = 10**8
LATE, AGAIN, AGAIN_LATER = 0.010, 0.0025, 0.0025
"""Shares of the events that arrive a day late, that are in a file twice, and that are sent again a day later."""

_LENGTHS = (0.50, 0.17, 0.12, 0.08, 0.05, 0.03, 0.02, 0.01, 0.01, 0.01)
_STEPS = np.array([VIEW, PRODUCT, SEARCH, ADD, REMOVE, BEGIN, IMPRESSION, CLICK])
_STEP_SHARES = np.cumsum((0.22, 0.50, 0.09, 0.05, 0.01, 0.01, 0.08, 0.04))
_BOT, _BOT_LENGTH = 0.0006, 80
_KNOWN, _RETURNING = 0.14, 0.28
_NEXT = 26_000.0


@dataclass(frozen=True)
class Sessions:
    """One entry per event of a day, by session. Milliseconds UTC; −1 for none."""

    visitor: Ints
    customer: Ints
    """Number of the customer; −1 where nobody is signed in."""
    at: Ints
    received_at: Ints
    type: Ints
    variant: Ints
    order: Ints
    device: Ints
    channel: Ints
    """Index into the landing marks where the event is its session's first, else −1."""
    bot: Bools
    engaged: Ints


def sessions_of(scale: Scale, catalogue: Catalogue, orders: Orders, day: int, marks: np.ndarray) -> Sessions:
    """The day's events. `marks` are the running shares of the landing marks."""
    draw = scale.generator(2, day)
    bought = _buying(draw, orders)
    missing = int(scale.events_on[day]) - len(bought["type"])
    other = _browsing(draw, scale, catalogue, day, max(missing, 0))
    both = {name: np.concatenate([bought[name], other[name]])[: int(scale.events_on[day])] for name in bought}
    count, lands = len(both["type"]), both.pop("lands")
    pick = np.searchsorted(marks, draw.random(int(lands.sum()))).clip(0, len(marks) - 1)
    channel = np.full(count, -1, dtype=np.int64)
    channel[lands] = pick
    received = both["at"] + draw.integers(50, 2500, count)
    late = draw.random(count) < LATE
    received[late] = both["at"][late] + DAY + draw.integers(0, 12 * HOUR, int(late.sum()))
    return Sessions(received_at=received, channel=channel, **both)


def _buying(draw: np.random.Generator, orders: Orders) -> dict[str, np.ndarray]:
    """Home, (article, cart) for each line, checkout, purchase; the purchase falls on the order's instant."""
    which = np.flatnonzero(orders.tracked)
    lines = orders.lines[which]
    length = 2 * lines + 3
    session = np.repeat(np.arange(len(which)), length)
    place = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    left = length[session] - 1 - place
    kind = np.where(place % 2 == 1, PRODUCT, ADD)
    kind = np.select([place == 0, left == 0, left == 1], [VIEW, PURCHASE, BEGIN], kind)
    order = which[session]
    first = (np.cumsum(orders.lines) - orders.lines)[order]
    on_line = (kind == PRODUCT) | (kind == ADD)
    line = np.where(on_line, first + (place - 1) // 2, 0)
    wait = (draw.exponential(_NEXT, len(kind)) + 300).astype(np.int64).clip(300, 20 * 60_000)
    passed = np.cumsum(wait)
    end = passed[np.cumsum(length) - 1]
    device = np.where(orders.channel[which] == APP, IN_APP, draw.choice(3, len(which), p=(0.62, 0.34, 0.04)))
    signs_in = orders.signed_in[order] & (left <= 1)
    return {
        "visitor": (CUSTOMERS + orders.customer[which] * 4 + device)[session],
        "customer": np.where(signs_in, orders.customer[order], -1),
        "at": orders.created_at[order] - (end[session] - passed),
        "type": kind,
        "variant": np.where(on_line, orders.line_variant[line], -1),
        "order": np.where(kind == PURCHASE, orders.number[order], -1),
        "device": device[session],
        "bot": np.zeros(len(kind), dtype=bool),
        "engaged": np.minimum(wait, 60_000),
        "lands": place == 0,
    }


def _browsing(
    draw: np.random.Generator, scale: Scale, catalogue: Catalogue, day: int, count: int
) -> dict[str, np.ndarray]:
    """Sessions without an order, exactly `count` events of them."""
    length = 1 + draw.choice(len(_LENGTHS), count // 2 + 20, p=_LENGTHS)
    robot = draw.random(len(length)) < _BOT
    length = np.where(robot, _BOT_LENGTH, length)
    ends = np.cumsum(length)
    if ends[-1] < count:
        length[-1] += count - ends[-1]
        ends = np.cumsum(length)
    used = int(np.searchsorted(ends, count)) + 1
    length, robot = length[:used], robot[:used]
    session = np.repeat(np.arange(used), length)[:count]
    place = (np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length))[:count]
    kind = _STEPS[np.searchsorted(_STEP_SHARES, draw.random(count)).clip(0, len(_STEPS) - 1)]
    kind = np.where(place == 0, VIEW, np.where(robot[session], PRODUCT, kind))
    wait = draw.exponential(_NEXT, count).astype(np.int64).clip(0, 20 * 60_000)
    wait = np.where(robot[session], 300, wait)
    passed = np.cumsum(wait) - wait
    begin = np.flatnonzero(place == 0)
    passed -= passed[begin][session]
    device = draw.choice(4, used, p=(0.58, 0.30, 0.05, 0.07))
    visitor = _visitors(draw, scale, day, used, device)
    on_article = np.isin(kind, (PRODUCT, ADD, REMOVE, IMPRESSION, CLICK))
    variant = np.full(count, -1, dtype=np.int64)
    variant[on_article] = catalogue.pick(draw, int(on_article.sum()))
    return {
        "visitor": visitor[session],
        "customer": np.full(count, -1, dtype=np.int64),
        "at": moments(draw, scale, day, used)[session] + passed,
        "type": kind,
        "variant": variant,
        "order": np.full(count, -1, dtype=np.int64),
        "device": device[session],
        "bot": robot[session],
        "engaged": np.minimum(wait, 60_000),
        "lands": place == 0,
    }


def _visitors(draw: np.random.Generator, scale: Scale, day: int, count: int, device: Ints) -> Ints:
    """New strangers, strangers of the weeks before, and customers who only look around."""
    new = day * STRANGERS_A_DAY + np.arange(count)
    then = np.maximum(day - 1 - draw.geometric(0.08, count), 0)
    back = then * STRANGERS_A_DAY + (draw.random(count) * scale.events_on[then] * 0.25).astype(np.int64)
    known = (draw.random(count) ** 2 * scale.first_customer[day + 1]).astype(np.int64)
    luck = draw.random(count)
    return np.select([luck < _KNOWN, luck < _KNOWN + _RETURNING], [CUSTOMERS + known * 4 + device, back], new)
