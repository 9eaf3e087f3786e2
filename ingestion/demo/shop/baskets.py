"""What is in each order: articles on sale that day, gift cards, wrapping, samples, giveaways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.assortment import CATEGORIES
from ingestion.demo.shop.catalogue import FIRST_SET, GIFT_CARDS, SPECIALS, Catalogue
from ingestion.demo.shop.people import MARKETPLACE, People
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.purchases import Purchases
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import local_days
from ingestion.demo.shop.shelf import Shelf, build_shelf, pick_categories

# What an order is for.
GOODS, GIFT_CARD, PRICE_DIFFERENCE, REPLACEMENT = range(4)
_PURPOSES = (0.985, 0.006, 0.004, 0.005)

LINE_TYPES = ("merchandise", "fee", "price_difference", "sample")
MERCHANDISE, FEE, DIFFERENCE, SAMPLE = range(4)

_LINES = (0.47, 0.27, 0.14, 0.08, 0.04)
_QUANTITIES = np.array([1, 2, 3, 4, 6, 12])
_QUANTITY_WEIGHTS = (0.80, 0.13, 0.035, 0.02, 0.01, 0.005)
_WRAPPED, _WRAPPED_DECEMBER, _CARD_TOO, _SAMPLE, _GIFT, _SET = 0.03, 0.10, 0.008, 0.04, 0.03, 0.035


@dataclass(frozen=True)
class Lines:
    """One entry per order line, by order and place in it; `order` indexes the purchases."""

    order: Ints
    place: Ints
    """1 for the first line of the order."""
    variant: Ints
    quantity: Ints
    kind: Ints
    """Index into LINE_TYPES."""
    is_gift_card: Bools
    is_giveaway: Bools
    is_set: Bools
    """A set of other variants, sold at its own price; its parts follow as lines of the same order."""
    is_part: Bools
    """Part of the order's set; it costs nothing by itself. An order holds one set at most."""
    unpriced: Bools
    """The unit price is 0 whatever the list says (other free goods bear their price and a full discount)."""

    @property
    def are_goods(self) -> Bools:
        """Merchandise that is sold: no gift card, no giveaway, no service, no sample."""
        return np.asarray((self.kind == MERCHANDISE) & ~self.is_gift_card & ~self.is_giveaway)


@dataclass(frozen=True)
class Baskets:
    """The lines, what each order is for (GOODS …) and the local day (from the start) it was placed on."""

    purpose: Ints
    day: Ints
    lines: Lines


def build_baskets(plan: Plan, catalogue: Catalogue, people: People, purchases: Purchases) -> Baskets:
    """Baskets of all purchases."""
    who, nth = purchases.person, purchases.nth
    purpose = plan.dice.pick(_PURPOSES, "order/purpose", who, nth)
    purpose = np.where((purpose == REPLACEMENT) & (nth == 0), GOODS, purpose)
    purpose = np.where(purchases.channel == MARKETPLACE, GOODS, purpose)
    day = local_days(plan, purchases.created_at)
    maker = _Maker(plan, catalogue, people, purchases, day, build_shelf(plan, catalogue))
    purpose = np.where(purchases.brushed, GOODS, purpose)
    real = ~purchases.brushed
    goods = np.flatnonzero((purpose == GOODS) & real)
    blocks = [
        maker.merchandise(np.flatnonzero(((purpose == GOODS) | (purpose == REPLACEMENT)) & real)),
        maker.gift_cards(
            np.concatenate([np.flatnonzero(purpose == GIFT_CARD), maker.some(goods, _CARD_TOO, "card")])
        ),
        maker.price_differences(np.flatnonzero(purpose == PRICE_DIFFERENCE)),
        maker.giveaways(maker.some(goods, _GIFT, "giveaway")),
        maker.samples(maker.some(goods, _SAMPLE, "sample")),
        maker.wrapping(goods),
        *maker.sets(maker.some(goods, _SET, "set")),
    ]
    blocks.append(maker.brushed(np.flatnonzero(purchases.brushed)))
    return Baskets(purpose=purpose, day=day, lines=_joined(blocks))


