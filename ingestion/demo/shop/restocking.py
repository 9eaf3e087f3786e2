"""The buyer of the shop: looks at each variant once a week and orders it anew, from suppliers who keep their word
more or less."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ingestion.demo.shop.assortment import CATEGORIES
from ingestion.demo.shop.catalogue import SPECIALS, Catalogue
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Dice, Floats, Ints
from ingestion.demo.shop.seasons import DAY_MS, NEVER, day_factors
from ingestion.demo.shop.suppliers import LATE, LEAD_DAYS, SHORT, demand_shares

_UNITS_PER_ORDER = 2.75
_FIRST_DAYS, _FIRST_LEAD = 40, 22
_AHEAD = 90
_SAFETY_DAYS, _REVIEW_DAYS = 7.0, 7
_MEMORY = 1.0 / 28.0
_PACK = 6
CANCELLED = -1


@dataclass(frozen=True)
class Buying:
    """One entry per order line to a supplier, by day of order. Days are local, from the start; they may be negative."""

    cell: Ints
    quantity: Ints
    ordered: Ints
    expected: Ints
    received: Ints
    """CANCELLED if the supplier never delivers."""
    received_quantity: Ints


@dataclass
class Buyer:
    """What the buyer knows and has ordered. Cells are variant × warehouses + warehouse."""

    dice: Dice
    days: int
    cells: int
    opening: Ints
    rate: Floats
    """Units a day that the buyer expects each cell to sell, season apart."""
    listed: Ints
    delisted: Ints
    """Local days of each cell's listing and delisting."""
    supplier: Ints
    season: Floats
    care: Floats
    """How much of the need is ordered: some articles are planned too tightly, others too richly."""
    arriving: Ints
    """(days + 1 × cells) units that arrive on each day; they can be sold from the next one on."""
    on_order: Ints
    lines: list[tuple[Ints, ...]] = field(default_factory=list)

    @classmethod
    def hired(cls, plan: Plan, catalogue: Catalogue) -> Buyer:
        """On the first morning, with the opening stock and the first batches of articles still to be launched."""
        special, shares, begin = len(SPECIALS), demand_shares(plan), plan.midnight(plan.start)
        listed = (catalogue.listed_at[special:] - begin) // DAY_MS
        gone = catalogue.delisted_at[special:]
        delisted = np.where(gone < NEVER, (np.where(gone < NEVER, gone, 0) - begin) // DAY_MS, 10**6)
        items, places = len(listed), len(shares)
        cell = np.arange(items * places)
        rate = (_expected(plan, catalogue)[:, None] * shares[None, :]).ravel()
        noise = plan.dice.between(0.6, 1.5, "stock/opening", cell)
        known = (listed < 0).repeat(places)
        suppliers = np.array([int(name[1:]) - 1 for name in catalogue.supplier_id[special:] if name])
        season = day_factors(plan, plan.start, plan.days + _AHEAD + 60)
        buyer = cls(
            dice=plan.dice,
            days=plan.days,
            cells=len(cell),
            opening=np.where(
                known, np.ceil(rate * _FIRST_DAYS * noise * season[:_FIRST_DAYS].mean()), 0
            ).astype(np.int64),
            rate=np.where(known, rate * noise, rate),
            listed=listed.repeat(places),
            delisted=delisted.repeat(places),
            supplier=suppliers.repeat(places),
            season=np.concatenate([[0.0], np.cumsum(season)]),
            care=np.exp(0.34 * plan.dice.normal("stock/care", cell // places) - 0.05),
            arriving=np.zeros((plan.days + 1, len(cell)), dtype=np.int64),
            on_order=np.zeros(len(cell), dtype=np.int64),
        )
        new = np.flatnonzero(~known)
        wanted = np.ceil(rate[new] * _FIRST_DAYS * 1.6 * noise[new] / _PACK).astype(np.int64) * _PACK
        ordered = buyer.listed[new] - _FIRST_LEAD
        # First batches are watched closely: they come in time and in full.
        buyer._place(new, wanted, ordered, ordered + _FIRST_LEAD - 3, ordered + _FIRST_LEAD - 3, wanted)
        return buyer

    def receipts(self, day: int) -> Ints:
        """What arrived the day before, and can be sold today."""
        came = self.arriving[day - 1] if day else np.zeros(self.cells, dtype=np.int64)
        self.on_order -= came
        return np.asarray(came)

    def counted(self, day: int, free: Ints) -> Ints:
        """What stocktaking finds: a few cells a day, one unit more or less."""
        draw = self.dice.uniform("stock/count", day, np.arange(self.cells))
        found = np.where(draw < 0.002, np.where(free > 2, -1, 0), np.where(draw > 0.9997, 1, 0))
        return np.where(self.listed <= day, found, 0)

    def sold(self, day: int, cell: Ints, quantity: Ints, free: Ints) -> None:
        """Learn from the day's sales, the season taken out; days without stock teach nothing."""
        units = np.bincount(cell, quantity, minlength=self.cells) / (self.season[day + 1] - self.season[day])
        heard = (free > 0) | (units > 0)
        self.rate = np.where(heard, self.rate + _MEMORY * (units - self.rate), self.rate)

    def order(self, day: int, free: Ints) -> None:
        """The weekly look at a seventh of the variants."""
        cell = np.arange(self.cells)
        due = np.flatnonzero(
            (cell % _REVIEW_DAYS == day % _REVIEW_DAYS) & (self.listed <= day) & (self.delisted > day + 45)
        )
        lead = LEAD_DAYS[self.supplier[due]]
        cover = (lead + _SAFETY_DAYS + _REVIEW_DAYS).astype(np.int64)
        # The buyer knows the calendar, and believes in four fifths of what it promises.
        ahead = (self.season[day + cover] - self.season[day]) / cover
        need = self.rate[due] * self.care[due] * (0.2 + 0.8 * ahead)
        held = free[due] + self.on_order[due]
        short = held < need * cover
        batch = np.ceil((need * (cover + 18) - held) / _PACK).astype(np.int64) * _PACK
        short &= batch > 0
        due, lead, batch = due[short], lead[short], batch[short]
        if not len(due):
            return
        draws = [
            self.dice.uniform(f"supplier/{what}", day, due)
            for what in ("lead", "late", "slip", "short", "part", "off")
        ]
        supplier = self.supplier[due]
        expected = day + lead.astype(np.int64)
        punctual = np.round((draws[0] - 0.8) * 3).astype(np.int64)
        slip = np.where(
            draws[1] < LATE[supplier], 2 + np.floor(-np.log(draws[2]) * 7).astype(np.int64), punctual
        )
        part = np.where(draws[3] < SHORT[supplier], 0.4 + 0.55 * draws[4], 1.0)
        received = np.where(draws[5] < 0.012, CANCELLED, np.maximum(expected + np.minimum(slip, 45), day + 2))
        got = np.where(received == CANCELLED, 0, np.maximum(np.floor(batch * part), 1).astype(np.int64))
        self._place(due, batch, np.full_like(due, day), expected, received, got)

    def _place(
        self, cell: Ints, quantity: Ints, ordered: Ints, expected: Ints, received: Ints, got: Ints
    ) -> None:
        self.lines.append((cell, quantity, ordered, expected, received, got))
        arrives = (received >= 0) & (received < self.days)
        np.add.at(self.arriving, (received[arrives], cell[arrives]), got[arrives])
        np.add.at(self.on_order, cell, got)

    def bought(self) -> Buying:
        """All lines, by day of order and cell."""
        cell, quantity, ordered, expected, received, got = (
            np.concatenate(column) for column in zip(*self.lines, strict=True)
        )
        by = np.lexsort((cell, ordered))
        return Buying(cell[by], quantity[by], ordered[by], expected[by], received[by], got[by])


def _expected(plan: Plan, catalogue: Catalogue) -> Floats:
    """Units a day of each variant, as the buyer guesses from how the articles are liked."""
    special = len(SPECIALS)
    category, popularity = catalogue.category[special:], catalogue.popularity[special:]
    first = catalogue.listed_at[special:] < plan.midnight(plan.start)
    liked = np.bincount(category[first], popularity[first], minlength=len(CATEGORIES))
    weight = np.array([one.weight for one in CATEGORIES])
    share = weight / weight.sum() / np.maximum(liked, 0.1)
    return np.asarray(plan.orders_per_day * _UNITS_PER_ORDER * share[category] * popularity)
