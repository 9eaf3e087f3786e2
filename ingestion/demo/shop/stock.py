"""The shelves day by day: what can be sold, what is lost for want of stock, and what the buyer orders anew.

A simulation forwards in time. Each morning brings what suppliers, cancelled orders and returns have given by the
evening before; the day's orders take from it in the order in which they come, from the nearest warehouse or else
from another. What finds nothing is lost: the line, and the order if nothing else is in it. Once a week each
variant is looked at, and ordered anew from what has been sold lately, so a day depends on earlier days only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.catalogue import Catalogue
from ingestion.demo.shop.demand import Demand
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Bools, Floats, Ints
from ingestion.demo.shop.restocking import Buyer, Buying
from ingestion.demo.shop.suppliers import warehouses

NOWHERE = -1


@dataclass(frozen=True)
class Shelves:
    """What came of it. Cells are variant (from the first merchandise) × warehouses + warehouse."""

    served: Bools
    """Per entry of the demand."""
    warehouse: Ints
    """Per entry of the demand; NOWHERE if it was not served."""
    opening: Ints
    """Units in each cell when the simulation begins."""
    available: Ints
    """(days × cells) units that could still be sold at the end of each day; negative where too much was sold."""
    buying: Buying
    """All that was ordered from suppliers."""
    shrinkage: Ints
    """(days × cells) units that stocktaking found (+) or missed (−)."""


def run_shelves(plan: Plan, catalogue: Catalogue, demand: Demand) -> Shelves:
    """Run all simulated days."""
    buyer = Buyer.hired(plan, catalogue)
    places, days, cells = len(warehouses(plan)), plan.days, buyer.cells
    free = buyer.opening.copy()
    coming = np.zeros((days + 1, cells), dtype=np.int64)
    available = np.zeros((days, cells), dtype=np.int64)
    shrinkage = np.zeros((days, cells), dtype=np.int64)
    served = np.zeros(len(demand.line), dtype=np.bool_)
    warehouse = np.full(len(demand.line), NOWHERE)
    starts = np.searchsorted(demand.day, np.arange(days + 1))
    for day in range(days):
        free += coming[day] + buyer.receipts(day)
        shrinkage[day] = buyer.counted(day, free)
        free += shrinkage[day]
        rows = np.arange(starts[day], starts[day + 1])
        if len(rows):
            good, where = _serve(demand, rows, free, places)
            rows, cell = rows[good], demand.item[rows[good]] * places + where[good]
            served[rows], warehouse[rows] = True, where[good]
            np.subtract.at(free, cell, demand.quantity[rows])
            for then, units in ((demand.free_day, demand.quantity), (demand.back_day, demand.back)):
                later = then[rows] < days
                np.add.at(coming, (np.maximum(then[rows], day)[later] + 1, cell[later]), units[rows][later])
            buyer.sold(day, cell, demand.quantity[rows], free)
        else:
            buyer.sold(day, rows, rows, free)
        buyer.order(day, free)
        available[day] = free
    return Shelves(served, warehouse, buyer.opening, available, buyer.bought(), shrinkage)


def _serve(demand: Demand, rows: Ints, free: Ints, places: int) -> tuple[Bools, Ints]:
    """Which of a day's lines are served, and from which warehouse."""
    left, where = free.copy(), np.full(len(rows), NOWHERE)
    for step in range(max(places, 2)):
        waits = np.flatnonzero(where == NOWHERE)
        place = (demand.near[rows[waits]] + step) % places
        cell = demand.item[rows[waits]] * places + place
        good = _in_turn(cell, demand.quantity[rows[waits]], left)
        where[waits[good]] = place[good]
        np.subtract.at(left, cell[good], demand.quantity[rows[waits[good]]])
    over = (where == NOWHERE) & demand.oversells[rows]
    where[over] = demand.near[rows[over]]
    good = where != NOWHERE
    order = demand.order[rows] - demand.order[rows[0]]
    # A set without one of its parts is no set; giveaways alone are no order.
    torn = np.bincount(order, demand.is_part[rows] & ~good) > 0
    good &= ~(torn[order] & demand.is_part[rows])
    main = np.bincount(order, demand.is_main[rows] & good) > 0
    return np.asarray(good & (main[order] | ~_has_main(demand, rows, order))), where


def _has_main(demand: Demand, rows: Ints, order: Ints) -> Bools:
    return np.asarray((np.bincount(order, demand.is_main[rows]) > 0)[order])


def _in_turn(cell: Ints, quantity: Ints, left: Ints) -> Bools:
    """First come, first served: whose units, with those before them in the same cell, are still there."""
    by = np.argsort(cell, kind="stable")
    running: Ints = np.cumsum(quantity[by])
    first = np.searchsorted(cell[by], cell[by], side="left")
    through: Floats | Ints = running - (running[first] - quantity[by][first])
    good = np.empty(len(cell), dtype=np.bool_)
    good[by] = through <= left[cell[by]]
    return good
