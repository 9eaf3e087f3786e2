"""The stock ledger: every movement of every unit, so that the stock of any instant is their sum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.catalogue import SPECIALS
from ingestion.demo.shop.demand import released_at, returned_units
from ingestion.demo.shop.memory import once
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.seasons import DAY_MS, HOUR_MS, NEVER
from ingestion.demo.shop.shipping import line_shipped_at
from ingestion.demo.shop.stock import NOWHERE

MOVES = ("opening", "receipt", "sale", "return", "adjustment")
OPENING, RECEIPT, SALE, RETURN, ADJUSTMENT = range(5)
CLOSE = 10 * 60_000
"""The daily snapshot is taken so long before midnight."""


@dataclass(frozen=True)
class Moves:
    """One entry per movement, by instant. Cells are variant (from the first merchandise) × warehouses + warehouse."""

    cell: Ints
    at: Ints
    booked_at: Ints
    """When it becomes known; receipts are sometimes booked a day or two late."""
    quantity: Ints
    kind: Ints
    reference: Ints
    """The order line, the supplier's line, or −1."""
    number: Ints
    """Unique within kind and cell: makes the id."""


def midnights(plan: Plan, days: int) -> Ints:
    """The first instants of the local days 0 … days − 1."""
    return np.array([plan.midnight(plan.start + timedelta(days=day)) for day in range(days)], dtype=np.int64)


def day_starts(plan: Plan, day: Ints) -> Ints:
    """The instants at which local days begin; days may lie before the start (then by 24-hour days)."""
    known = midnights(plan, plan.days + 1)
    inside = known[np.clip(day, 0, plan.days)]
    return np.where(day > plan.days, NEVER, inside + np.minimum(day, 0) * DAY_MS)


def received_at(business: Business) -> Ints:
    """When each line ordered from a supplier arrives: in the course of a working day; NEVER if it does not."""
    buying, dice = business.stock.shelves.buying, business.plan.dice
    hour = dice.between(9, 17, "receipt/hour", buying.cell, buying.received)
    never = (buying.received < 0) | (buying.received >= business.plan.days)
    return np.where(
        never, NEVER, day_starts(business.plan, buying.received) + (hour * HOUR_MS).astype(np.int64)
    )


@once
def moves(business: Business) -> Moves:
    """All movements of the simulated days."""
    plan, shelves, places = business.plan, business.stock.shelves, business.stock.places
    opened = np.flatnonzero(shelves.opening)
    came = received_at(business)
    receipt = np.flatnonzero(came < NEVER)
    lines, warehouse = business.baskets.lines, business.stock.line_warehouse
    left = line_shipped_at(business)
    shelf = (lines.variant - len(SPECIALS)) * places + warehouse
    sale = np.flatnonzero((left < NEVER) & (warehouse != NOWHERE))
    back, back_at = returned_units(business.purchases, business.baskets, business.payments, business.refunds)
    again = np.flatnonzero((back > 0) & (warehouse != NOWHERE) & (left < back_at))
    brushed = business.purchases.brushed[lines.order[again]]
    counted_day, counted = np.nonzero(shelves.shrinkage)
    buying = shelves.buying
    blocks: list[tuple[Any, ...]] = [
        (opened, opened * 0 + plan.midnight(plan.start), shelves.opening[opened], OPENING, opened * 0 - 1, opened * 0),
        (buying.cell[receipt], came[receipt], buying.received_quantity[receipt], RECEIPT, receipt,
         buying.ordered[receipt] + 10_000),
        (shelf[sale], left[sale], -lines.quantity[sale], SALE, sale, sale),
        (shelf[again], back_at[again], back[again], np.where(brushed, ADJUSTMENT, RETURN), again,
         again + 10**6),
        (counted, day_starts(plan, counted_day) + 6 * HOUR_MS, shelves.shrinkage[counted_day, counted], ADJUSTMENT,
         counted * 0 - 1, counted_day),
    ]  # fmt: skip
    cell, at, quantity, kind, reference, number = (
        np.concatenate([np.broadcast_to(np.asarray(block[place]), len(block[0])) for block in blocks])
        for place in range(6)
    )
    late = (kind == RECEIPT) & plan.dice.chance(0.08, "receipt/late", cell, number)
    lag = np.where(late, plan.dice.integers(14, 60, "receipt/lag", cell, number), 0) * HOUR_MS
    by = np.lexsort((number, cell, at))
    return Moves(*(column[by] for column in (cell, at, at + lag, quantity, kind, reference, number)))


def daily(days: int, edges: Ints, at: Ints, cell: Ints, quantity: Ints, cells: int) -> Ints:
    """(days × cells) running sums of the quantities whose instants lie before each edge."""
    sums = np.zeros((days + 1, cells), dtype=np.int64)
    np.add.at(sums, (np.searchsorted(edges, at, side="right"), cell), quantity)
    return np.cumsum(sums[:days], axis=0)


@dataclass(frozen=True)
class Levels:
    """(days × cells) tables of what the stock is when its snapshot is taken, at `taken_at` of each local day."""

    taken_at: Ints
    on_hand: Ints
    reserved: Ints
    incoming: Ints


@once
def levels(business: Business) -> Levels:
    """The stock at the end of every simulated day, from the movements."""
    plan, moved, places = business.plan, moves(business), business.stock.places
    days, cells = plan.days, len(business.stock.shelves.opening)
    edges = midnights(plan, days + 1)[1:] - CLOSE
    lines, warehouse = business.baskets.lines, business.stock.line_warehouse
    held = np.flatnonzero(warehouse != NOWHERE)
    shelf = ((lines.variant - len(SPECIALS)) * places + warehouse)[held]
    begun = business.purchases.created_at[lines.order[held]]
    freed = released_at(business.purchases, business.payments, business.refunds)[lines.order[held]]
    ended = np.minimum(line_shipped_at(business)[held], freed)
    quantity = lines.quantity[held]
    reserved = daily(days, edges, begun, shelf, quantity, cells) - daily(
        days, edges, ended, shelf, quantity, cells
    )
    buying = business.stock.shelves.buying
    ordered, came = day_starts(plan, buying.ordered), received_at(business)
    given_up = day_starts(plan, np.minimum(buying.expected + 10, plan.days + 1))
    came = np.where(buying.received < 0, given_up, came)
    incoming = daily(days, edges, ordered, buying.cell, buying.quantity, cells)
    return Levels(
        taken_at=edges,
        on_hand=daily(days, edges, moved.at, moved.cell, moved.quantity, cells),
        reserved=reserved,
        incoming=incoming - daily(days, edges, came, buying.cell, buying.quantity, cells),
    )
