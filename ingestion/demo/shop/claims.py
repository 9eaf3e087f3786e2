"""Occasions on which money goes back: cancellations before shipment, returns weeks later, damage, late parcels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.assortment import CATEGORIES
from ingestion.demo.shop.baskets import GIFT_CARD, PRICE_DIFFERENCE, Baskets
from ingestion.demo.shop.catalogue import Catalogue
from ingestion.demo.shop.parcels import Parcels
from ingestion.demo.shop.payments import Payments
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.pricing import Money
from ingestion.demo.shop.purchases import Purchases
from ingestion.demo.shop.randomness import Floats, Ints
from ingestion.demo.shop.seasons import DAY_MS, HOUR_MS, NEVER

# Why money goes back. The tuples below are indexed by it.
CANCELLED, RETURNED, DAMAGED, LATE_PARCEL = range(4)
KINDS = ("refund_only", "return", "refund_only", "shipping")
REASONS = (
    ("ordered_by_mistake", "found_cheaper", "delivery_too_slow"),
    ("changed_mind", "does_not_fit", "not_as_described", "wrong_item"),
    ("damaged", "faulty", "incomplete"),
    ("late_delivery",),
)
ALL_REASONS = tuple(reason for reasons in REASONS for reason in reasons)
SUCCESS, FAILED, PENDING = range(3)
STATUSES = ("success", "failed", "pending")
_OUTCOMES = (0.968, 0.018, 0.014)
_CANCELS, _DAMAGED, _LATE = 0.018, 0.017, 0.09
"""The last one: of the parcels that come late."""
_SECOND_AFTER = 45 * DAY_MS

Keys = tuple[Ints, Ints, Ints]


@dataclass(frozen=True)
class Claims:
    """One entry per occasion, by order; an order has at most two (`number` 1 and 2). Instants are milliseconds."""

    order: Ints
    number: Ints
    keys: Keys
    """What its dice are thrown with: person, which of their orders, number."""
    cause: Ints
    reason: Ints
    """Index into ALL_REASONS."""
    requested_at: Ints
    issued_at: Ints
    """When the refund is entered: from here on it is delivered, as pending until `settled_at`."""
    settled_at: Ints
    """NEVER if it is still pending in the end."""
    outcome: Ints


def build_claims(
    plan: Plan,
    catalogue: Catalogue,
    purchases: Purchases,
    baskets: Baskets,
    money: Money,
    payments: Payments,
    parcels: Parcels,
) -> Claims:
    """Every occasion on which something of a paid order goes back. Test orders have none."""
    dice = plan.dice
    order, number, cause = _causes(
        plan, purchases, baskets, money, payments, parcels, _return_rates(catalogue, baskets)
    )
    keys = (purchases.person[order], purchases.nth[order], number)
    requested, issued = _instants(plan, payments, parcels, order, cause, keys)
    wait = np.where(dice.chance(0.5, "refund/instant", *keys), 0.0, dice.between(2, 90, "refund/wait", *keys))
    outcome = np.where(cause == CANCELLED, SUCCESS, dice.pick(_OUTCOMES, "refund/outcome", *keys))
    settled = np.where(outcome == PENDING, NEVER, issued + (wait * HOUR_MS).astype(np.int64))
    choices = np.array([len(one) for one in REASONS])
    first = np.cumsum(choices) - choices
    reason = first[cause] + (dice.uniform("refund/reason", *keys) * choices[cause]).astype(np.int64)
    return Claims(order, number, keys, cause, reason, requested, issued, settled, outcome)


def _return_rates(catalogue: Catalogue, baskets: Baskets) -> Floats:
    """Share of each order's like of which something comes back: that of its most returned category."""
    lines = baskets.lines
    rates = np.array([*(one.return_rate for one in CATEGORIES), 0.0])[catalogue.category[lines.variant]]
    highest = np.zeros(len(baskets.purpose))
    np.maximum.at(highest, lines.order, np.where(lines.are_goods, rates, 0.0))
    return highest


def _causes(
    plan: Plan,
    purchases: Purchases,
    baskets: Baskets,
    money: Money,
    payments: Payments,
    parcels: Parcels,
    return_rates: Floats,
) -> tuple[Ints, Ints, Ints]:
    """(order, number, cause) of every claim, by order and number."""
    dice, keys, same = plan.dice, (purchases.person, purchases.nth), np.ones_like(return_rates)
    ordinary = (baskets.purpose != GIFT_CARD) & (baskets.purpose != PRICE_DIFFERENCE)
    open_to = (
        (payments.paid_at < NEVER) & (money.total > 0) & ~payments.is_test & ordinary & ~purchases.brushed
    )
    # Only what waits to be shipped can be cancelled before.
    waits = np.minimum(payments.shipped_at, payments.partly_shipped_at) - payments.paid_at > 2 * HOUR_MS
    edges = np.cumsum(
        [np.where(waits, _CANCELS, 0.0), return_rates, _DAMAGED * same, _LATE * parcels.is_late], axis=0
    )
    cause = (dice.uniform("refund/cause", *keys)[None, :] > edges).sum(axis=0)
    first = np.flatnonzero(open_to & (cause < len(KINDS)) & ((cause != LATE_PARCEL) | (money.shipping > 0)))
    # Some who sent goods back claim the shipping too, later.
    again = first[(cause[first] == RETURNED) & (money.shipping[first] > 0)]
    again = again[dice.chance(0.10, "refund/again", purchases.person[again], purchases.nth[again])]
    order = np.concatenate([first, again])
    number = np.concatenate([np.ones_like(first), np.full_like(again, 2)])
    causes = np.concatenate([cause[first], np.full_like(again, LATE_PARCEL)])
    by = np.lexsort((number, order))
    return order[by], number[by], causes[by]


def _instants(
    plan: Plan, payments: Payments, parcels: Parcels, order: Ints, cause: Ints, keys: Keys
) -> tuple[Ints, Ints]:
    """When each refund is asked for and when it is entered."""
    dice = plan.dice
    paid, shipped = payments.paid_at[order], payments.shipped_at[order]
    delivered = shipped + parcels.transit[order]
    # Most returns are asked for within two weeks, some up to two months after the parcel came.
    after = np.clip(dice.exponential(9.0, "refund/after", *keys), 0.2, 60) * np.where(
        cause == DAMAGED, 0.4, 1.0
    )
    asked = delivered + (after * DAY_MS).astype(np.int64) + np.where(keys[2] == 2, _SECOND_AFTER, 0)
    back = (dice.between(3, 16, "refund/back", *keys) * DAY_MS).astype(np.int64)
    handled = (dice.between(1, 60, "refund/handled", *keys) * HOUR_MS).astype(np.int64)
    last = np.minimum(shipped, payments.partly_shipped_at[order]) - HOUR_MS
    cancelled = paid + ((last - paid) * dice.between(0.1, 0.9, "refund/cancel", *keys)).astype(np.int64)
    before = cancelled - np.minimum(HOUR_MS // 2, (cancelled - paid) // 2)
    requested = np.where(cause == CANCELLED, before, asked)
    issued = np.select([cause == CANCELLED, cause == RETURNED], [cancelled, asked + back], asked + handled)
    return requested, issued
