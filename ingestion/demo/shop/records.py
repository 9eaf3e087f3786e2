"""What becomes of the records of orders: some come late, some say something wrong at first, some are deleted."""

from __future__ import annotations

import numpy as np

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.people import MARKETPLACE
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.seasons import DAY_MS, HOUR_MS, NEVER

FIRST_ORDER = 1001
_SYNC_LATE = 0.04
"""Share of the marketplace's orders that its interface gives hours or days after the others."""
_PURGED = 0.5
"""Share of the test orders that somebody tidies away."""
_MISDIRECTED = 0.008


def arrives_at(business: Business) -> Ints:
    """When each order, with its lines and discounts, becomes known to the shop's own system."""
    buys, dice = business.purchases, business.plan.dice
    late = (buys.channel == MARKETPLACE) & dice.chance(_SYNC_LATE, "order/sync", buys.person, buys.nth)
    lag = dice.integers(3 * 60, 45 * 60, "order/sync-lag", buys.person, buys.nth) * 60_000
    return np.where(late, buys.created_at + lag, buys.created_at)


def purged_at(business: Business) -> Ints:
    """When each order is deleted, with its lines, payments and discounts; NEVER for nearly all."""
    buys, dice = business.purchases, business.plan.dice
    gone = business.payments.is_test & dice.chance(_PURGED, "order/purged", buys.person, buys.nth)
    after = (dice.between(3, 9, "order/purge", buys.person, buys.nth) * DAY_MS).astype(np.int64)
    return np.where(gone, buys.created_at + after, NEVER)


def redirected_at(business: Business) -> Ints:
    """When the place that an order is sent to is corrected (a slip of the list, seen within a day); NEVER for most."""
    buys, dice = business.purchases, business.plan.dice
    wrong = dice.chance(_MISDIRECTED, "order/misdirected", buys.person, buys.nth) & ~buys.brushed
    after = dice.integers(1 * 60, 30 * 60, "order/redirected", buys.person, buys.nth) * 60_000
    return np.where(wrong, buys.created_at + after, NEVER)


def late_payment(business: Business, order: Ints, number: Ints) -> Ints:
    """Milliseconds by which each transaction reaches the shop's system later than it happens; 0 for nearly all."""
    buys, dice = business.purchases, business.plan.dice
    keys = (buys.person[order], buys.nth[order], number)
    lag = dice.integers(7, 70, "payment/lag", *keys) * HOUR_MS
    return np.where(dice.chance(0.008, "payment/late", *keys), lag, 0)
