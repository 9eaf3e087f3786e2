"""Live rooms (直播间): who streams when, and what a creator is paid for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from ingestion.demo.shop.frames import nothing, numbers
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Floats, Ints
from ingestion.demo.shop.seasons import HOUR_MS

CREATORS = 6
"""Creators a shop works with, besides its own room (creator −1)."""
_SLOT_FEE = 500
"""Cents for each order a day that the shop has: what a middling creator asks for a place in a session."""


@dataclass(frozen=True)
class Rooms:
    """One entry per live session, by start; empty where shops do not stream. Instants in milliseconds UTC."""

    day: Ints
    """Local day from the start of the simulation; the shop's own room is on every day."""
    creator: Ints
    """0 … CREATORS − 1, or −1 for the shop's own room."""
    starts: Ints
    ends: Ints
    slot_fee: Ints
    """Paid up front for the place in a creator's session (坑位费), in cents; 0 in the own room."""
    pull: Floats
    """Relative draw: how many of the day's live buyers come to it."""


def build_rooms(plan: Plan) -> Rooms:
    """The live sessions of all simulated days."""
    days = np.arange(plan.days if plan.is_chinese else 0, dtype=np.int64)
    dice = plan.dice
    guests = days[dice.chance(0.16, "live/guest", days)]
    day = np.concatenate([days, guests])
    creator = np.concatenate([np.full(len(days), -1), dice.integers(0, CREATORS - 1, "live/creator", guests)])
    midnight = np.array(
        [plan.midnight(plan.start + timedelta(days=one)) for one in range(len(days))], dtype=np.int64
    )
    own = creator < 0
    begin = np.where(own, 19 * 60, 20 * 60) + dice.integers(0, 40, "live/begin", day, creator)
    minutes = np.where(own, 150, 90) + dice.integers(0, 45, "live/minutes", day, creator)
    starts = midnight[day] + begin * 60_000
    fame = dice.between(0.8, 3.0, "live/fame", np.arange(CREATORS))
    known = np.maximum(creator, 0)
    by = np.lexsort((creator, starts))
    return Rooms(
        day=day[by],
        creator=creator[by],
        starts=starts[by],
        ends=(starts + minutes * 60_000)[by],
        slot_fee=np.where(own, 0, np.round(_SLOT_FEE * plan.orders_per_day * fame[known], -3)).astype(
            np.int64
        )[by],
        pull=np.where(own, 1.0, 1.6 * fame[known])[by],
    )


def choose_room(plan: Plan, rooms: Rooms, day: Ints, *keys: Ints) -> tuple[Ints, Ints]:
    """A session of each local day (the own room, or by its pull a creator's), and an instant within it."""
    order = np.lexsort((rooms.creator, rooms.day))
    first = np.searchsorted(rooms.day[order], day, side="left")
    last = np.searchsorted(rooms.day[order], day, side="right") - 1
    pull = rooms.pull[order[last]]
    guest = (last > first) & plan.dice.chance(pull / (1.0 + pull), "live/room", *keys)
    room = order[np.where(guest, last, first)]
    # Buyers may order through the replay for an hour after the end; no session runs into the next day.
    span = rooms.ends[room] - rooms.starts[room] + HOUR_MS // 2
    return room, rooms.starts[room] + (span * plan.dice.uniform("live/moment", *keys)).astype(np.int64)


def live_ids(room: Ints) -> pl.Series:
    """`live_id` of sessions; NULL for −1."""
    return nothing(room >= 0, numbers(room + 1, form="L{}"))


def creator_ids(rooms: Rooms, room: Ints) -> pl.Series:
    """`creator_id` of sessions; NULL for −1 and for the shop's own room."""
    creator = np.concatenate([rooms.creator, [-1]])[room]
    return nothing(creator >= 0, numbers(creator + 1, form="K{}"))
