"""How each order is paid and shipped: the instants of its life before anybody asks for money back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.baskets import GOODS, Baskets
from ingestion.demo.shop.campaigns import Campaign
from ingestion.demo.shop.people import MARKETPLACE, People
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.presales import DEPOSIT_SHARE, PAYS_BALANCE
from ingestion.demo.shop.pricing import Money
from ingestion.demo.shop.purchases import Purchases
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import DAY_MS, HOUR_MS, NEVER

# How an order is paid. VOIDED: authorized, never captured. ABANDONED: stays pending. FREE: nothing to pay.
# PRESALE: a deposit, then the balance. FORFEITED: a deposit, and no balance on the day; the deposit is kept.
SALE, CAPTURE, LATER, ABANDONED, CANCELLED_UNPAID, VOIDED, FREE, PRESALE, FORFEITED = range(9)
_WAYS = (0.595, 0.300, 0.040, 0.030, 0.022, 0.013)
_MARKETPLACE_WAYS = (0.945, 0.0, 0.0, 0.020, 0.035, 0.0)

GATEWAYS = ("card", "wallet", "bank_transfer", "marketplace_pay")
_MINUTE = 60_000


@dataclass(frozen=True)
class Payments:
    """One entry per order; instants in milliseconds UTC, NEVER where it does not happen."""

    way: Ints
    gateway: Ints
    """Index into GATEWAYS."""
    failed_at: Ints
    """A declined attempt that comes before the good one (or instead of it)."""
    authorized_at: Ints
    started_at: Ints
    """When the sale or capture shows up; before `paid_at` where the money takes days."""
    deposit_at: Ints
    """Pre-sales only."""
    deposit: Ints
    """Cents; 0 where there is none."""
    paid_at: Ints
    voided_at: Ints
    cancelled_at: Ints
    """Cancelled before payment."""
    partly_shipped_at: Ints
    shipped_at: Ints
    ship_by: Ints
    """Until when the shop (or the platform it sells on) promises to ship."""
    is_test: Bools


def build_payments(
    plan: Plan,
    campaigns: list[Campaign],
    people: People,
    purchases: Purchases,
    baskets: Baskets,
    money: Money,
) -> Payments:
    """The payment and shipping of every order."""
    dice, keys = plan.dice, (purchases.person, purchases.nth)
    created, market_order = purchases.created_at, purchases.channel == MARKETPLACE
    way = np.where(
        market_order, dice.pick(_MARKETPLACE_WAYS, "pay/way", *keys), dice.pick(_WAYS, "pay/way", *keys)
    )
    presale = (purchases.balance_due < NEVER) & (baskets.purpose == GOODS)
    pays = np.where(dice.chance(PAYS_BALANCE, "presale/pays", *keys), PRESALE, FORFEITED)
    way = np.select([money.total == 0, purchases.brushed, presale], [FREE, SALE, pays], way)
    presale &= money.total > 0
    gateway = np.where(dice.chance(0.35, "pay/wallet", *keys), 1, 0)
    gateway = np.select([market_order, way == LATER, way == CAPTURE], [3, 2, 0], gateway)

    stumbles = np.where(way == ABANDONED, 0.5, np.where((way == SALE) | (way == CAPTURE), 0.045, 0.0))
    fails = dice.chance(stumbles, "pay/fails", *keys) & ~market_order
    attempt = created + dice.integers(20, 150, "pay/attempt", *keys) * 1000
    retry = attempt + np.where(fails, dice.integers(2, 25, "pay/retry", *keys), 0) * _MINUTE

    hours = 26.0 * np.exp(0.6 * dice.normal("ship/hours", *keys))
    busy = _busy(campaigns, created)
    handling = (np.where(busy, 1.8, 1.0) * np.clip(hours, 2, 240) * HOUR_MS).astype(np.int64)
    digital = np.bincount(baskets.lines.order, weights=~baskets.lines.is_gift_card) == 0
    handling = np.where(digital, 5 * _MINUTE, handling)

    # A card is captured at once by some, when the parcel leaves by most; a few sales clear days later.
    slow = dice.chance(0.015, "pay/slow", *keys) & (way == SALE) & ~purchases.brushed
    days = (dice.between(0.8, 4.5, "pay/days", *keys) * DAY_MS).astype(np.int64)
    captured = retry + np.where(dice.chance(0.4, "pay/captured", *keys), _MINUTE, handling)
    deposit_at = np.where(presale, attempt, NEVER)
    # Most settle the balance in the first hours of the day.
    hours_in = np.minimum(dice.exponential(3.5, "presale/balance", *keys), 22.0)
    balance = np.where(presale, purchases.balance_due, 0) + (hours_in * HOUR_MS).astype(np.int64) + _MINUTE
    paid = np.select(
        [way == SALE, way == CAPTURE, way == LATER, way == FREE, way == PRESALE],
        [np.where(slow, retry + days, retry), captured, created + days, created, balance],
        NEVER,
    )
    started = np.select(
        [way == SALE, way == CAPTURE, way == LATER, way == PRESALE],
        [retry, captured, created, balance],
        NEVER,
    )
    given_up = created + (dice.between(1, 96, "pay/given-up", *keys) * HOUR_MS).astype(np.int64)
    given_up = np.where(presale, purchases.balance_due + DAY_MS, given_up)
    marked_void = dice.chance(0.5, "pay/marked-void", *keys) & (way == CANCELLED_UNPAID)
    void = np.where((way == VOIDED) | (way == FORFEITED) | marked_void, given_up, NEVER)

    is_test = people.is_test[purchases.person] | dice.chance(0.0015, "order/test", *keys)
    ready = np.where(presale, paid, retry) + handling
    shipped = np.where((paid < NEVER) & ~is_test, np.maximum(paid, ready) + 10 * _MINUTE, NEVER)
    lines = np.bincount(baskets.lines.order)
    split = dice.chance(0.06, "ship/split", *keys) & (lines > 1) & (shipped < NEVER)
    rest = (dice.between(1, 6, "ship/rest", *keys) * DAY_MS).astype(np.int64)
    return Payments(
        way=way,
        gateway=gateway,
        failed_at=np.where(fails, attempt, NEVER),
        authorized_at=np.where((way == CAPTURE) | (way == VOIDED), retry, NEVER),
        started_at=started,
        deposit_at=deposit_at,
        deposit=deposits(money.total, presale),
        paid_at=paid,
        voided_at=void,
        cancelled_at=np.where(np.isin(way, (VOIDED, CANCELLED_UNPAID, FORFEITED)), given_up, NEVER),
        partly_shipped_at=np.where(split, shipped, NEVER),
        shipped_at=np.where(split, shipped + rest, shipped),
        ship_by=np.where(paid < NEVER, paid + np.where(busy, 96, 48) * HOUR_MS, NEVER),
        is_test=is_test,
    )


def _busy(campaigns: list[Campaign], at: Ints) -> Bools:
    """Orders of the big sales take longer to pack."""
    big = [one for one in campaigns if one.promotion_id.startswith(("BLACK-FRIDAY", "618", "1111"))]
    found = np.zeros(len(at), dtype=np.bool_)
    for one in big:
        found |= (at >= one.starts) & (at < one.ends)
    return found


def deposits(total: Ints, presale: Bools) -> Ints:
    """What of the total is paid in advance, in cents."""
    return np.where(presale, (total * round(DEPOSIT_SHARE * 100) + 50) // 100, 0)


def fees(gateway: Ints, amount: Ints) -> Ints:
    """What the payment provider keeps, in cents: a share in hundredths of a percent and a fixed part."""
    points, fixed = np.array([290, 340, 50, 120])[gateway], np.array([30, 30, 20, 0])[gateway]
    return np.asarray((amount * points + 5_000) // 10_000 + fixed)
