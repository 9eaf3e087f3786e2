"""What visitors do: the steps of every visit in their order, before they get their instants."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.identity import order_accounts
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import NEVER
from ingestion.demo.shop.traffic.devices import APP
from ingestion.demo.shop.traffic.items import Items, bounces, build_items
from ingestion.demo.shop.traffic.pages import CART, CHECKOUT, THANKS, Pages
from ingestion.demo.shop.traffic.visits import BOT, BUYS, COMES, RETURNS, Visits

TYPES = (
    "page_view", "product_view", "search", "add_to_cart", "remove_from_cart", "begin_checkout", "purchase", "login",
    "impression", "click",
)  # fmt: skip
VIEW, PRODUCT, SEARCH, ADD, REMOVE, BEGIN, PURCHASE, LOGIN, IMPRESSION, CLICK = range(10)

NO_ORDER, GHOST_ORDER = -1, -2
"""A purchase whose order the tracker did not learn; one whose payment failed, so that its order was never made."""
FIRST_ITEM, STEP = 16, 8
LAST = 10_000
_LIST, _SEARCHED, _IMPRESSION, _CLICK = 0.36, 0.14, 0.30, 0.45
_NOTHING_FOUND = 0.035
_CHECKS_OUT, _FAILS = 0.34, 0.07
NO_EVENT, TWICE = 0.03, 0.02
"""Share of the tracked orders whose purchase event never came, and of those whose event came twice."""
_SIGNED_IN = 0.4


@dataclass(frozen=True)
class Steps:
    """One entry per step, by visit and rank."""

    visit: Ints
    rank: Ints
    """Orders the steps of a visit, and names them for good."""
    type: Ints
    """Index into TYPES."""
    variant: Ints
    """−1 for none."""
    page: Ints
    """Index into the pages."""
    term: Ints
    """Index into the search terms, −1 for none."""
    results: Ints
    """What the search found, −1 where nothing was searched."""
    order: Ints
    """Index of the order (purchases), NO_ORDER or GHOST_ORDER."""


@dataclass(frozen=True)
class Behaviour:
    """The steps, and from which rank on each visitor is signed in (NEVER: not at all)."""

    steps: Steps
    signed_in_from: Ints
    bounced: Bools


def build_steps(business: Business, visits: Visits, pages: Pages) -> Behaviour:
    """The steps of all visits by people."""
    bounced = bounces(business, visits)
    items = build_items(business, visits, bounced)
    login, signed_in = _logins(business, visits, bounced)
    blocks = [
        *_landings(business, visits, pages, bounced, items),
        *_on_items(business, visits, pages, items),
        *_fruitless(business, visits, pages, bounced),
        *_checkouts(business, visits, items),
        _block(login, np.where(visits.kind[login] == BUYS, LAST + 2, 1), LOGIN, CHECKOUT),
    ]
    joined = {
        one.name: np.concatenate([getattr(block, one.name) for block in blocks]) for one in fields(Steps)
    }
    by = np.lexsort((joined["rank"], joined["visit"]))
    return Behaviour(Steps(**{name: values[by] for name, values in joined.items()}), signed_in, bounced)


def _landings(business: Business, visits: Visits, pages: Pages, bounced: Bools, items: Items) -> list[Steps]:
    """Everybody lands on some page; who lands on an article's, looks at it at once."""
    dice = business.plan.dice
    human = np.flatnonzero(visits.kind != BOT)
    page = pages.landing(dice, visits.channel[human], visits.key[human])
    first = np.full(len(visits.key), -1, dtype=np.int64)
    first[items.visit[::-1]] = items.variant[::-1]
    landed = np.full(len(visits.key), -1, dtype=np.int64)
    on_article = dice.chance(0.3, "landing/article", visits.key[human])
    # Who leaves at once had come for some article, too: whatever sells best.
    some = pages.popular(dice, visits.key[human], visits.at[human])
    landed[human] = np.where(on_article, np.where(bounced[human], some, first[human]), -1)
    page = np.where(landed[human] >= 0, pages.of_variant(landed[human]), page)
    alone = np.flatnonzero((landed >= 0) & bounced)
    return [
        _block(human, 0, VIEW, page),
        _block(alone, 2, PRODUCT, pages.of_variant(landed[alone]), variant=landed[alone]),
    ]


