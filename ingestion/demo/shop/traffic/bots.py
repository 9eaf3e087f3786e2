"""Machines that read the whole catalogue: at no human pace, some of them without saying what they are."""

from __future__ import annotations

import numpy as np

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import NEVER
from ingestion.demo.shop.traffic.pages import HOME, Pages
from ingestion.demo.shop.traffic.steps import NO_ORDER, PRODUCT, VIEW
from ingestion.demo.shop.traffic.visits import BOT, Visits

_FEWEST, _MOST = 50, 260
_DECLARED, _FORGETFUL = 0.65, 0.35


def declared(business: Business, visits: Visits) -> Bools:
    """Machines whose user agent says so."""
    honest = business.plan.dice.chance(_DECLARED, "bot/declared", visits.key)
    return np.asarray(honest & (visits.kind == BOT))


def forgetful(business: Business, visits: Visits) -> Bools:
    """Machines that keep no cookie, so that each of their events comes from another visitor."""
    forgets = business.plan.dice.chance(_FORGETFUL, "bot/forgetful", visits.key)
    return np.asarray(forgets & (visits.kind == BOT))


def build_bots(business: Business, visits: Visits, pages: Pages) -> dict[str, np.ndarray]:
    """The events of the machines' visits, as columns of `Events`."""
    dice = business.plan.dice
    which = np.flatnonzero(visits.kind == BOT)
    count = dice.integers(_FEWEST, _MOST, "bot/count", visits.key[which])
    visit = np.repeat(which, count)
    rank = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    key = visits.key[visit]
    step = dice.integers(150, 900, "bot/step", key, rank)
    passed = np.cumsum(step) - step
    passed -= np.repeat(passed[np.cumsum(count) - count], count)
    at = visits.at[visit] + passed
    variant = pages.best[(dice.integers(0, len(pages.best) - 1, "bot/first", key) + rank) % len(pages.best)]
    article = (rank > 0) & dice.chance(0.8, "bot/article", key, rank) & (pages.listed_at[variant] <= at)

    def none(value: int) -> Ints:
        return np.full(len(visit), value, dtype=np.int64)

    return {
        "visit": visit,
        "rank": rank,
        "type": np.where(article, PRODUCT, VIEW),
        "at": at,
        "received_at": at + dice.integers(60, 900, "bot/latency", key, rank),
        "resent_at": none(int(NEVER)),
        "engaged": none(0),
        "variant": np.where(article, variant, -1),
        "page": np.where(article, pages.of_variant(variant), HOME),
        "term": none(-1),
        "results": none(-1),
        "order": none(NO_ORDER),
        "lands": rank == 0,
    }
