"""What each promotion takes off: some from single lines, some from whole orders, in cents, each to its payer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.baskets import REPLACEMENT, Baskets
from ingestion.demo.shop.campaigns import Campaign
from ingestion.demo.shop.live import Rooms
from ingestion.demo.shop.people import LIVE, MARKETPLACE
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.purchases import Purchases
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import NEVER


@dataclass(frozen=True)
class Discounts:
    """Cents. `on_line` and `line_campaign` (−1: none) per line; the rest one entry per order-level discount.

    Campaigns are indexes into the list of campaigns.
    """

    line_campaign: Ints
    on_line: Ints
    order: Ints
    campaign: Ints
    amount: Ints


def build_discounts(
    plan: Plan, campaigns: list[Campaign], rooms: Rooms, purchases: Purchases, baskets: Baskets, value: Ints
) -> Discounts:
    """Which promotions apply, and what they take off `value` (per line, cents)."""
    lines, orders = baskets.lines, len(purchases.person)
    # A pre-sale has the price of the festival.
    at = np.where(purchases.balance_due < NEVER, purchases.balance_due, purchases.created_at)
    replaced = baskets.purpose[lines.order] == REPLACEMENT
    open_to = lines.are_goods & ~replaced & ~purchases.brushed[lines.order]
    line_campaign = np.full(len(value), -1, dtype=np.int64)
    keys = (purchases.person[lines.order], purchases.nth[lines.order], lines.place)
    for number, one in enumerate(campaigns):
        if one.kind == "percent":
            free = (
                open_to & (line_campaign < 0) & (at[lines.order] >= one.starts) & (at[lines.order] < one.ends)
            )
            rows = np.flatnonzero(free)
            hit = plan.dice.chance(one.share, f"promotion/{one.promotion_id}", *(key[rows] for key in keys))
            line_campaign[rows[hit]] = number
    percent = np.array([one.percent or 0 for one in campaigns])[line_campaign]
    on_line = np.where(line_campaign >= 0, share(value, percent * 100, 10_000), 0)
    ids = [one.promotion_id for one in campaigns]
    for name, free in (("GIFT", lines.is_giveaway & ~replaced), ("REPLACEMENT", replaced)):
        line_campaign = np.where(free, ids.index(name), line_campaign)
        on_line = np.where(free, value, on_line)
    goods = np.bincount(lines.order, np.where(open_to, value - on_line, 0), minlength=orders).astype(np.int64)
    order, campaign, amount = _of_orders(plan, campaigns, rooms, purchases, at, goods)
    return Discounts(line_campaign, on_line, order, campaign, amount)


def _of_orders(
    plan: Plan, campaigns: list[Campaign], rooms: Rooms, purchases: Purchases, at: Ints, goods: Ints
) -> tuple[Ints, Ints, Ints]:
    """(order, campaign, amount) of coupons and the like; each applies to what the ones before it have left."""
    left, found = goods.copy(), []
    for number, one in enumerate(campaigns):
        if one.kind in ("percent", "gift"):
            continue
        rows = np.flatnonzero(
            (at >= one.starts) & (at < one.ends) & (left > 0) & _may(one.promotion_id, rooms, purchases)
        )
        rows = rows[left[rows] >= max(one.threshold or 0, 1)]
        keys = (purchases.person[rows], purchases.nth[rows])
        rows = rows[plan.dice.chance(one.share, f"promotion/{one.promotion_id}", *keys)]
        off = share(left[rows], np.full(len(rows), (one.percent or 0) * 100), 10_000)
        off = np.minimum(off if one.amount is None else np.full(len(rows), one.amount), left[rows])
        rows, off = rows[off > 0], off[off > 0]
        left[rows] -= off
        found.append((rows, np.full_like(rows, number), off))
    order, campaign, amount = (np.concatenate(column) for column in zip(*found, strict=True))
    by = np.lexsort((campaign, order))
    return order[by], campaign[by], amount[by]


def _may(promotion: str, rooms: Rooms, purchases: Purchases) -> Bools:
    """For whom an order-level promotion is. Rings pay the full price."""
    own = (purchases.channel != MARKETPLACE) & (purchases.channel != LIVE)
    first, real = purchases.nth == 0, ~purchases.brushed
    if promotion.startswith("WELCOME"):
        return np.asarray(real & own & first)
    if promotion.startswith(("MEMBER", "POINTS")):
        return np.asarray(real & own & ~first & ((purchases.nth > 1) | promotion.startswith("MEMBER")))
    if promotion.startswith("PLATFORM") or promotion.endswith("-MJ"):
        return np.asarray(real & ~own)
    if promotion.startswith("CREATOR"):
        creators = np.concatenate([rooms.creator, [-1]])[purchases.room]
        return np.asarray(real & (creators >= 0))
    return np.asarray(real & own)


def share(amount: Ints, points: Ints, whole: int) -> Ints:
    """amount × points ÷ whole, rounded half up, in whole numbers."""
    return (amount * points + whole // 2) // whole
