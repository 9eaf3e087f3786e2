"""Devices and their cookies: what a tracker sees of a person, and what it cannot see.

A device is a number: owner × 4 + which (`ingestion.demo.shop.whereabouts`): 0 the phone, 1 the laptop, 2 the tablet,
and 3 the tablet in the living room, that all of a household use.
"""

from __future__ import annotations

import numpy as np

from ingestion.demo.shop.people import People
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Bools, Floats, Ints
from ingestion.demo.shop.seasons import DAY_MS
from ingestion.demo.shop.whereabouts import households

DEVICES = ("mobile", "desktop", "tablet", "app")
"""As the events name them."""
MOBILE, DESKTOP, TABLET, APP = range(4)
_LIVING_ROOM = 3
_STRANGERS = 10**13
"""Numbers of devices from here on belong to people who never buy."""
_ON_SHARED = 0.22
"""Share of the visits by people of a household of two that come from the shared tablet."""

# Some browsers forget cookies within a week, some people clear them, most keep them.
_KEPT_DAYS, _KEPT = np.array([7, 45, 10**6]), (0.18, 0.27, 0.55)


def kinds_of(number: Ints, in_app: Bools) -> Ints:
    """Index into DEVICES of each device number."""
    return np.where(in_app, APP, np.array([MOBILE, DESKTOP, TABLET, TABLET])[number % 4])


def pick_device(plan: Plan, people: People, person: Ints, in_app: Bools, *keys: Ints) -> Ints:
    """The device number of each of these visits; the app is on the phone."""
    dice = plan.dice
    home = households(plan, people)
    lives_with = np.zeros(len(home), dtype=bool)
    lives_with[home[home != people.index]] = True
    shared = (lives_with | (home != people.index))[person] & dice.chance(
        _ON_SHARED, "visit/shared", person, *keys
    )
    phone = 0.75 if plan.is_chinese else 0.5
    others = np.maximum(people.devices[person] - 1, 1)
    draw: Floats = dice.uniform("visit/device", person, *keys)
    which = 1 + ((draw - phone) / (1 - phone) * others).astype(np.int64)
    which = np.where((draw < phone) | (people.devices[person] == 1), 0, which)
    number = np.where(shared, home[person] * 4 + _LIVING_ROOM, person * 4 + which)
    return np.where(in_app, person * 4, number)


def stranger_devices(plan: Plan, stranger: Ints) -> Ints:
    """The device of people who never buy: each has one."""
    mobile = 0.82 if plan.is_chinese else 0.60
    return (
        _STRANGERS + stranger * 4 + plan.dice.pick((mobile, 0.96 - mobile, 0.04), "stranger/device", stranger)
    )


def cookies_of(plan: Plan, number: Ints, in_app: Bools, at: Ints, again: Ints | int = 0) -> Ints:
    """64 bits that name the visitor on each device at each instant; `again` counts further ones (private windows).

    Cookies are forgotten after a while, whoever uses the device; the app's id never changes.
    """
    dice = plan.dice
    kept = _KEPT_DAYS[dice.pick(_KEPT, "device/kept", number)]
    kept = np.where(in_app, _KEPT_DAYS[-1], kept)
    epoch = (at // DAY_MS + dice.integers(0, 44, "device/shift", number)) // kept
    return dice.bits("visitor", number, in_app.astype(np.int64), epoch, again).view(np.int64)
