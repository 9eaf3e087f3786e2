"""All visits to the site and the app: who came, when, by which way, on which device, and how far they meant to go."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.people import APP, BEFORE, BROWSES, WEB
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import DAY_MS, NEVER, clock, local_days
from ingestion.demo.shop.traffic.campaigns import pick_campaigns
from ingestion.demo.shop.traffic.channels import DIRECT
from ingestion.demo.shop.traffic.devices import DESKTOP, cookies_of, kinds_of, pick_device, stranger_devices
from ingestion.demo.shop.traffic.experiments import Experiment, visitors_of_orders
from ingestion.demo.shop.traffic.origin import REFUSES, Origin, pick_channel, touch_times

BUYS, COMES, RETURNS, STRANGE, BOT = range(5)
"""Kinds of visits: an order is placed; on the way to one; by somebody known, for nothing; by strangers; by machines."""
STRANGERS, STRANGERS_ZH = 8.0, 6.5
"""Strangers per order of the plan: with their later visits, an order comes on about every twentieth visit."""
_AGAIN = (0.72, 0.17, 0.07, 0.04)
_RETURNS = (0.48, 0.29, 0.14, 0.09)
_BOTS_PER_ORDER, _BOT_SLOTS = 0.012, 8
CARRIED = 0.16
"""Share of the orders with an earlier visit whose cart was filled in it, abandoned, and found again."""


@dataclass(frozen=True)
class Visits:
    """One entry per visit. Instants are milliseconds UTC; −1 where there is no person, order, campaign …"""

    key: Ints
    """64 random bits that name the visit."""
    kind: Ints
    at: Ints
    """When it begins; for BUYS the instant of the order, shortly before its end."""
    person: Ints
    """Index of the person; −1 for strangers and machines."""
    order: Ints
    """The order that it leads to (BUYS and COMES)."""
    device: Ints
    """Index into DEVICES."""
    visitor: Ints
    """64 bits that name the cookie."""
    channel: Ints
    campaign: Ints
    wish: Ints
    """RETURNS: the order (of `business.wanted`) that was not placed because its goods were out of stock."""
    carries: Bools
    """BUYS: finds the cart that an earlier visit (COMES, the last one) left behind."""


def build_visits(business: Business, origin: Origin, experiments: list[Experiment]) -> Visits:
    """Every visit that begins before the end of the margin."""
    blocks = [
        _ways(business, origin, experiments),
        _returns(business),
        _disappointed(business),
        _strangers(business),
        _bots(business),
    ]
    joined = {one.name: np.concatenate([block[one.name] for block in blocks]) for one in fields(Visits)}
    by = np.argsort(joined["at"], kind="stable")
    return Visits(**{name: values[by] for name, values in joined.items()})


def _ways(business: Business, origin: Origin, experiments: list[Experiment]) -> dict[str, np.ndarray]:
    """The visits on the way to each tracked order, the last of which is the order's own."""
    plan, buys = business.plan, business.purchases
    orders = np.flatnonzero(origin.tracked)
    count = origin.touches[orders] + 1
    order = np.repeat(orders, count)
    number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    last = number == origin.touches[order]
    who, nth, created = buys.person[order], buys.nth[order], buys.created_at[order]
    keys = (who, nth, number)
    known = buys.created_at, origin.since, origin.touches, buys.person, buys.nth
    starts = touch_times(plan, *(column[orders] for column in known))
    at = starts[np.repeat(np.arange(len(orders)), count), number]
    app = (buys.channel[order] == APP) & (last | plan.dice.chance(0.5, "touch/app", *keys))
    device = np.where(last, buys.device[order], pick_device(plan, business.people, who, app, nth, number))
    channel = np.select(
        [last, number == 0], [origin.closing[order], origin.channel[order]],
        pick_channel(plan, "closes", "touch/channel", *keys),
    )  # fmt: skip
    carried = (origin.touches > 0) & plan.dice.chance(CARRIED, "order/carried", buys.person, buys.nth)
    return {
        "key": _key(business, BUYS, *keys),
        "kind": np.where(last, BUYS, COMES),
        "at": at,
        "person": who,
        "order": order,
        "device": kinds_of(device, app),
        "visitor": visitors_of_orders(plan, experiments, device, app, at, created, who, nth),
        "channel": channel,
        "campaign": pick_campaigns(plan, channel, local_days(plan, at), *keys),
        "wish": np.full(len(order), -1, dtype=np.int64),
        "carries": carried[order] & (last | (number == origin.touches[order] - 1)),
    }


