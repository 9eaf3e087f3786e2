"""Shipments: which lines travel in which parcel, from where, when each leaves, and when the scans become known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.baskets import MERCHANDISE, SAMPLE
from ingestion.demo.shop.business import Business
from ingestion.demo.shop.memory import once
from ingestion.demo.shop.parcels import COSTS
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import DAY_MS, HOUR_MS, NEVER
from ingestion.demo.shop.stock import NOWHERE
from ingestion.demo.shop.suppliers import nearest

PARTS = 10
"""A shipment's number within its order: part × 3 + warehouse + 1; PARTS − 1 is a label printed by mistake."""
_BY_MISTAKE = 0.004
_MINUTE = 60_000


@dataclass(frozen=True)
class Shipments:
    """One entry per shipment, by order and number. Instants in milliseconds, NEVER where it does not happen."""

    order: Ints
    number: Ints
    warehouse: Ints
    shipped_at: Ints
    promised_at: Ints
    delivered_at: Ints
    scanned_at: Ints
    """When the delivery becomes known: some carriers' scans come days late."""
    cost: Ints
    """Cents. What the carrier charges; where it sends one bill a month, that stands in the order's costs instead."""
    deleted_at: Ints
    """Labels printed by mistake are taken back a day or two later."""
    first_line: Ints
    """Place of its first entry in `line`; the entries of a shipment lie together."""
    line: Ints
    """Index into the lines, by shipment."""
    of: Ints
    """Per entry of `line`: the shipment."""


def line_shipped_at(business: Business) -> Ints:
    """When each line leaves the house; NEVER if it does not."""
    made = shipments(business)
    at = np.full(len(business.baskets.lines.order), NEVER)
    real = made.deleted_at[made.of] == NEVER
    at[made.line[real]] = made.shipped_at[made.of[real]]
    return at


@once
def shipments(business: Business) -> Shipments:
    """All shipments of a business."""
    plan, lines, pay, parcels = business.plan, business.baskets.lines, business.payments, business.parcels
    physical = ((lines.kind == MERCHANDISE) | (lines.kind == SAMPLE)) & ~lines.is_gift_card & ~lines.is_set
    sent = (pay.shipped_at < NEVER) & (business.refunds.cancelled_at == NEVER)
    line = np.flatnonzero(physical & sent[lines.order])
    order = lines.order[line]
    who, nth = business.purchases.person[order], business.purchases.nth[order]
    part = _parts(business, line, order)
    warehouse = business.stock.line_warehouse[line]
    warehouse = np.where(warehouse == NOWHERE, nearest(plan, business.people, who), warehouse)
    number = part * 3 + warehouse + 1
    wrong = np.flatnonzero(
        (warehouse == 0) & (part == 1) & plan.dice.chance(_BY_MISTAKE, "label/wrong", who, nth)
    )
    line, number = (
        np.concatenate([line, line[wrong]]),
        np.concatenate([number, np.full(len(wrong), PARTS - 1)]),
    )
    by = np.lexsort((line, number, lines.order[line]))
    line, number = line[by], number[by]
    _, first, of = np.unique(lines.order[line] * PARTS + number, return_index=True, return_inverse=True)
    order, number = lines.order[line][first], number[first]
    mistake = number == PARTS - 1
    warehouse = np.where(mistake, 0, (number - 1) % 3)
    left = np.where((number <= 3) & ~mistake, pay.partly_shipped_at[order], pay.shipped_at[order])
    left = left - warehouse * 7 * _MINUTE - np.where(mistake, 3 * _MINUTE, 0)
    keys = (business.purchases.person[order], business.purchases.nth[order], number)
    arrives = np.where(parcels.is_lost[order] | mistake, NEVER, left + parcels.transit[order])
    lag = np.where(
        plan.dice.chance(0.06, "scan/late", *keys), plan.dice.between(8, 110, "scan/lag", *keys), 0.3
    )
    level = plan.market.price_level
    units = np.bincount(of, weights=lines.quantity[line])
    cost = np.array(COSTS[plan.market.language])[parcels.carrier[order]] + np.round(60 * level * (units - 1))
    promised = pay.paid_at[order] + 2 * DAY_MS + parcels.promised[order]
    taken_back = left + (plan.dice.between(5, 50, "label/back", *keys) * HOUR_MS).astype(np.int64)
    return Shipments(
        order=order,
        number=number,
        warehouse=warehouse,
        shipped_at=left,
        promised_at=promised,
        delivered_at=arrives,
        scanned_at=np.where(arrives < NEVER, arrives + (lag * HOUR_MS).astype(np.int64), NEVER),
        cost=cost.astype(np.int64),
        deleted_at=np.where(mistake, taken_back, NEVER),
        first_line=first,
        line=line,
        of=of,
    )


def _parts(business: Business, line: Ints, order: Ints) -> Ints:
    """1 for lines that leave when the order is complete, 0 for those of a first parcel."""
    lines = business.baskets.lines
    split: Bools = business.payments.partly_shipped_at[order] < NEVER
    last = np.zeros(len(business.purchases.person), dtype=np.int64)
    np.maximum.at(last, order, lines.place[line])
    first = np.full(len(last), 10**6)
    np.minimum.at(first, order, lines.place[line])
    keys = (business.purchases.person[order], business.purchases.nth[order], lines.place[line])
    early = (lines.place[line] == first[order]) | business.plan.dice.chance(0.4, "ship/early", *keys)
    return np.where(split & early & (lines.place[line] < last[order]), 0, 1)
