"""Reviews: of articles that were delivered, by rings soon after payment, and spam that somebody removes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.claims import DAMAGED, RETURNED
from ingestion.demo.shop.columns import joined
from ingestion.demo.shop.feedback_texts import BAD, CONTACTS, GOOD, MIXED, SPAM, TOPICS
from ingestion.demo.shop.inventory import midnights
from ingestion.demo.shop.memory import once
from ingestion.demo.shop.people import MARKETPLACE
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.seasons import DAY_MS, HOUR_MS, NEVER

_WRITES, _WRITES_MARKETPLACE, _RING_WRITES = 0.12, 0.19, 0.85
_SPAM_DAYS = 0.09
PLAIN, BRUSHED, SPAMMED = range(3)


@dataclass(frozen=True)
class Reviews:
    """One entry per review, by what wrote it. Instants in milliseconds, NEVER where it does not happen."""

    author: Ints
    """PLAIN, BRUSHED or SPAMMED."""
    order: Ints
    """−1 for spam."""
    number: Ints
    """Of the order, or of the day on which the spam came."""
    variant: Ints
    first_rating: Ints
    rating: Ints
    """What it is in the end: some buyers change it once they have been helped."""
    topic: Ints
    mood: Ints
    contact: Ints
    """Index of the contact data somebody put in the text; −1 for nearly all."""
    is_empty: Ints
    """1 for stars without a text."""
    foreign: Ints
    """1 for a text in the other language."""
    created_at: Ints
    replied_at: Ints
    changed_at: Ints
    deleted_at: Ints


@once
def reviews(business: Business) -> Reviews:
    """All reviews of a business."""
    return joined([_of_orders(business), _spam(business)])


def _of_orders(business: Business) -> Reviews:
    plan, buys, pay, lines = business.plan, business.purchases, business.payments, business.baskets.lines
    dice, keys = plan.dice, (buys.person, buys.nth)
    writes = np.where(buys.channel == MARKETPLACE, _WRITES_MARKETPLACE, _WRITES)
    writes = np.where(buys.brushed, _RING_WRITES, writes)
    arrived = business.parcels.delivered_at
    open_to = (
        (pay.paid_at < NEVER) & ~pay.is_test & (arrived < NEVER) & (business.refunds.cancelled_at == NEVER)
    )
    goods = np.flatnonzero(lines.are_goods & ~lines.is_part)
    first = np.full(len(buys.person), -1)
    first[lines.order[goods[::-1]]] = goods[::-1]
    order = np.flatnonzero(open_to & (first >= 0) & dice.chance(writes, "review/writes", *keys))
    keys = (buys.person[order], buys.nth[order])
    variant, brushed = lines.variant[first[order]], buys.brushed[order]
    rating, changed_rating = _ratings(business, order, variant, brushed)
    wait = np.clip(dice.exponential(5.0, "review/wait", *keys), 0.1, 45) * DAY_MS
    at = np.where(brushed, pay.paid_at[order] + dice.integers(60, 900, "review/ring", *keys) * 60_000,
                  arrived[order] + wait.astype(np.int64))  # fmt: skip
    mood = np.select([rating <= 2, rating == 3], [BAD, MIXED], GOOD)
    helped = np.where(
        changed_rating > rating, at + _hours(dice.between(20, 210, "review/helped", *keys)), NEVER
    )
    answers = dice.chance(np.where(rating <= 3, 0.72, 0.15), "review/answered", *keys) & ~brushed
    speaks_up = dice.chance(0.010, "review/contact", *keys) & ~brushed
    return Reviews(
        author=np.where(brushed, BRUSHED, PLAIN),
        order=order,
        number=order,
        variant=variant,
        first_rating=rating,
        rating=changed_rating,
        topic=dice.integers(0, len(TOPICS) - 1, "review/topic", *keys),
        mood=mood,
        contact=np.where(speaks_up, dice.integers(0, len(CONTACTS["en"]) - 1, "review/which", *keys), -1),
        is_empty=(dice.chance(0.22, "review/empty", *keys) & ~brushed & ~speaks_up).astype(np.int64),
        foreign=(dice.chance(0.035, "review/foreign", *keys) & ~brushed).astype(np.int64),
        created_at=at,
        replied_at=np.where(answers, at + _hours(dice.between(1, 80, "review/reply", *keys)), NEVER),
        changed_at=helped,
        deleted_at=np.full(len(order), NEVER),
    )


def _ratings(business: Business, order: Ints, variant: Ints, brushed: np.ndarray) -> tuple[Ints, Ints]:
    """Stars at first and in the end: by the article, the parcel, and what went wrong."""
    dice, buys, claims = business.plan.dice, business.purchases, business.refunds.claims
    keys = (buys.person[order], buys.nth[order])
    sorrow = np.zeros(len(buys.person))
    np.maximum.at(
        sorrow, claims.order, np.select([claims.cause == DAMAGED, claims.cause == RETURNED], [2.2, 1.3], 0.4)
    )
    quality = 0.45 * dice.normal("review/quality", _number(business))
    felt = 4.75 + quality[variant] - sorrow[order] - 0.9 * business.parcels.is_late[order]
    felt = felt + 0.85 * dice.normal("review/felt", *keys)
    rating = np.where(brushed, 5, np.clip(np.round(felt), 1, 5)).astype(np.int64)
    better = (rating <= 3) & dice.chance(0.12, "review/changes", *keys)
    return rating, np.where(better, np.minimum(rating + 2, 5), rating)


def _number(business: Business) -> Ints:
    """A number for the product of each variant, the same for all its variants."""
    names = business.catalogue.product_id
    return np.array([int(name[1:]) if name[1:].isdigit() else 0 for name in names], dtype=np.int64)


def _spam(business: Business) -> Reviews:
    plan = business.plan
    dice, days = plan.dice, np.arange(plan.days)
    day = days[dice.chance(_SPAM_DAYS, "spam/day", days)]
    at = midnights(plan, plan.days)[day] + dice.integers(0, 1400, "spam/minute", day) * 60_000
    first = np.flatnonzero(business.catalogue.listed_at < plan.midnight(plan.start))
    none = np.zeros_like(day)
    removed = dice.chance(0.85, "spam/removed", day)
    return Reviews(
        author=none + SPAMMED,
        order=none - 1,
        number=day,
        variant=first[dice.integers(0, len(first) - 1, "spam/variant", day)],
        first_rating=(rating := np.where(dice.chance(0.4, "spam/stars", day), 1, 5)),
        rating=rating,
        topic=dice.integers(0, len(SPAM["en"]) - 1, "spam/text", day),
        mood=none,
        contact=none - 1,
        is_empty=none,
        foreign=none,
        created_at=at,
        replied_at=none + NEVER,
        changed_at=none + NEVER,
        deleted_at=np.where(removed, at + _hours(dice.between(5, 130, "spam/after", day)), NEVER),
    )


def _hours(hours: np.ndarray) -> Ints:
    return (hours * HOUR_MS).astype(np.int64)
