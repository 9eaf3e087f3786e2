"""Who orders when: first orders at arrival, then each person's own rhythm, in trading time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.live import Rooms, choose_room
from ingestion.demo.shop.people import (
    AT_FIRST,
    AT_SECOND,
    BEFORE,
    BROWSES,
    GAP,
    GUEST,
    LIVE,
    MARKETPLACE,
    RETURNS,
    People,
)
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.presales import balance_days
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import DAY_MS, NEVER, Clock, local_days
from ingestion.demo.shop.whereabouts import order_addresses, order_devices

CHANNEL_SWITCH = 0.08


@dataclass(frozen=True)
class Purchases:
    """One entry per order, by time of order; the place in it (from 0) numbers the order for good."""

    person: Ints
    nth: Ints
    """0 for the person's first order."""
    created_at: Ints
    channel: Ints
    room: Ints
    """Index into the live sessions; −1 for what was not sold in one."""
    balance_due: Ints
    """Pre-sales: from when the balance is asked for; NEVER for the others."""
    device: Ints
    """Number of the device (UNKNOWN where a marketplace does not tell); owner × 4 + which, apart from rings."""
    address: Ints
    """Number of the delivery address."""
    brushed: Bools
    """Placed by a brushing ring."""


def build_purchases(plan: Plan, people: People, rooms: Rooms, habits: Clock) -> Purchases:
    """All orders that people want to place before the end of the margin. `habits` is the clock without growth."""
    dice = plan.dice
    person = people.index[people.account != BROWSES]
    at = people.arrived_at[person]
    position = np.interp(at.astype(np.float64), habits.edges.astype(np.float64), habits.passed)
    found, nth = [(person, np.zeros_like(person), at)], 0
    while len(person):
        back = dice.chance(RETURNS[people.habit[person]], "again", person, nth)
        person, position = person[back], position[back]
        # Two exponential legs: few come back at once, most after about the mean gap.
        legs = dice.exponential(0.5, "gap/1", person, nth) + dice.exponential(0.5, "gap/2", person, nth)
        position = position + 0.02 + GAP[people.habit[person]] * legs
        nth += 1
        at = habits.instant(position)
        inside = at < NEVER
        person, position, at = person[inside], position[inside], at[inside]
        found.append((person, np.full_like(person, nth), at))
    who, rank, when = (np.concatenate(column) for column in zip(*found, strict=True))
    switched = dice.chance(CHANNEL_SWITCH, "order/switch", who, rank) & (people.run[who] < 0)
    channels = 3 if plan.is_chinese else 2
    channel = np.where(switched, dice.integers(0, channels, "order/channel", who, rank), people.channel[who])
    room, when = _in_rooms(plan, rooms, channel, when, who, rank)
    order = np.lexsort((rank, who, when))
    who, rank, when, channel = who[order], rank[order], when[order], channel[order]
    return Purchases(
        person=who,
        nth=rank,
        created_at=when,
        channel=channel,
        room=room[order],
        balance_due=np.where(people.run[who] < 0, balance_days(plan, when, who, rank), NEVER),
        device=order_devices(plan, people, who, rank, channel),
        address=order_addresses(plan, people, who, rank),
        brushed=people.run[who] >= 0,
    )


def _in_rooms(plan: Plan, rooms: Rooms, channel: Ints, when: Ints, who: Ints, nth: Ints) -> tuple[Ints, Ints]:
    """What is bought in live rooms is bought while they stream, on the same day."""
    room, live = np.full(len(when), -1), np.flatnonzero(channel == LIVE)
    if len(live):
        day = np.minimum(local_days(plan, when[live]), plan.days - 1)
        when = when.copy()
        room[live], when[live] = choose_room(plan, rooms, day, who[live], nth[live])
    return room, when


def registrations(plan: Plan, people: People, purchases: Purchases) -> Ints:
    """When each person opens an account; NEVER for guests and for those who never come back to it."""
    dice, index = plan.dice, people.index
    lead = (dice.exponential(4.0, "register/lead", index) * DAY_MS).astype(np.int64)
    lead = np.clip(lead, 3_600_000, 20 * DAY_MS)
    moment = dice.integers(20, 240, "register/moment", index) * 1000
    begin = plan.midnight(plan.start)
    # Whoever buys on the marketplace opens no account here.
    own = purchases.channel != MARKETPLACE
    visits = [np.full(len(index), NEVER), np.full(len(index), NEVER)]
    for nth, visit in enumerate(visits):
        rows = own & (purchases.nth == nth)
        visit[purchases.person[rows]] = purchases.created_at[rows] - moment[purchases.person[rows]]
    at = np.select(
        [
            people.account == BEFORE,
            people.account == AT_FIRST,
            people.account == AT_SECOND,
            people.account == GUEST,
        ],
        [people.arrived_at - lead, visits[0], visits[1], np.full(len(index), NEVER)],
        default=people.arrived_at,
    )
    return np.asarray(np.maximum(at, begin + moment))
