"""Tickets: who asks before buying, who asks where the parcel is, who complains, and how well they are helped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.claims import CANCELLED, DAMAGED, LATE_PARCEL, RETURNED
from ingestion.demo.shop.columns import joined
from ingestion.demo.shop.memory import once
from ingestion.demo.shop.people import LIVE
from ingestion.demo.shop.randomness import Floats, Ints
from ingestion.demo.shop.seasons import DAY_MS, HOUR_MS, NEVER

CATEGORIES = ("presale", "availability", "delivery", "return", "damaged", "cancellation", "product_use")
PRESALE, AVAILABILITY, DELIVERY, RETURN, DAMAGE, CANCELLATION, USE = range(7)
_HOURS = np.array([0.6, 0.8, 20.0, 30.0, 40.0, 5.0, 4.0])
"""By category: how long it takes on average to resolve."""
CHANNELS = {"en": ("email", "chat", "phone"), "zh": ("chat", "phone", "wechat")}
_CHANNEL_SHARES = {"en": (0.46, 0.40, 0.14), "zh": (0.72, 0.08, 0.20)}
_OF_CLAIM = np.array([CANCELLATION, RETURN, DAMAGE, DELIVERY])
assert (CANCELLED, RETURNED, DAMAGED, LATE_PARCEL) == (0, 1, 2, 3)
BOUGHT_AFTER, ONLY_ASKED, FOUND_NOTHING, AFTER_SALE = range(4)
"""Origins: asked and bought, asked and did not, found it out of stock, had a question about an order."""


@dataclass(frozen=True)
class Asked:
    """One entry per ticket. Instants in milliseconds, NEVER where it does not happen."""

    origin: Ints
    number: Ints
    """Unique within the origin: an order × 3 + which question, or a person."""
    person: Ints
    order: Ints
    """The order it is about, or (BOUGHT_AFTER) that it led to; −1 for none."""
    category: Ints
    opened_at: Ints


@dataclass(frozen=True)
class Tickets:
    """`asked` and what became of it."""

    asked: Asked
    channel: Ints
    replied_at: Ints
    resolved_at: Ints
    reopened_at: Ints
    resolved_again_at: Ints
    rated_at: Ints
    csat: Ints


@once
def tickets(business: Business) -> Tickets:
    """All tickets of a business."""
    asked = joined([_before_buying(business), _in_vain(business), *_after_sale(business)])
    plan, dice = business.plan, business.plan.dice
    keys = (asked.origin, asked.number)
    channel = dice.pick(_CHANNEL_SHARES[plan.market.language], "ticket/channel", *keys)
    name = np.array(CHANNELS[plan.market.language])[channel]
    minutes = dice.exponential(
        np.select([name == "email", name == "phone"], [340.0, 2.0], 7.0), "ticket/reply", *keys
    )
    replied = _at_work(business, asked.opened_at) + (np.maximum(minutes, 0.3) * 60_000).astype(np.int64)
    ignored = dice.chance(0.025, "ticket/ignored", *keys)
    hours = dice.exponential(_HOURS[asked.category], "ticket/work", *keys)
    resolved = replied + _hours(np.maximum(hours, 0.05))
    unhappy = dice.chance(0.06, "ticket/reopened", *keys) & ~ignored
    reopened = resolved + _hours(dice.between(2, 90, "ticket/again", *keys))
    again = reopened + _hours(dice.between(2, 60, "ticket/second", *keys))
    slow = (resolved - asked.opened_at) / DAY_MS
    felt = 4.7 - 0.35 * np.minimum(slow, 4) - 1.2 * unhappy - 0.7 * (asked.category == DAMAGE)
    felt = felt + 0.8 * dice.normal("ticket/felt", *keys)
    rates = dice.chance(0.36, "ticket/rates", *keys) & ~ignored
    rated = np.where(unhappy, again, resolved) + _hours(dice.between(0.1, 30, "ticket/rated", *keys))
    return Tickets(
        asked=asked,
        channel=channel,
        replied_at=np.where(ignored, NEVER, replied),
        resolved_at=np.where(ignored, NEVER, resolved),
        reopened_at=np.where(unhappy, reopened, NEVER),
        resolved_again_at=np.where(unhappy, again, NEVER),
        rated_at=np.where(rates, rated, NEVER),
        csat=np.clip(np.round(felt), 1, 5).astype(np.int64),
    )


def _before_buying(business: Business) -> Asked:
    """Questions that led to an order within the day."""
    buys, dice = business.purchases, business.plan.dice
    share = np.where(business.plan.is_chinese, 0.11, 0.035) * np.where(buys.channel == LIVE, 0.3, 1.0)
    order = np.flatnonzero(dice.chance(share, "inquiry/buys", buys.person, buys.nth) & ~buys.brushed)
    keys = (buys.person[order], buys.nth[order])
    before = (dice.exponential(70.0, "inquiry/before", *keys) * 60_000).astype(np.int64)
    opened = buys.created_at[order] - np.clip(before, 3 * 60_000, 22 * HOUR_MS)
    # Nothing happens before the shop opens.
    late = opened >= business.plan.midnight(business.plan.start)
    order, opened = order[late], opened[late]
    return Asked(order * 0 + BOUGHT_AFTER, order * 3, buys.person[order], order, order * 0 + PRESALE, opened)


def _in_vain(business: Business) -> Asked:
    """Questions of people who did not buy: most just wondered, some found their article out of stock."""
    people, dice, wanted = business.people, business.plan.dice, business.wanted.purchases
    share = 0.09 if business.plan.is_chinese else 0.04
    who = np.flatnonzero(dice.chance(share, "inquiry/only", people.index) & (people.run < 0))
    opened = people.arrived_at[who] + _hours(dice.between(0.1, 70 * 24, "inquiry/when", who))
    missed = np.flatnonzero(
        business.lost.orders & dice.chance(0.3, "inquiry/missed", wanted.person, wanted.nth)
    )
    return Asked(
        origin=np.concatenate([who * 0 + ONLY_ASKED, missed * 0 + FOUND_NOTHING]),
        number=np.concatenate([who, missed]),
        person=np.concatenate([who, wanted.person[missed]]),
        order=np.concatenate([who * 0 - 1, missed * 0 - 1]),
        category=np.concatenate([who * 0 + PRESALE, missed * 0 + AVAILABILITY]),
        opened_at=np.concatenate([opened, wanted.created_at[missed] + 5 * 60_000]),
    )


def _after_sale(business: Business) -> list[Asked]:
    """Questions about orders: for most claims, for parcels that are late, and how things work."""
    buys, dice, claims, parcels = (
        business.purchases,
        business.plan.dice,
        business.refunds.claims,
        business.parcels,
    )
    complains = dice.chance(np.where(claims.cause == RETURNED, 0.25, 0.6), "ticket/claim", *claims.keys)
    claim = np.flatnonzero(complains & (claims.number == 1))
    of = claims.order[claim]
    first = Asked(of * 0 + AFTER_SALE, of * 3, buys.person[of], of, _OF_CLAIM[claims.cause[claim]],
                  claims.requested_at[claim] - 20 * 60_000)  # fmt: skip
    keys = (buys.person, buys.nth)
    sent = (business.payments.shipped_at < NEVER) & (business.refunds.cancelled_at == NEVER) & ~buys.brushed
    waits = np.flatnonzero(sent & parcels.is_late & dice.chance(0.4, "ticket/where", *keys))
    due = business.payments.shipped_at[waits] + parcels.promised[waits]
    asked = due + _hours(dice.between(0.5, 40, "ticket/asked", buys.person[waits], buys.nth[waits]))
    second = Asked(
        waits * 0 + AFTER_SALE, waits * 3 + 1, buys.person[waits], waits, waits * 0 + DELIVERY, asked
    )
    arrived = parcels.delivered_at < NEVER
    wonder = np.flatnonzero(sent & arrived & dice.chance(0.014, "ticket/how", *keys))
    wait = dice.between(1, 200, "ticket/later", buys.person[wonder], buys.nth[wonder])
    later = parcels.delivered_at[wonder] + _hours(wait)
    third = Asked(
        wonder * 0 + AFTER_SALE, wonder * 3 + 2, buys.person[wonder], wonder, wonder * 0 + USE, later
    )
    return [first, second, third]


def _at_work(business: Business, opened: Ints) -> Ints:
    """The next instant at which somebody is there: 9 to 22 in China, 9 to 18 elsewhere, by the shop's summer time."""
    closes = 22 if business.plan.is_chinese else 18
    offset = (8 if business.plan.is_chinese else -4) * HOUR_MS
    local = opened + offset
    into_day = local % DAY_MS
    opening = local - into_day + 9 * HOUR_MS
    local = np.select(
        [into_day < 9 * HOUR_MS, into_day > closes * HOUR_MS], [opening, opening + DAY_MS], local
    )
    return np.asarray(local - offset)


def _hours(hours: Floats) -> Ints:
    return (hours * HOUR_MS).astype(np.int64)
