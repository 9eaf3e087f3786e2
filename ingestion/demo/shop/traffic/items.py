"""What visitors look at: one entry per article looked at in a visit, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ingestion.demo.shop.baskets import REPLACEMENT
from ingestion.demo.shop.business import Business
from ingestion.demo.shop.randomness import Bools, Floats, Ints
from ingestion.demo.shop.seasons import local_days
from ingestion.demo.shop.shelf import build_shelf, pick_categories
from ingestion.demo.shop.traffic.channels import channels_of
from ingestion.demo.shop.traffic.visits import BOT, BUYS, COMES, RETURNS, STRANGE, Visits

# By kind of visit: how many articles are looked at, unless the visit ends on its first page.
_LOOKS = {
    STRANGE: (0.30, 0.34, 0.19, 0.10, 0.05, 0.02),
    RETURNS: (0.28, 0.30, 0.20, 0.12, 0.06, 0.04),
    COMES: (0.12, 0.30, 0.26, 0.17, 0.10, 0.05),
    BUYS: (0.34, 0.28, 0.18, 0.11, 0.06, 0.03),
}
_BOUNCES = {RETURNS: 0.30, COMES: 0.18, BUYS: 0.0}
_CARTS = {STRANGE: 0.06, RETURNS: 0.13, COMES: 0.20, BUYS: 0.05}
_SAME = 0.55
"""Share of the articles looked at on the way to an order that are in it in the end."""
_REMOVED = 0.16


@dataclass(frozen=True)
class Items:
    """One entry per article looked at, by visit and place in it."""

    visit: Ints
    place: Ints
    variant: Ints
    carted: Bools
    """Put into the cart."""
    removed: Bools
    """And out of it again."""
    viewed: Bools
    """Its page was opened; not so where the cart of an earlier visit was found again."""


def bounces(business: Business, visits: Visits) -> Bools:
    """Which visits end on the page they began with."""
    share = np.array([one.bounce for one in channels_of(business.plan)])[visits.channel]
    for kind, known in _BOUNCES.items():
        share = np.where(visits.kind == kind, known, share)
    carries = visits.carries & (visits.kind == COMES)
    leaves = business.plan.dice.chance(share, "visit/bounce", visits.key)
    return np.asarray(leaves & (visits.kind != BOT) & ~carries & (visits.wish < 0))


def build_items(business: Business, visits: Visits, bounced: Bools) -> Items:
    """The articles of all visits by people (machines have their own way)."""
    blocks = _browsed(business, visits, bounced), _bought(business, visits), _missed(business, visits)
    joined = {
        one.name: np.concatenate([getattr(block, one.name) for block in blocks]) for one in fields(Items)
    }
    by = np.lexsort((joined["place"], joined["visit"]))
    return Items(**{name: values[by] for name, values in joined.items()})


def _browsed(business: Business, visits: Visits, bounced: Bools) -> Items:
    dice, plan = business.plan.dice, business.plan
    count = np.zeros(len(visits.key), dtype=np.int64)
    for kind, looks in _LOOKS.items():
        mine = visits.kind == kind
        count[mine] = dice.pick(looks, "visit/looks", visits.key[mine])
    nobody_looks = bounced | _brushed(business, visits) | (visits.wish >= 0)
    count[nobody_looks] = 0
    visit = np.repeat(np.arange(len(count)), count)
    place = _rank(count)
    key = visits.key[visit]
    day = np.clip(local_days(plan, visits.at[visit]), 0, plan.days - 1)
    person = visits.person[visit]
    favourite = business.people.favourite[np.maximum(person, 0)]
    month = ((np.datetime64(plan.start, "D") + day).astype("datetime64[M]").astype(np.int64)) % 12
    taste = np.where(person >= 0, favourite, dice.integers(0, 6, "stranger/taste", visits.visitor[visit]))
    category = pick_categories(plan, taste, month, key, place)
    variant = build_shelf(plan, business.catalogue).pick(
        category, day, dice.uniform("look/variant", key, place)
    )
    wanted = _wanted(business, visits, visit, dice.uniform("look/wanted", key, place))
    same = (wanted >= 0) & dice.chance(_SAME, "look/same", key, place)
    variant = np.where(same, wanted, variant)

    share = np.select([visits.kind[visit] == kind for kind in _CARTS], list(_CARTS.values()), 0.0)
    carted = dice.chance(share, "look/cart", key, place)
    carted &= ~_sold_out(business, variant, visits.at[visit])
    leaves = dice.chance(_REMOVED, "look/removed", key, place) | (visits.kind[visit] == BUYS)
    return Items(visit, place, variant, carted, carted & leaves, np.ones(len(visit), dtype=bool))


def _bought(business: Business, visits: Visits) -> Items:
    """The goods of each order in the visit that placed it, or in the one before it whose cart it took over."""
    lines = business.baskets.lines
    buying = np.flatnonzero((visits.order >= 0) & ((visits.kind == BUYS) | visits.carries))
    buying = buying[~_brushed(business, visits)[buying]]
    first = np.searchsorted(lines.order, visits.order[buying], side="left")
    count = np.searchsorted(lines.order, visits.order[buying], side="right") - first
    visit = np.repeat(buying, count)
    rank = _rank(count)
    line = np.repeat(first, count) + rank
    chosen = ((lines.are_goods & ~lines.is_part) | lines.is_gift_card)[line]
    chosen &= (business.baskets.purpose != REPLACEMENT)[visits.order[visit]]
    visit, line, rank = visit[chosen], line[chosen], rank[chosen]
    again = visits.carries[visit] & (visits.kind[visit] == BUYS)
    looks = business.plan.dice.chance(0.35, "carried/look", visits.key[visit], rank)
    kept = ~again | looks
    visit, line, rank, again = visit[kept], line[kept], rank[kept], again[kept]
    none = np.zeros(len(visit), dtype=bool)
    return Items(visit, 50 + rank, lines.variant[line], ~again, none, ~none)


def _missed(business: Business, visits: Visits) -> Items:
    """What those looked at who found it out of stock."""
    wanted, hoping = business.wanted.baskets.lines, np.flatnonzero(visits.wish >= 0)
    first = np.searchsorted(wanted.order, visits.wish[hoping], side="left")
    count = np.searchsorted(wanted.order, visits.wish[hoping], side="right") - first
    visit, rank = np.repeat(hoping, count), _rank(count)
    line = np.repeat(first, count) + rank
    goods = (wanted.are_goods & ~wanted.is_part)[line]
    visit, line, rank = visit[goods], line[goods], rank[goods]
    no = np.zeros(len(visit), dtype=bool)
    return Items(visit, 50 + rank, wanted.variant[line], no, no, ~no)


def _wanted(business: Business, visits: Visits, visit: Ints, draw: Floats) -> Ints:
    """An article of the order that the visit leads to, −1 where there is none yet on sale."""
    lines, catalogue = business.baskets.lines, business.catalogue
    order = visits.order[visit]
    first = np.searchsorted(lines.order, order, side="left")
    count = np.searchsorted(lines.order, order, side="right") - first
    line = np.minimum(first + (draw * count).astype(np.int64), len(lines.order) - 1)
    leads = (visits.kind[visit] == COMES) & (count > 0) & (lines.are_goods & ~lines.is_part)[line]
    variant = lines.variant[line]
    return np.where(leads & (catalogue.listed_at[variant] <= visits.at[visit]), variant, -1)


def _sold_out(business: Business, variant: Ints, at: Ints) -> Bools:
    """Nothing of it is left for sale, so it cannot be put into the cart."""
    return business.stock.out_of_stock(variant, at)


def _brushed(business: Business, visits: Visits) -> Bools:
    """Visits that only place an order that nobody wants."""
    return np.asarray(business.purchases.brushed[np.maximum(visits.order, 0)] & (visits.order >= 0))


def _rank(count: Ints) -> Ints:
    return np.asarray(np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count))
