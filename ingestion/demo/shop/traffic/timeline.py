"""When each step happens, when the collector hears of it, and whether it hears of it again: the events."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.randomness import Bools, Floats, Ints
from ingestion.demo.shop.seasons import DAY_MS, HOUR_MS, NEVER
from ingestion.demo.shop.traffic.bots import build_bots
from ingestion.demo.shop.traffic.devices import APP
from ingestion.demo.shop.traffic.pages import Pages
from ingestion.demo.shop.traffic.steps import (
    LAST,
    LOGIN,
    PRODUCT,
    PURCHASE,
    TYPES,
    VIEW,
    Behaviour,
    Steps,
)
from ingestion.demo.shop.traffic.visits import BUYS, Visits

_MINUTE = 60_000
_HALF_HOUR = 30 * _MINUTE
_MEDIANS = dict(zip(TYPES, (14, 28, 10, 9, 6, 45, 30, 20, 1.5, 0.2), strict=True))
"""Seconds from a step of each type to the next one; the spread is log-normal."""
_EXACT, _JUST_OVER, _BRIDGED = 0.004, 0.001, 0.004
"""Shares of the visits with a pause of exactly half an hour, of a millisecond more, and with two pauses of twenty
minutes around an event that arrives a day late: until then they are two sessions."""
_LATE, _OFFLINE, _RESENT = 0.010, 0.02, 0.008
"""Shares of the events that arrive hours late, of the app's visits that arrive when the phone is back online, and of
the events that are sent again."""


@dataclass(frozen=True)
class Events:
    """One entry per event. Instants are milliseconds UTC."""

    visit: Ints
    rank: Ints
    """With the visit, names the event for good."""
    type: Ints
    at: Ints
    received_at: Ints
    resent_at: Ints
    """When it was received a second time; NEVER for most."""
    engaged: Ints
    variant: Ints
    page: Ints
    term: Ints
    results: Ints
    order: Ints
    lands: Bools
    """The first of its visit: its address and referrer say where the visitor came from."""


def build_events(business: Business, visits: Visits, behaviour: Behaviour, pages: Pages) -> Events:
    """All events of all visits, by instant of their visit."""
    steps = behaviour.steps
    at, dwell = _instants(business, visits, steps)
    human = _received(business, visits, steps, at, dwell)
    machine = build_bots(business, visits, pages)
    joined = {
        one.name: np.concatenate([getattr(human, one.name), machine[one.name]]) for one in fields(Events)
    }
    by = np.argsort(joined["visit"], kind="stable")
    return Events(**{name: values[by] for name, values in joined.items()})


def _instants(business: Business, visits: Visits, steps: Steps) -> tuple[Ints, Ints]:
    """When each step happens, and how long the visitor stays with it."""
    dice, visit, key = business.plan.dice, steps.visit, visits.key[steps.visit]
    first = np.append(True, visit[1:] != visit[:-1])
    group = np.cumsum(first) - 1
    begin = np.flatnonzero(first)
    place = np.arange(len(visit)) - begin[group]
    last = np.append(first[1:], True)
    medians = np.array([*_MEDIANS.values()])[steps.type]
    spread: Floats = np.exp(0.8 * dice.normal("step/dwell", key, steps.rank))
    dwell = np.clip(medians * spread * 1000, 150, 12 * _MINUTE).astype(np.int64)
    # An article's page tells of itself twice in one instant.
    page_and_product = (steps.type == VIEW) & (np.roll(steps.type, -1) == PRODUCT)
    dwell[page_and_product & (np.roll(steps.page, -1) == steps.page) & ~last] = 0
    luck = dice.uniform("visit/pause", visits.key)[visit]
    pauses = (place == 0) | ((place == 1) & (np.roll(dwell, 1) == 0))
    dwell = np.where(pauses & (dwell > 0) & (luck < _EXACT), _HALF_HOUR, dwell)
    dwell = np.where((place == 1) & (luck > 1 - _JUST_OVER), _HALF_HOUR + 1, dwell)
    bridged = _bridged(business, visits)[visit] & ((place == 1) | (place == 2))
    dwell = np.where(bridged & (steps.type != LOGIN), 20 * _MINUTE, dwell)
    dwell = _around_orders(business, visits, steps, dwell)

    passed = np.cumsum(dwell) - dwell
    passed -= passed[begin][group]
    # The visit of an order ends with it; all others begin when they begin.
    done = steps.rank >= LAST + 3
    until_done = np.where(done, passed, np.where(last, passed + dwell, np.iinfo(np.int64).max))
    length = np.minimum.reduceat(until_done, begin)
    ready = visits.at + dice.integers(200, 2500, "purchase/ready", visits.key)
    start = np.where(visits.kind == BUYS, ready, visits.at)[visit[begin]]
    start = np.where(visits.kind[visit[begin]] == BUYS, start - length, start)
    return start[group] + passed, dwell


def _around_orders(business: Business, visits: Visits, steps: Steps, dwell: Ints) -> Ints:
    """Who opens an account while ordering signs in right then; a thank-you page may be opened again the next day."""
    dice, visit = business.plan.dice, steps.visit
    buys = visits.kind[visit] == BUYS
    registered = business.registered_at[np.maximum(visits.person[visit], 0)]
    ready = visits.at + dice.integers(200, 2500, "purchase/ready", visits.key)
    since = ready[visit] - registered - 400
    just = buys & (steps.type == LOGIN) & (since > 0) & (since < 10 * _MINUTE)
    dwell = np.where(just, since, dwell)
    again = buys & (steps.type == PURCHASE) & (steps.rank == LAST + 3)
    tomorrow = again & dice.chance(0.4, "purchase/tomorrow", visits.key)[visit]
    twice = np.where(tomorrow, 20 * HOUR_MS, dice.integers(900, 4000, "purchase/reload", visits.key)[visit])
    return np.where(again, twice, dwell)


def _received(business: Business, visits: Visits, steps: Steps, at: Ints, dwell: Ints) -> Events:
    dice, visit, key = business.plan.dice, steps.visit, visits.key[steps.visit]
    first = np.append(True, visit[1:] != visit[:-1])
    place = np.arange(len(visit)) - np.flatnonzero(first)[np.cumsum(first) - 1]
    wait = dice.integers(60, 2500, "event/latency", key, steps.rank)
    late = dice.chance(_LATE, "event/late", key, steps.rank)
    wait = np.where(late, dice.integers(HOUR_MS, 36 * HOUR_MS, "event/delay", key, steps.rank), wait)
    missing = _bridged(business, visits)[visit] & (place == 2)
    wait = np.where(missing, DAY_MS + dice.integers(0, 4 * HOUR_MS, "event/bridge", key), wait)
    offline = (visits.device == APP) & dice.chance(_OFFLINE, "visit/offline", visits.key)
    back = visits.at + dice.integers(2 * HOUR_MS, 3 * DAY_MS, "visit/back", visits.key)
    received = np.where(offline[visit], np.maximum(back[visit], at) + wait % 2500, at + wait)
    resent = dice.chance(_RESENT, "event/resent", key, steps.rank)
    delay = dice.integers(2000, 40 * HOUR_MS, "event/resend", key, steps.rank)
    attention = 0.55 + 0.4 * dice.uniform("event/attention", key)
    return Events(
        visit=visit,
        rank=steps.rank,
        type=steps.type,
        at=at,
        received_at=received,
        resent_at=np.where(resent, received + delay, NEVER),
        engaged=(np.minimum(dwell, 5 * _MINUTE) * attention).astype(np.int64),
        variant=steps.variant,
        page=steps.page,
        term=steps.term,
        results=steps.results,
        order=steps.order,
        lands=first,
    )


def _bridged(business: Business, visits: Visits) -> Bools:
    draw = business.plan.dice.uniform("visit/pause", visits.key)
    return np.asarray((draw > 0.5) & (draw < 0.5 + _BRIDGED * 4))
