"""Experiments with known effects. A visitor's variant is a hash of the experiment and the visitor's id.

The orders are given, so an effect on conversion comes about by who the visitor is: of the orders that the worse
variant would have lost, the buyer came by a cookie of the better one. If a share q of one variant's orders moves,
the conversion rates stand as (1 + q) to (1 − q); for a lift L, q = |L| / (2 + L).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Bools, Floats, Ints
from ingestion.demo.shop.seasons import DAY_MS
from ingestion.demo.shop.traffic.devices import cookies_of

VARIANTS = ("control", "treatment")
EVERY_DAYS, LASTS_DAYS, FIRST_DAY = 70, 42, 30
_TRIES = 24


class Idea(NamedTuple):
    """What is tried."""

    name: str
    lift: float
    """True relative change of the orders per exposed visitor."""
    lost: float
    """Share of the treatment's exposures that are never recorded: a sample-ratio mismatch."""


IDEAS = (
    Idea("one-page-checkout", 0.25, 0.0),
    Idea("new-button-colour", 0.0, 0.0),
    Idea("search-suggestions", 0.15, 0.10),
    Idea("full-screen-popup", -0.20, 0.0),
)


@dataclass(frozen=True)
class Experiment:
    """One experiment; instants are milliseconds UTC."""

    number: int
    name: str
    idea: Idea
    starts_at: int
    ends_at: int

    def treated(self, plan: Plan, visitor: Ints) -> Bools:
        """Which of these visitors (64 bits each) are shown the treatment."""
        return plan.dice.chance(0.5, f"experiment/{self.number}", visitor)

    def running(self, at: Ints) -> Bools:
        return np.asarray((at >= self.starts_at) & (at < self.ends_at))


def experiments_of(plan: Plan) -> list[Experiment]:
    """All experiments that start before the end of the margin; no two run at the same time."""
    begin, found = plan.midnight(plan.start), []
    for number, first in enumerate(range(FIRST_DAY, plan.days, EVERY_DAYS)):
        idea = IDEAS[number % len(IDEAS)]
        start = begin + first * DAY_MS
        name = f"{idea.name}-{number + 1}"
        found.append(Experiment(number, name, idea, start, start + LASTS_DAYS * DAY_MS))
    return found


def visitors_of_orders(
    plan: Plan,
    experiments: list[Experiment],
    device: Ints,
    in_app: Bools,
    at: Ints,
    bought_at: Ints,
    *keys: Ints,
) -> Ints:
    """The visitor of each visit on the way to an order (placed at `bought_at`, named by `keys`)."""
    usual = cookies_of(plan, device, in_app, at)
    for one in experiments:
        lift = one.idea.lift
        if lift == 0:
            continue
        moves = one.running(bought_at) & plan.dice.chance(abs(lift) / (2 + lift), "experiment/moves", *keys)
        which = np.flatnonzero(moves & (one.treated(plan, usual) != (lift > 0)))
        found = usual[which]
        for again in range(1, _TRIES):
            wrong = one.treated(plan, found) != (lift > 0)
            if not wrong.any():
                break
            # Keyed by the order, so that another order of the same person is not drawn along.
            number = again * 64 + keys[-1][which]
            fresh = cookies_of(plan, device[which], in_app[which], bought_at[which], number)
            found = np.where(wrong, fresh, found)
        usual[which] = found
    return usual


def true_rates(experiment: Experiment) -> Floats:
    """Orders per exposed visitor of the two variants, relative to a shop without the experiment."""
    lift = experiment.idea.lift
    moved = lift / (2 + lift)
    return np.array([1 - moved, 1 + moved])
