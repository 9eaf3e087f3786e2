"""Who comes to the shop: people, their habits, where they live, and whether they ever open an account."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.assortment import CATEGORIES
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Bools, Floats, Ints
from ingestion.demo.shop.rings import Brushers
from ingestion.demo.shop.seasons import Clock

# Habits: one-off, occasional, regular, loyal. A purchase is followed by another one with probability RETURNS,
# after about GAP trading days. Together about a third of the buyers come back, as in most shops of this kind.
HABITS = (0.55, 0.27, 0.13, 0.05)
RETURNS = np.array([0.0, 0.60, 0.82, 0.93])
GAP = np.array([1.0, 115.0, 55.0, 26.0])
FIRST_ORDERS_SHARE = 0.51
"""First orders per `orders_per_day`: the rest of the trade is repeat purchases, which take months to build up."""

# How somebody comes to have an account; BROWSES never buys.
BEFORE, AT_FIRST, AT_SECOND, GUEST, BROWSES = range(5)
_ACCOUNTS = (0.06, 0.38, 0.20, 0.30, 0.06)

CHANNELS = ("web", "app", "marketplace", "live")
WEB, APP, MARKETPLACE, LIVE = range(4)
_CHANNELS = {
    "en": np.array(
        [[0.66, 0.12, 0.22, 0], [0.64, 0.22, 0.14, 0], [0.58, 0.34, 0.08, 0], [0.45, 0.52, 0.03, 0]]
    ),
    "zh": np.array(
        [
            [0.30, 0.16, 0.34, 0.20],
            [0.32, 0.25, 0.28, 0.15],
            [0.29, 0.42, 0.18, 0.11],
            [0.22, 0.63, 0.09, 0.06],
        ]
    ),
}
"""By language of the market: share of each channel for each habit."""

WORLD = 0.05
"""Share of the people who also turn up in other shops of the same seed, with the same e-mail."""
_DEVICES = (0.58, 0.32, 0.10)


@dataclass(frozen=True)
class People:
    """One entry per person, in the order in which they turn up. Instants are milliseconds UTC."""

    index: Ints
    arrived_at: Ints
    habit: Ints
    account: Ints
    channel: Ints
    """Index into CHANNELS: where this person mostly buys."""
    favourite: Ints
    """Index into CATEGORIES."""
    place: Ints
    """Index into the market's places."""
    is_test: Bools
    world: Ints
    """Number of those who turn up in all shops of one seed (the same person, with the same e-mail); else −1."""
    run: Ints
    """Run of a brushing ring that this account serves; −1 for real people."""
    devices: Ints
    """How many devices this person orders from: 1 to 3."""


def build_people(plan: Plan, arrivals: Clock, brushers: Brushers) -> People:
    """Everybody who turns up before the end of the margin, as a Poisson process on the growing clock."""
    dice = plan.dice
    per_day = plan.orders_per_day * FIRST_ORDERS_SHARE / (1.0 - _ACCOUNTS[BROWSES])
    expected = arrivals.passed[-1] * per_day
    number = np.arange(int(expected + 8 * np.sqrt(expected) + 30), dtype=np.int64)
    position = np.cumsum(dice.exponential(1.0 / per_day, "person/gap", number))
    came = arrivals.instant(position[position < arrivals.passed[-1]])
    arrived_at = np.concatenate([came, brushers.at])
    run = np.concatenate([np.full(len(came), -1), brushers.run])
    by = np.argsort(arrived_at, kind="stable")
    arrived_at, run, index = arrived_at[by], run[by], np.arange(len(by), dtype=np.int64)
    brushes = run >= 0
    habit = dice.pick(HABITS, "person/habit", index)
    # Buyers of presents: who first comes in the weeks before Christmas comes back less often.
    month = arrived_at.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64) % 12
    presents = np.isin(month, (10, 11)) & dice.chance(0.25, "person/presents", index)
    habit = np.where(presents | brushes, 0, habit)
    is_test = dice.chance(0.0012, "person/test", index) & ~brushes
    world = dice.chance(WORLD, "person/world", index) & ~is_test & ~brushes
    return People(
        index=index,
        arrived_at=arrived_at,
        habit=habit,
        account=np.where(brushes, AT_FIRST, dice.pick(_ACCOUNTS, "person/account", index)),
        channel=np.where(brushes, WEB, _channel(plan, habit, index)),
        favourite=dice.pick([one.weight for one in CATEGORIES], "person/favourite", index),
        place=dice.pick([one.weight for one in plan.market.places], "person/place", index),
        is_test=is_test,
        world=np.where(world, np.cumsum(world) - 1, -1),
        run=run,
        devices=1 + dice.pick(_DEVICES, "person/devices", index),
    )


def _channel(plan: Plan, habit: Ints, index: Ints) -> Ints:
    edges: Floats = np.cumsum(_CHANNELS[plan.market.language], axis=1)[habit]
    return np.asarray((plan.dice.uniform("person/channel", index)[:, None] > edges[:, :3]).sum(axis=1))
