"""On which device each order is placed and to which address it goes: households, an office, rings that share both."""

from __future__ import annotations

import numpy as np

from ingestion.demo.shop.people import APP, LIVE, MARKETPLACE, People
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.rings import RINGS

_HOUSEHOLD, _OFFICE, _ELSEWHERE, _BORROWS = 0.12, 0.02, 0.05, 0.15
_OFFICES = 10**12
_RING = 2 * 10**12
UNKNOWN = -1


def households(plan: Plan, people: People) -> Ints:
    """Whom each person lives with: somebody who turned up a little earlier, or themselves."""
    dice, index = plan.dice, people.index
    with_another = dice.chance(_HOUSEHOLD, "home/shared", index) & (people.run < 0)
    partner = np.maximum(index - dice.integers(1, 60, "home/partner", index), 0)
    return np.where(with_another & (people.run[partner] < 0), partner, index)


def order_addresses(plan: Plan, people: People, who: Ints, nth: Ints) -> Ints:
    """A number for the address of each order: equal numbers are one address.

    A few people have their parcels sent to the office, nearly all of them to the same one, whose assistant
    receives hundreds; a few parcels are presents for somebody else.
    """
    dice = plan.dice
    elsewhere = dice.chance(_ELSEWHERE, "address/elsewhere", who, nth).astype(np.int64)
    office = dice.chance(_OFFICE, "address/office", who)
    which = np.where(dice.chance(0.8, "address/main-office", who), 0, 1 + who % 7)
    home = households(plan, people)[who] * 2 + elsewhere
    ring = people.run[who] % RINGS
    return np.select([people.run[who] >= 0, office], [_RING + ring, _OFFICES + which], home)


def order_devices(plan: Plan, people: People, who: Ints, nth: Ints, channel: Ints) -> Ints:
    """A number for the device of each order; UNKNOWN on the marketplace, which does not tell.

    Device 0 of each person is the phone: apps and live rooms are on it, the web on any. Now and then somebody
    uses a device of the person they live with.
    """
    dice = plan.dice
    phone = (channel == APP) | (channel == LIVE)
    any_of_them = np.floor(people.devices[who] * dice.uniform("device/which", who, nth)).astype(np.int64)
    owner = np.where(dice.chance(_BORROWS, "device/borrowed", who, nth), households(plan, people)[who], who)
    own = owner * 4 + np.where(phone, 0, np.where(owner == who, any_of_them, 0))
    ring = _RING + people.run[who] % RINGS * 4 + dice.integers(0, 1, "device/ring", who)
    return np.select([channel == MARKETPLACE, people.run[who] >= 0], [np.full_like(who, UNKNOWN), ring], own)