def _on_items(business: Business, visits: Visits, pages: Pages, items: Items) -> list[Steps]:
    """Lists, impressions and clicks before an article; its page; the cart."""
    dice, visit = business.plan.dice, items.visit
    keys = (visits.key[visit], items.place)
    base = FIRST_ITEM + items.place * STEP
    draw = dice.uniform("item/list", *keys)
    searched, listed = draw < _SEARCHED, (draw >= _SEARCHED) & (draw < _SEARCHED + _LIST)
    shown = (searched | listed) & dice.chance(_IMPRESSION, "item/shown", *keys)
    clicked = shown & dice.chance(_CLICK, "item/clicked", *keys)
    term = pages.terms_for(dice, items.variant, *keys)
    found = dice.integers(3, 60, "item/found", *keys)
    on = pages.of_variant(items.variant)
    category = pages.of_category(items.variant)
    search = _block(visit, base, SEARCH, pages.search, term=term, results=found)
    return [
        _only(search, searched),
        _only(_block(visit, base, VIEW, category), listed),
        _only(_block(visit, base + 1, IMPRESSION, category, variant=items.variant), shown),
        _only(_block(visit, base + 2, CLICK, category, variant=items.variant), clicked),
        _only(_block(visit, base + 3, PRODUCT, on, variant=items.variant), items.viewed),
        _only(_block(visit, base + 4, ADD, on, variant=items.variant), items.carted),
        _only(_block(visit, base + 5, REMOVE, CART, variant=items.variant), items.removed),
    ]


def _fruitless(business: Business, visits: Visits, pages: Pages, bounced: Bools) -> list[Steps]:
    """Searches that find nothing."""
    dice = business.plan.dice
    which = np.flatnonzero(
        ~bounced & (visits.kind != BOT) & dice.chance(_NOTHING_FOUND, "visit/empty", visits.key)
    )
    term = pages.unknown_terms(dice, visits.key[which])
    return [_block(which, 8, SEARCH, pages.search, term=term, results=0)]


def _checkouts(business: Business, visits: Visits, items: Items) -> list[Steps]:
    """Cart, checkout and purchase: of the orders, and of those who give up or cannot pay."""
    dice = business.plan.dice
    keeps = np.zeros(len(visits.key), dtype=bool)
    keeps[items.visit[items.carted & ~items.removed]] = True
    buys = visits.kind == BUYS
    begins = buys | (keeps & dice.chance(_CHECKS_OUT, "visit/checkout", visits.key))
    sees_cart = np.flatnonzero(begins & dice.chance(0.7, "visit/cart", visits.key) | (visits.carries & buys))
    begin = np.flatnonzero(begins)
    bought = np.flatnonzero(buys & ~dice.chance(NO_EVENT, "purchase/unseen", visits.key))
    twice = bought[dice.chance(TWICE, "purchase/twice", visits.key[bought])]
    fails = np.flatnonzero(begins & ~buys & dice.chance(_FAILS, "purchase/fails", visits.key))
    ghost = np.where(dice.chance(0.5, "purchase/ghost", visits.key[fails]), GHOST_ORDER, NO_ORDER)
    return [
        _block(sees_cart, LAST, VIEW, CART),
        _block(begin, LAST + 1, BEGIN, CHECKOUT),
        _block(bought, LAST + 3, PURCHASE, THANKS, order=visits.order[bought]),
        _block(twice, LAST + 4, PURCHASE, THANKS, order=visits.order[twice]),
        _block(fails, LAST + 3, PURCHASE, THANKS, order=ghost),
    ]


def _logins(business: Business, visits: Visits, bounced: Bools) -> tuple[Ints, Ints]:
    """Visits with a login, and from which rank on each visitor is known (NEVER where not)."""
    dice = business.plan.dice
    person = np.maximum(visits.person, 0)
    registered = np.where(visits.person >= 0, business.registered_at[person], NEVER)
    known = np.full(len(visits.key), NEVER, dtype=np.int64)
    buys = np.flatnonzero(visits.kind == BUYS)
    with_account = order_accounts(business, visits.order[buys]).is_not_null().to_numpy()
    by_account = np.zeros(len(visits.key), dtype=bool)
    by_account[buys[with_account]] = True
    idle = np.isin(visits.kind, (RETURNS, COMES)) & (registered <= visits.at) & ~bounced
    fresh = registered > visits.at - 600_000
    idle &= dice.chance(0.35, "visit/known", visits.key) | fresh
    remembers = (visits.device == APP) | dice.chance(_SIGNED_IN, "visit/remembered", visits.key)
    remembers &= ~fresh
    signs_in = (by_account | idle) & ~remembers
    known[(by_account | idle) & remembers] = -1
    known[idle & signs_in] = 1
    known[by_account & signs_in] = LAST + 2
    return np.flatnonzero(signs_in), known


def _block(
    visit: Ints,
    rank: int | Ints,
    kind: int,
    page: int | Ints,
    *,
    variant: int | Ints = -1,
    term: int | Ints = -1,
    results: int | Ints = -1,
    order: int | Ints = NO_ORDER,
) -> Steps:
    values = (visit, rank, kind, variant, page, term, results, order)
    return Steps(*(np.broadcast_to(np.asarray(value, dtype=np.int64), len(visit)) for value in values))


def _only(steps: Steps, chosen: Bools) -> Steps:
    return Steps(*(getattr(steps, one.name)[chosen] for one in fields(Steps)))