@dataclass(frozen=True)
class _Maker:
    """Makes one kind of line at a time. In its blocks `place` is only a rank within the order."""

    plan: Plan
    catalogue: Catalogue
    people: People
    purchases: Purchases
    day: Ints
    shelf: Shelf

    def keys(self, orders: Ints) -> tuple[Ints, Ints]:
        return self.purchases.person[orders], self.purchases.nth[orders]

    def some(self, orders: Ints, share: float, what: str) -> Ints:
        return orders[self.plan.dice.chance(share, f"order/{what}", *self.keys(orders))]

    def month(self, orders: Ints) -> Ints:
        days = np.datetime64(self.plan.start, "D") + self.day[orders]
        return np.asarray(days.astype("datetime64[M]").astype(np.int64) % 12)

    def merchandise(self, orders: Ints) -> Lines:
        dice, (who, nth) = self.plan.dice, self.keys(orders)
        count = 1 + dice.pick(_LINES, "order/lines", who, nth)
        order, slot = np.repeat(orders, count), _rank(count)
        keys = (*self.keys(order), slot)
        favourite = self.people.favourite[keys[0]]
        category = pick_categories(self.plan, favourite, self.month(order), *keys)
        variant = self.shelf.pick(category, self.day[order], dice.uniform("pick/variant", *keys))
        # The same article twice in an order is one line.
        _, first = np.unique(order * len(self.catalogue.variant_id) + variant, return_index=True)
        order, slot, variant = order[first], slot[first], variant[first]
        quantity = _QUANTITIES[dice.pick(_QUANTITY_WEIGHTS, "line/quantity", *self.keys(order), slot)]
        clothing = self.catalogue.category[variant] == [one.name for one in CATEGORIES].index("Clothing")
        return _block(order, slot, variant, quantity=np.where(clothing, np.minimum(quantity, 2), quantity))

    def gift_cards(self, orders: Ints) -> Lines:
        value = self.plan.dice.pick((0.4, 0.45, 0.15)[: len(GIFT_CARDS)], "card/value", *self.keys(orders))
        return _block(orders, 10, value, card=True)

    def price_differences(self, orders: Ints) -> Lines:
        """A line of so many units at a price of 1: how a shop collects what a change of mind costs more."""
        units = self.plan.dice.integers(2, 30, "difference/units", *self.keys(orders))
        return _block(orders, 11, _special("PRICE-DIFFERENCE"), quantity=units, kind=DIFFERENCE)

    def giveaways(self, orders: Ints) -> Lines:
        keys = self.keys(orders)
        shelf = np.full(len(orders), [one.name for one in CATEGORIES].index("Stationery"))
        variant = self.shelf.pick(shelf, self.day[orders], self.plan.dice.uniform("giveaway/variant", *keys))
        unpriced = self.plan.dice.chance(0.5, "giveaway/unpriced", *keys)
        return _block(orders, 12, variant, giveaway=True, unpriced=unpriced)

    def samples(self, orders: Ints) -> Lines:
        return _block(
            orders, 13, _special("SAMPLE-SACHET"), kind=SAMPLE, unpriced=np.ones(len(orders), dtype=bool)
        )

    def wrapping(self, orders: Ints) -> Lines:
        share = np.where(self.month(orders) == 11, _WRAPPED_DECEMBER, _WRAPPED)
        chosen = orders[self.plan.dice.chance(share, "order/wrap", *self.keys(orders))]
        return _block(chosen, 14, _special("GIFT-WRAP"), kind=FEE)

    def sets(self, orders: Ints) -> list[Lines]:
        """A set each, and its parts, which bear no price."""
        keys = self.keys(orders)
        which = self.plan.dice.integers(0, len(self.catalogue.set_parts) - 1, "set/which", *keys)
        parts = self.catalogue.set_parts[which]
        heads = _block(orders, 20, FIRST_SET + which, is_set=True)
        return [heads, *(_block(orders, 21 + at, parts[:, at], part=True, unpriced=True) for at in range(3))]

    def brushed(self, orders: Ints) -> Lines:
        """What a ring buys: one and the same article in all orders of a run."""
        run = self.people.run[self.purchases.person[orders]]
        category = self.plan.dice.integers(0, len(CATEGORIES) - 1, "ring/category", run)
        variant = self.shelf.pick(category, self.day[orders], self.plan.dice.uniform("ring/variant", run))
        return _block(orders, 1, variant)


def _special(name: str) -> int:
    return SPECIALS.index(name)


def _rank(count: Ints) -> Ints:
    """0, 1, … within each of the groups of the given sizes."""
    return np.asarray(np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count))


def _block(
    order: Ints,
    place: int | Ints,
    variant: int | Ints,
    *,
    quantity: int | Ints = 1,
    kind: int = MERCHANDISE,
    card: bool = False,
    giveaway: bool = False,
    is_set: bool = False,
    part: bool = False,
    unpriced: bool | Bools = False,
) -> Lines:
    def column(value: object, dtype: type) -> np.ndarray:
        return np.broadcast_to(np.asarray(value, dtype=dtype), len(order)).copy()

    return Lines(
        order=order,
        place=column(place, np.int64),
        variant=column(variant, np.int64),
        quantity=column(quantity, np.int64),
        kind=column(kind, np.int64),
        is_gift_card=column(card, np.bool_),
        is_giveaway=column(giveaway, np.bool_),
        is_set=column(is_set, np.bool_),
        is_part=column(part, np.bool_),
        unpriced=column(unpriced, np.bool_),
    )


def _joined(blocks: list[Lines]) -> Lines:
    """All lines by order; their places numbered 1, 2, … without gaps."""
    columns = {
        name: np.concatenate([getattr(block, name) for block in blocks]) for name in Lines.__annotations__
    }
    by = np.lexsort((columns["place"], columns["order"]))
    columns = {name: values[by] for name, values in columns.items()}
    columns["place"] = _rank(np.unique(columns["order"], return_counts=True)[1]) + 1
    return Lines(**columns)