def _returns(business: Business) -> dict[str, np.ndarray]:
    """Visits of people known to the shop that lead to no order: after an order, and of those who only browse."""
    plan, buys, people = business.plan, business.purchases, business.people
    dice = plan.dice
    bought = np.flatnonzero(np.isin(buys.channel, (WEB, APP)) & ~buys.brushed)
    count = dice.pick(_RETURNS, "return/count", buys.person[bought], buys.nth[bought])
    after, number = np.repeat(bought, count), _rank(count)
    joins = np.flatnonzero((business.registered_at < NEVER) & np.isin(people.account, (BEFORE, BROWSES)))
    visits = np.where(people.account[joins] == BROWSES, dice.integers(1, 6, "browse/count", joins), 1)
    browser, step = np.repeat(joins, visits), _rank(visits)
    who = np.concatenate([buys.person[after], browser])
    nth = np.concatenate([buys.nth[after], np.full(len(browser), -1)])
    number = np.concatenate([number, step])
    since = np.concatenate([buys.created_at[after] + DAY_MS // 4, business.registered_at[browser]])
    wait = np.clip(dice.exponential(18.0, "return/wait", who, nth, number), 0.05, 90) * DAY_MS
    # Who opens an account does so in a visit of its own.
    at = since + np.where((nth < 0) & (number == 0), 2000, wait.astype(np.int64))
    kept = ~dice.chance(REFUSES, "person/refuses", who)
    who, nth, number, at = who[kept], nth[kept], number[kept], at[kept]
    app = (people.channel[who] == APP) & dice.chance(0.6, "return/app", who, nth, number)
    device = pick_device(plan, people, who, app, nth, number)
    channel = np.where(app, DIRECT, pick_channel(plan, "reopens", "return/channel", who, nth, number))
    visitor = cookies_of(plan, device, app, at)
    return _plain(business, RETURNS, (who, nth, number), at, who, kinds_of(device, app), visitor, channel)


def _disappointed(business: Business) -> dict[str, np.ndarray]:
    """Visits of people who would have ordered, had the article been there."""
    plan, wanted = business.plan, business.wanted.purchases
    wish = np.flatnonzero(business.lost.orders & np.isin(wanted.channel, (WEB, APP)) & ~wanted.brushed)
    wish = wish[~plan.dice.chance(REFUSES, "person/refuses", wanted.person[wish])]
    who, nth, at = wanted.person[wish], wanted.nth[wish], wanted.created_at[wish]
    app = wanted.channel[wish] == APP
    channel = np.where(app, DIRECT, pick_channel(plan, "closes", "miss/channel", who, nth))
    visitor, keys = cookies_of(plan, wanted.device[wish], app, at), (who, nth, np.full(len(who), -1))
    made = _plain(business, RETURNS, keys, at, who, kinds_of(wanted.device[wish], app), visitor, channel)
    return {**made, "wish": wish}


def _strangers(business: Business) -> dict[str, np.ndarray]:
    """People who never buy, as a Poisson process on the growing clock; some come more than once."""
    plan, dice = business.plan, business.plan.dice
    arrivals = clock(plan, growing=True)
    rate = plan.orders_per_day * (STRANGERS_ZH if plan.is_chinese else STRANGERS)
    expected = arrivals.passed[-1] * rate
    index = np.arange(int(expected + 8 * np.sqrt(expected) + 30), dtype=np.int64)
    position = np.cumsum(dice.exponential(1.0 / rate, "stranger/gap", index))
    index = index[position < arrivals.passed[-1]]
    arrived = arrivals.instant(position[: len(index)])
    count = 1 + dice.pick(_AGAIN, "stranger/visits", index)
    who, number = np.repeat(index, count), _rank(count)
    wait = np.clip(dice.exponential(4.0, "stranger/wait", who, number), 0.02, 30) * DAY_MS
    at = arrived[who] + np.where(number == 0, 0, wait.astype(np.int64))
    channel = pick_channel(plan, "strangers", "stranger/channel", who, number)
    device, web = stranger_devices(plan, who), np.zeros(len(who), dtype=bool)
    visitor, nobody = cookies_of(plan, device, web, at), np.full(len(who), -1)
    keys = (who, number, np.zeros_like(who))
    return _plain(business, STRANGE, keys, at, nobody, kinds_of(device, web), visitor, channel)


def _bots(business: Business) -> dict[str, np.ndarray]:
    """Machines: a few a day, at any hour."""
    plan, dice = business.plan, business.plan.dice
    slots = max(int(np.ceil(plan.orders_per_day * _BOTS_PER_ORDER * 4)), 1)
    day = np.repeat(np.arange(plan.days, dtype=np.int64), slots)
    slot = np.tile(np.arange(slots, dtype=np.int64), plan.days)
    share = min(plan.orders_per_day * _BOTS_PER_ORDER / slots, 1.0)
    comes = dice.chance(share, "bot/comes", day, slot)
    day, slot = day[comes], slot[comes]
    moment = dice.integers(0, DAY_MS - 1, "bot/moment", day, slot)
    at = plan.midnight(plan.start) + day * DAY_MS + moment
    visitor, nobody = dice.bits("bot/visitor", day, slot).view(np.int64), np.full(len(day), -1)
    desktop, direct = np.full(len(day), DESKTOP), np.full(len(day), DIRECT)
    return _plain(business, BOT, (day, slot, np.zeros_like(day)), at, nobody, desktop, visitor, direct)


def _plain(
    business: Business,
    kind: int,
    keys: tuple[Ints, Ints, Ints],
    at: Ints,
    person: Ints,
    device: Ints,
    visitor: Ints,
    channel: Ints,
) -> dict[str, np.ndarray]:
    """Columns of visits that lead to no order."""
    plan = business.plan
    return {
        "key": _key(business, kind, *keys),
        "kind": np.full(len(at), kind),
        "at": at,
        "person": person,
        "order": np.full(len(at), -1, dtype=np.int64),
        "wish": np.full(len(at), -1, dtype=np.int64),
        "device": device,
        "visitor": visitor,
        "channel": channel,
        "campaign": pick_campaigns(plan, channel, local_days(plan, at), *keys),
        "carries": np.zeros(len(at), dtype=bool),
    }


def _key(business: Business, kind: int, *keys: Ints) -> Ints:
    return business.plan.dice.bits("visit", kind, *keys).view(np.int64)


def _rank(count: Ints) -> Ints:
    """0, 1, … within each of the groups of the given sizes."""
    return np.asarray(np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count))
