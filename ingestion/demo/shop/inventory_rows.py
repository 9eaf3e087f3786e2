"""Rows of the stock: movements, daily snapshots, and orders to suppliers."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.catalogue import SPECIALS
from ingestion.demo.shop.frames import instants, latest, money, nothing, numbers, words
from ingestion.demo.shop.inventory import MOVES, RECEIPT, SALE, day_starts, levels, moves, received_at
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.records import FIRST_ORDER
from ingestion.demo.shop.restocking import CANCELLED
from ingestion.demo.shop.seasons import DAY_MS, HOUR_MS, NEVER
from ingestion.demo.shop.suppliers import warehouses

_MISSED_DAY, _MISSED_ROW = 0.012, 0.001
_COUNTED = 5 * 60_000
"""The snapshot is delivered so long after it is taken, still before midnight."""
_UNTIL_GONE = 30
"""Days for which an empty shelf of a delisted variant is still counted."""


def _cell(business: Business, cell: Ints) -> dict[str, pl.Series]:
    places = business.stock.places
    return {
        "variant_id": words(business.catalogue.variant_id, cell // places + len(SPECIALS)),
        "location_id": words(warehouses(business.plan), cell % places),
    }


def movement_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Movements booked in [after, until)."""
    made = moves(business)
    which = np.flatnonzero((made.booked_at < until) & (made.booked_at >= after))
    kind, reference = made.kind[which], made.reference[which]
    order = business.baskets.lines.order[np.where(kind >= SALE, np.maximum(reference, 0), 0)] + FIRST_ORDER
    of_supplier = po_line_ids(business, np.where(kind == RECEIPT, reference, 0))
    named = of_supplier.zip_with(pl.Series(values=kind == RECEIPT), numbers(order, form="{}"))
    return pl.DataFrame(
        {
            "movement_id": numbers(kind, made.cell[which], made.number[which], form="M{}-{}-{}"),
            **_cell(business, made.cell[which]),
            "moved_at": instants(made.at[which]),
            "quantity": made.quantity[which],
            "kind": words(MOVES, kind),
            "reference_id": nothing(reference >= 0, named),
            "updated_at": instants(made.booked_at[which]),
        }
    )


def level_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Snapshots taken in [after, until) of what is or was on sale; now and then one is missing."""
    stock, places, dice = levels(business), business.stock.places, business.plan.dice
    days = np.flatnonzero((stock.taken_at + _COUNTED < until) & (stock.taken_at + _COUNTED >= after))
    cells = stock.on_hand.shape[1]
    day, cell = (grid.ravel() for grid in np.meshgrid(days, np.arange(cells), indexing="ij"))
    item = cell // places + len(SPECIALS)
    taken = stock.taken_at[day]
    listed, gone = business.catalogue.listed_at[item], business.catalogue.delisted_at[item]
    on_hand = stock.on_hand[day, cell]
    lately = taken - np.minimum(gone, taken) < _UNTIL_GONE * DAY_MS
    due = (taken > listed) & ((taken < gone) | (on_hand != 0) | lately)
    due &= ~dice.chance(_MISSED_DAY, "snapshot/day", day, cell % places)
    due &= ~dice.chance(_MISSED_ROW, "snapshot/row", day, cell)
    day, cell = day[due], cell[due]
    return pl.DataFrame(
        {
            **_cell(business, cell),
            "snapshot_at": instants(stock.taken_at[day]),
            "on_hand": stock.on_hand[day, cell],
            "reserved": stock.reserved[day, cell],
            "incoming": stock.incoming[day, cell],
            "updated_at": instants(stock.taken_at[day] + _COUNTED),
        }
    )


def po_line_ids(business: Business, line: Ints) -> pl.Series:
    """Ids of lines ordered from suppliers: the order (supplier and day), and the cell that it is for."""
    buying, suppliers = business.stock.shelves.buying, _suppliers(business)
    return numbers(suppliers[line], buying.ordered[line] + 10_000, buying.cell[line], form="PO{}-{}-{}")


def purchase_order_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Lines ordered, received, or cancelled by the supplier, in [after, until)."""
    plan, buying, places = business.plan, business.stock.shelves.buying, business.stock.places
    ordered = day_starts(plan, buying.ordered) + 10 * HOUR_MS
    came = received_at(business)
    booked = np.where(came < NEVER, came + HOUR_MS // 2, NEVER)
    given_up = day_starts(plan, np.minimum(buying.expected + 10, plan.days + 1))
    deleted = np.where(buying.received == CANCELLED, given_up, NEVER)
    updated = latest(until, ordered, booked, deleted)
    which = np.flatnonzero((ordered < until) & (updated >= after))
    cell, known = buying.cell[which], booked[which] < until
    item = cell // places + len(SPECIALS)
    cost = business.catalogue.cost_at(item, ordered[which])
    expected = plan_days(business, buying.expected[which])
    return pl.DataFrame(
        {
            "po_line_id": po_line_ids(business, which),
            "po_id": numbers(_suppliers(business)[which], buying.ordered[which] + 10_000, form="PO{}-{}"),
            "supplier_id": words(business.catalogue.supplier_id, item),
            **_cell(business, cell),
            "ordered_at": instants(ordered[which]),
            "expected_at": instants(expected),
            "received_at": instants(np.where(known, came[which], NEVER)),
            "quantity_ordered": buying.quantity[which],
            "quantity_received": np.where(known, buying.received_quantity[which], 0),
            "unit_cost": money(cost),
            "updated_at": instants(updated[which]),
            "_deleted": deleted[which] < until,
        }
    )


def plan_days(business: Business, day: Ints) -> Ints:
    """Five in the afternoon of local days, also of those beyond the simulated ones (by 24-hour days)."""
    last = business.plan.days
    known: Ints = day_starts(business.plan, np.minimum(day, last))
    beyond: Ints = np.maximum(day - last, 0) * DAY_MS
    return known + beyond + 17 * HOUR_MS


def _suppliers(business: Business) -> Ints:
    names = business.catalogue.supplier_id[len(SPECIALS) :]
    index = np.array([int(name[1:]) if name else 0 for name in names], dtype=np.int64)
    found: Ints = index[business.stock.shelves.buying.cell // business.stock.places]
    return found
