"""Products with their variants, when each is on sale, and how list prices and unit costs move over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.assortment import BRANDS, CATEGORIES, SETS, SUPPLIERS, words_of
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Floats, Ints
from ingestion.demo.shop.seasons import DAY_MS, NEVER

FIRST_PRODUCTS = 48
LAUNCH_EVERY_DAYS = 18
REVISIONS = 12
"""Price and cost revisions that a variant can have: about one in seven months, so enough for seven years."""
GIFT_CARDS = (25, 50, 100)
_SERVICES = (*(f"GIFT-{value}" for value in GIFT_CARDS), "GIFT-WRAP", "PRICE-DIFFERENCE", "SAMPLE-SACHET")
SPECIALS = (*_SERVICES, *(f"SET-{number + 1}" for number in range(len(SETS))))
"""Variants that are no single merchandise: services, and sets of other variants. They stand first in the catalogue,
at the index given by this tuple."""
FIRST_SET = len(_SERVICES)
_SET_PRICE = 0.86
"""A set costs less than its parts."""


@dataclass(frozen=True)
class Catalogue:
    """Columns of equal length, one entry per variant, plus revisions as (variants × revisions + 1) tables.

    Instants are milliseconds UTC, money is in cents. `price_from[v, 0]` is the listing; prices and costs hold
    from their instant until the next one (NEVER: no further revision).
    """

    variant_id: list[str]
    product_id: list[str]
    sku: list[str]
    title: list[str]
    category: Ints
    """Index into CATEGORIES, −1 for services; a set is of its first part's."""
    subcategory: list[str]
    brand: list[str | None]
    supplier_id: list[str | None]
    popularity: Floats
    listed_at: Ints
    delisted_at: Ints
    price_from: Ints
    price: Ints
    cost_from: Ints
    cost: Ints
    set_parts: Ints
    """(sets × parts) variants that the set FIRST_SET + row consists of, one unit of each."""
    cost_booked: Ints
    """When the cost entered the books: some suppliers' invoices come days after the price they announce."""

    def price_at(self, variant: Ints, instant: Ints) -> Ints:
        """List price in cents of each variant at each instant; the first one before the listing."""
        revision = (self.price_from[variant] <= instant[:, None]).sum(axis=1) - 1
        return np.asarray(self.price[variant, np.maximum(revision, 0)])

    def cost_at(self, variant: Ints, instant: Ints) -> Ints:
        """Unit cost in cents of each variant at each instant; the first one before the listing."""
        revision = (self.cost_from[variant] <= instant[:, None]).sum(axis=1) - 1
        return np.asarray(self.cost[variant, np.maximum(revision, 0)])


def build_catalogue(plan: Plan) -> Catalogue:
    """All variants that are listed before the end of the margin."""
    dice, begin = plan.dice, plan.midnight(plan.start)
    products = FIRST_PRODUCTS + plan.days // LAUNCH_EVERY_DAYS
    product = np.arange(products, dtype=np.int64)
    category = dice.pick([one.weight for one in CATEGORIES], "product/category", product)
    # What the shop opened with was listed in the year before; later articles come one every few days at 10:00.
    launched = (product - FIRST_PRODUCTS + 1) * LAUNCH_EVERY_DAYS - dice.integers(
        1, 5, "product/jitter", product
    )
    listed = np.where(product < FIRST_PRODUCTS, -dice.integers(5, 360, "product/old", product), launched)
    sells_for = dice.integers(150, 900, "product/life", product)
    dies = dice.chance(0.30, "product/dies", product)
    median = np.array([one.price for one in CATEGORIES])[category]
    base = median * np.exp(0.45 * dice.normal("product/price", product)) * plan.market.price_level
    options = np.array([len(one.variants) for one in CATEGORIES])[category]
    count = np.minimum(
        np.where(options == 4, 4, 1 + dice.integers(0, 3, "product/variants", product)), options
    )

    of = np.repeat(product, count)
    option = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    listed_at = begin + listed[of] * DAY_MS + 10 * 3_600_000
    delisted_at = np.where(dies[of], np.maximum(listed_at, begin) + sells_for[of] * DAY_MS, NEVER)
    star = np.exp(1.0 * dice.normal("product/star", of)) * dice.between(0.5, 1.5, "variant/star", of, option)
    special = len(SPECIALS)
    brand = dice.integers(0, len(BRANDS) - 1, "product/brand", of)
    titles, subcategories, labels = _titles(plan, of, option, category[of])
    words = words_of(plan.market.language)
    parts = _set_parts(plan, of, option, listed_at, delisted_at)
    listed_at = np.concatenate([np.full(special, begin - 400 * DAY_MS), listed_at])
    prices = _prices(plan, listed_at, base[of], parts)
    costs = _costs(
        plan, listed_at, np.array([one.cost_share for one in CATEGORIES])[category[of]], prices[1][:, 0]
    )
    names = [f"{number + 1:05d}" for number in of.tolist()]
    category_of = np.concatenate([np.full(special, -1), category[of]])
    category_of[FIRST_SET:special] = category_of[parts[:, 0]]
    options_of = (option + 1).tolist()
    return Catalogue(
        variant_id=[*SPECIALS, *(f"V{name}-{n}" for name, n in zip(names, options_of, strict=True))],
        product_id=["GIFT-CARD" if name in _SERVICES and name[5:].isdigit() else name for name in SPECIALS]
        + [f"P{name}" for name in names],
        sku=[
            *SPECIALS,
            *(f"{word}-{name}-{n}" for word, name, n in zip(labels, names, options_of, strict=True)),
        ],
        title=[*words.special_titles, *words.sets, *titles],
        category=category_of,
        subcategory=[*words.special_subcategories, *(words.sets_name for _ in words.sets), *subcategories],
        brand=[*([None] * special), *(words.brands[b] for b in brand.tolist())],
        supplier_id=[*([None] * special), *(f"S{b % SUPPLIERS + 1:02d}" for b in brand.tolist())],
        popularity=np.concatenate([np.zeros(special), star]),
        listed_at=listed_at,
        delisted_at=np.concatenate([np.full(special, NEVER), delisted_at]),
        price_from=prices[0],
        price=prices[1],
        cost_from=costs[0],
        cost=costs[1],
        set_parts=parts,
        cost_booked=costs[2],
    )


