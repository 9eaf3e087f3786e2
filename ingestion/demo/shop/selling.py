"""From what people want to what they get: orders and lines that find no stock do not come about."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ingestion.demo.shop.baskets import DIFFERENCE, MERCHANDISE, Baskets
from ingestion.demo.shop.catalogue import SPECIALS
from ingestion.demo.shop.claims import Claims
from ingestion.demo.shop.columns import only
from ingestion.demo.shop.demand import Demand
from ingestion.demo.shop.payments import Payments, deposits
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.pricing import Money
from ingestion.demo.shop.purchases import Purchases
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import NEVER, local_days
from ingestion.demo.shop.stock import NOWHERE, Shelves


@dataclass(frozen=True)
class Wanted:
    """What people came for, before the shelves said no."""

    purchases: Purchases
    baskets: Baskets


@dataclass(frozen=True)
class Lost:
    """What was lost for want of stock, per wanted order and per wanted line (those of lost orders included)."""

    orders: Bools
    lines: Bools


@dataclass(frozen=True, eq=False)
class Stock:
    """The shelves, and where each line of the orders that came about was taken from."""

    plan: Plan
    shelves: Shelves
    places: int
    line_warehouse: Ints
    """Per line; NOWHERE for what lies on no shelf (gift cards, services, sets, samples, test orders)."""

    def out_of_stock(self, variant: Ints, instant: Ints) -> Bools:
        """Was nothing of each variant left in any warehouse at the end of the local day of each instant?"""
        item = np.asarray(variant) - len(SPECIALS)
        day = np.clip(local_days(self.plan, instant), 0, self.plan.days - 1)
        by_item = self.shelves.available.reshape(self.plan.days, -1, self.places)
        empty = (by_item[day, np.maximum(item, 0)] <= 0).all(axis=1)
        return np.asarray(empty & (item >= 0))


def sold(
    plan: Plan, wanted: Wanted, demand: Demand, shelves: Shelves, places: int
) -> tuple[Purchases, Baskets, Lost, Stock]:
    """The orders that come about, what was lost, and the stock behind them."""
    lines = wanted.baskets.lines
    kept = np.ones(len(lines.order), dtype=np.bool_)
    kept[demand.line] = shelves.served
    # A set stands and falls with its parts.
    torn = np.bincount(lines.order, lines.is_part & ~kept, minlength=len(wanted.baskets.purpose)) > 0
    kept &= ~(torn[lines.order] & (lines.is_set | lines.is_part))
    core = ((lines.kind == MERCHANDISE) & ~lines.is_giveaway & ~lines.is_part) | (lines.kind == DIFFERENCE)
    placed = np.bincount(lines.order, kept & core, minlength=len(wanted.baskets.purpose)) > 0
    kept &= placed[lines.order]
    warehouse = np.full(len(kept), NOWHERE)
    warehouse[demand.line] = shelves.warehouse
    number = np.cumsum(placed) - 1
    chosen = only(lines, kept)
    baskets = Baskets(
        purpose=wanted.baskets.purpose[placed],
        day=wanted.baskets.day[placed],
        lines=replace(chosen, order=number[chosen.order]),
    )
    return (
        only(wanted.purchases, placed),
        baskets,
        Lost(~placed, ~kept),
        Stock(plan, shelves, places, warehouse[kept]),
    )


def paid_and_shipped(payments: Payments, lost: Lost, baskets: Baskets, money: Money) -> Payments:
    """The payments of the orders that came about; a single line is not shipped in two parts."""
    left = only(payments, ~lost.orders)
    several = np.bincount(baskets.lines.order, minlength=len(left.way)) > 1
    return replace(
        left,
        partly_shipped_at=np.where(several, left.partly_shipped_at, NEVER),
        deposit=deposits(money.total, left.deposit > 0),
    )


def claimed(claims: Claims, lost: Lost) -> Claims:
    """The claims of the orders that came about."""
    kept = ~lost.orders[claims.order]
    number = np.cumsum(~lost.orders) - 1
    return Claims(
        order=number[claims.order[kept]],
        number=claims.number[kept],
        keys=(claims.keys[0][kept], claims.keys[1][kept], claims.keys[2][kept]),
        cause=claims.cause[kept],
        reason=claims.reason[kept],
        requested_at=claims.requested_at[kept],
        issued_at=claims.issued_at[kept],
        settled_at=claims.settled_at[kept],
        outcome=claims.outcome[kept],
    )
