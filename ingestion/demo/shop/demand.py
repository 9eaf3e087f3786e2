"""What is asked of the stock: the lines that people want to buy, and when what they reserve comes free again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ingestion.demo.shop.baskets import SAMPLE, Baskets
from ingestion.demo.shop.catalogue import SPECIALS, Catalogue
from ingestion.demo.shop.claims import RETURNED, Claims
from ingestion.demo.shop.payments import ABANDONED, Payments
from ingestion.demo.shop.people import MARKETPLACE, People
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.purchases import Purchases
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import DAY_MS, NEVER, local_days
from ingestion.demo.shop.suppliers import nearest

if TYPE_CHECKING:
    from ingestion.demo.shop.refunds import Refunds

_BACK_IN_HOURS = 2
_OVERSOLD = 0.3
"""Share of the marketplace's orders that it accepts although nothing is left: it learns of that too late."""


@dataclass(frozen=True)
class Demand:
    """One entry per line that takes something from the shelf, in the order of the orders."""

    line: Ints
    """Index into the wanted lines."""
    order: Ints
    item: Ints
    """Variant, counted from the first one that is merchandise."""
    quantity: Ints
    day: Ints
    near: Ints
    """Index of the nearest warehouse."""
    is_main: Bools
    """Without any of these there is no order: giveaways alone do not make one."""
    is_part: Bools
    oversells: Bools
    free_day: Ints
    """Local day on which the reservation ends without a shipment; beyond all days if it does not."""
    back_day: Ints
    """Local day on which `back` units are on the shelf again; beyond all days if never."""
    back: Ints


def build_demand(
    plan: Plan,
    catalogue: Catalogue,
    people: People,
    purchases: Purchases,
    baskets: Baskets,
    payments: Payments,
    refunds: Refunds,
) -> Demand:
    """The demand of all wanted orders but tests, with what will become of them if they can be served."""
    lines, never = baskets.lines, plan.days + 10_000
    taken = (lines.variant >= len(SPECIALS)) & ~payments.is_test[lines.order] & (lines.kind != SAMPLE)
    line = np.flatnonzero(taken)
    order = lines.order[line]
    free_at = released_at(purchases, payments, refunds)
    back, back_at = returned_units(purchases, baskets, payments, refunds)
    keys = (purchases.person[order], purchases.nth[order])
    return Demand(
        line=line,
        order=order,
        item=lines.variant[line] - len(SPECIALS),
        quantity=lines.quantity[line],
        day=np.minimum(baskets.day[order], plan.days - 1),
        near=nearest(plan, people, purchases.person[order]),
        is_main=~lines.is_giveaway[line],
        is_part=lines.is_part[line],
        oversells=(purchases.channel[order] == MARKETPLACE)
        & plan.dice.chance(_OVERSOLD, "order/oversold", *keys),
        free_day=np.where(free_at < NEVER, local_days(plan, free_at), never)[order],
        back_day=np.where(back[line] > 0, local_days(plan, back_at[line]), never),
        back=back[line],
    )


def released_at(purchases: Purchases, payments: Payments, refunds: Refunds) -> Ints:
    """When each order stops reserving stock without having been shipped: cancelled, or never paid."""
    unpaid = np.where(payments.way == ABANDONED, purchases.created_at + DAY_MS, payments.cancelled_at)
    return np.minimum(unpaid, refunds.cancelled_at)


def returned_units(
    purchases: Purchases, baskets: Baskets, payments: Payments, refunds: Refunds
) -> tuple[Ints, Ints]:
    """For each line the units that come back on the shelf, and when.

    Returned goods that can be sold again; the parts of a set with the set; what rings order is on the shelf again
    three days after it left.
    """
    lines, claims, rows = baskets.lines, refunds.claims, refunds.rows
    back = np.zeros(len(lines.order), dtype=np.int64)
    at = np.full(len(back), NEVER)
    good = (claims.cause[rows.claim] == RETURNED) & rows.restocked & (rows.line >= 0)
    back[rows.line[good]] = rows.quantity[good]
    at[rows.line[good]] = _shelved(claims)[rows.claim[good]]
    head_back, head_at = np.zeros(len(baskets.purpose), dtype=np.int64), np.full(len(baskets.purpose), NEVER)
    head_back[lines.order[lines.is_set]], head_at[lines.order[lines.is_set]] = (
        back[lines.is_set],
        at[lines.is_set],
    )
    back, at = (
        np.where(lines.is_part, head_back[lines.order], back),
        np.where(lines.is_part, head_at[lines.order], at),
    )
    brushed = purchases.brushed[lines.order]
    left = payments.shipped_at[lines.order]
    return (
        np.where(brushed, lines.quantity, back),
        np.where(brushed & (left < NEVER), np.where(left < NEVER, left, 0) + 3 * DAY_MS, at),
    )


def _shelved(claims: Claims) -> Ints:
    return claims.issued_at - _BACK_IN_HOURS * 3_600_000