def _titles(plan: Plan, of: Ints, option: Ints, category: Ints) -> tuple[list[str], list[str], list[str]]:
    """Titles, subcategories and the first letters of the stock-keeping codes."""
    draws = (
        plan.dice.integers(0, 10**6, f"product/{what}", of).tolist()
        for what in ("shelf", "article", "adjective")
    )
    words = words_of(plan.market.language)
    titles, subcategories, labels = [], [], []
    for which, choice, shelf, article, word in zip(category.tolist(), option.tolist(), *draws, strict=True):
        groups, variants = words.items[which], words.variants[which]
        subcategory, articles = groups[shelf % len(groups)]
        name = f"{words.adjectives[word % len(words.adjectives)]}{words.joint}{articles[article % len(articles)]}"
        titles.append(f"{name}, {variants[choice]}" if len(variants) > 1 else name)
        subcategories.append(subcategory)
        labels.append(CATEGORIES[which].name[:3].upper())
    return titles, subcategories, labels


def _set_parts(plan: Plan, of: Ints, option: Ints, listed_at: Ints, delisted_at: Ints) -> Ints:
    """Which variants make up each set: of those that the shop opened with and keeps, two or three in a row."""
    kept = np.flatnonzero((listed_at < plan.midnight(plan.start)) & (delisted_at == NEVER) & (option == 0))
    sets, place = np.arange(len(SETS))[:, None], np.arange(3)[None, :]
    start = plan.dice.integers(0, max(len(kept) - 4, 0), "set/parts", np.arange(len(SETS)))
    parts: Ints = kept[(start[:, None] + place + 0 * sets) % len(kept)] + len(SPECIALS)
    return parts


def _revision_days(plan: Plan, what: str, variants: Ints, mean: float) -> Ints:
    """Days after the listing at which revisions 1 … REVISIONS happen: (variants × REVISIONS), rising."""
    step = np.arange(REVISIONS, dtype=np.int64)
    gap = mean * (0.5 + plan.dice.uniform(f"{what}/gap", variants[:, None], step[None, :]))
    return np.cumsum(gap.astype(np.int64), axis=1)


def _prices(plan: Plan, listed_at: Ints, base: Floats, parts: Ints) -> tuple[Ints, Ints]:
    """List prices in cents, ending in 9, and the instants they hold from. Specials never change."""
    special, level = len(SPECIALS), plan.market.price_level
    sets = base[parts - special].sum(axis=1) * 100 * _SET_PRICE
    fixed = [
        *(value * level * 100 for value in GIFT_CARDS),
        350 * level,
        100 * level,
        0,
        *np.round(sets, -3).tolist(),
    ]
    variants = np.arange(len(listed_at), dtype=np.int64)
    step = np.arange(1, REVISIONS + 1, dtype=np.int64)
    days = _revision_days(plan, "price", variants, 240)
    move = np.exp(0.02 + 0.05 * plan.dice.normal("price/move", variants[:, None], step[None, :]))
    factor = np.concatenate([np.ones((len(variants), 1)), np.cumprod(move, axis=1)], axis=1)
    starts = np.concatenate([listed_at[:, None], listed_at[:, None] + days * DAY_MS], axis=1)
    price = np.empty(factor.shape, dtype=np.int64)
    price[special:] = np.maximum(
        np.round(base[:, None] * factor[special:] * 10).astype(np.int64) * 10 - 1, 99
    )
    price[:special] = np.round(np.array(fixed)).astype(np.int64)[:, None]
    starts[:special, 1:] = NEVER
    return starts, price


def _costs(plan: Plan, listed_at: Ints, share: Floats, first_price: Ints) -> tuple[Ints, Ints, Ints]:
    """Unit costs in cents, from when they hold, and when they were booked."""
    special = len(SPECIALS)
    variants = np.arange(len(listed_at), dtype=np.int64)
    step = np.arange(REVISIONS + 1, dtype=np.int64)
    days = _revision_days(plan, "cost", variants, 150)
    move = np.exp(0.015 + 0.04 * plan.dice.normal("cost/move", variants[:, None], step[None, 1:]))
    factor = np.concatenate([np.ones((len(variants), 1)), np.cumprod(move, axis=1)], axis=1)
    starts = np.concatenate([listed_at[:, None], listed_at[:, None] + days * DAY_MS], axis=1)
    noise = np.exp(0.10 * plan.dice.normal("cost/level", variants))
    first = first_price.astype(np.float64) * noise
    first[special:] *= share
    first[:special] = 0.0
    first[SPECIALS.index("GIFT-WRAP")] = 80 * plan.market.price_level
    first[SPECIALS.index("SAMPLE-SACHET")] = 40 * plan.market.price_level
    late = plan.dice.chance(0.10, "cost/late", variants[:, None], step[None, :])
    delay = np.where(late, plan.dice.integers(1, 12, "cost/delay", variants[:, None], step[None, :]), 0)
    starts[:special, 1:] = NEVER
    booked = np.where(starts == NEVER, NEVER, starts + delay * DAY_MS)
    return starts, np.round(first[:, None] * factor).astype(np.int64), booked
