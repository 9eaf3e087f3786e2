"""What really brought each order: the truth that the trackers see only a part of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.people import APP, WEB
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.purchases import Purchases
from ingestion.demo.shop.randomness import Bools, Floats, Ints
from ingestion.demo.shop.seasons import DAY_MS, HOUR_MS, local_days
from ingestion.demo.shop.traffic.campaigns import pick_campaigns
from ingestion.demo.shop.traffic.channels import DIRECT, PRIVATE, weights

LOOK_BACK = 28 * DAY_MS
"""The way to an order begins no earlier than this before it: less than the plan's margin, so that every visit before
the horizon is known."""
REFUSES, BLOCKED = 0.06, 0.04
"""Share of the people who never consent to being tracked, and of the orders of others whose tracker was blocked."""
_BEFORE_FIRST = (0.38, 0.26, 0.18, 0.11, 0.07)
_BEFORE_LATER = (0.52, 0.27, 0.13, 0.06, 0.02)
_BRUSHED_SEEN = 0.5
_PUSHED, _PUSHED_ZH = 0.07, 0.2
"""Share of the app's orders that a message brought."""
_GAP = 50 * 60_000


@dataclass(frozen=True)
class Origin:
    """One entry per order. Channels and campaigns are indexes; −1 where there is none."""

    own: Bools
    """Placed on the shop's own site or app, where the tracker is."""
    tracked: Bools
    """Its visits were recorded."""
    channel: Ints
    """Of the first visit on the way to it: what the order is owed to."""
    campaign: Ints
    closing: Ints
    """Channel of the visit in which it was placed."""
    closing_campaign: Ints
    touches: Ints
    """Visits before the one in which it was placed."""
    since: Ints
    """No visit on the way to it begins before this instant."""


def build_origin(plan: Plan, purchases: Purchases) -> Origin:
    """The origin of every order."""
    dice, keys, created = plan.dice, (purchases.person, purchases.nth), purchases.created_at
    own = np.isin(purchases.channel, (WEB, APP))
    seen = ~dice.chance(REFUSES, "person/refuses", purchases.person) & ~dice.chance(
        BLOCKED, "order/blocked", *keys
    )
    brushed_seen = dice.chance(_BRUSHED_SEEN, "order/brushed-seen", *keys)
    tracked = own & np.where(purchases.brushed, brushed_seen, seen)

    since = np.maximum(_previous(purchases) + 2 * HOUR_MS, plan.midnight(plan.start))
    since = np.maximum(since, created - LOOK_BACK)
    first = purchases.nth == 0
    touches = np.where(
        first,
        dice.pick(_BEFORE_FIRST, "order/touches", *keys),
        dice.pick(_BEFORE_LATER, "order/touches", *keys),
    )
    touches = np.where((created - since > 3 * HOUR_MS) & ~purchases.brushed, touches, 0)

    opening = np.where(
        first,
        pick_channel(plan, "opens", "order/opening", *keys),
        pick_channel(plan, "reopens", "order/opening", *keys),
    )
    closing = np.where(touches > 0, pick_channel(plan, "closes", "order/closing", *keys), opening)
    share = _PUSHED_ZH if plan.is_chinese else _PUSHED
    pushed = np.where(dice.chance(share, "order/push", *keys), PRIVATE, DIRECT)
    closing = np.where(purchases.channel == APP, pushed, closing)
    closing = np.where(purchases.brushed, DIRECT, closing)
    opening = np.where(touches > 0, opening, closing)
    # Campaigns are drawn with the keys of the visit: 0 for the first one, `touches` for the last.
    starts = touch_times(plan, created, since, touches, *keys)[:, 0]
    campaign = pick_campaigns(plan, opening, local_days(plan, starts), *keys, np.zeros_like(touches))
    closing_campaign = pick_campaigns(plan, closing, local_days(plan, created), *keys, touches)
    return Origin(
        own=own,
        tracked=tracked,
        channel=np.where(own, opening, -1),
        campaign=np.where(own, campaign, -1),
        closing=np.where(own, closing, -1),
        closing_campaign=np.where(own, closing_campaign, -1),
        touches=touches,
        since=since,
    )


def pick_channel(plan: Plan, share: str, stream: str, *keys: Ints) -> Ints:
    """A channel by one of the four shares of its market."""
    edges: Floats = np.cumsum(weights(plan, share))
    drawn = np.searchsorted(edges, plan.dice.uniform(stream, *keys) * edges[-1], side="right")
    return np.asarray(np.minimum(drawn, len(edges) - 1), dtype=np.int64)


def touch_times(plan: Plan, created: Ints, since: Ints, touches: Ints, *keys: Ints) -> Ints:
    """Starts of the visits on the way to each order, one row per order and earliest first; those after its number of
    touches are the order's own instant."""
    number = np.arange(max(len(_BEFORE_FIRST), len(_BEFORE_LATER)), dtype=np.int64)
    draw = plan.dice.uniform("touch/lag", *(key[:, None] for key in keys), number[None, :])
    lag = _GAP + (np.maximum(created - since - 2 * _GAP, 0)[:, None] * draw**1.6).astype(np.int64)
    lag = np.where(number[None, :] < touches[:, None], lag, 0)
    return np.asarray(created[:, None] + np.sort(-lag, axis=1))


def _previous(purchases: Purchases) -> Ints:
    """When the same person's order before each one was placed; long ago for first orders."""
    by = np.lexsort((purchases.nth, purchases.person))
    before = np.full(len(by), np.iinfo(np.int64).min // 4)
    same = purchases.person[by][1:] == purchases.person[by][:-1]
    before[by[1:][same]] = purchases.created_at[by[:-1][same]]
    return before
