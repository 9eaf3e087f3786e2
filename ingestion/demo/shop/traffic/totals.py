"""Platforms that give totals only: the marketplace's daily traffic, and the live rooms' results."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.frames import instants, money, words
from ingestion.demo.shop.live import creator_ids, live_ids
from ingestion.demo.shop.memory import once
from ingestion.demo.shop.people import MARKETPLACE
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.seasons import DAY_MS, HOUR_MS, NEVER, local_days

SHOP, PRODUCT, SOURCE = "shop", "product", "source"
_SOURCES = {
    "en": ("search", "recommendations", "marketplace ads", "favourites", "other"),
    "zh": ("手淘搜索", "手淘推荐", "直通车", "购物车和收藏", "其他"),
}
_SOURCE_SHARES = (0.38, 0.27, 0.18, 0.11, 0.06)
_BUYERS_PER_VISITOR = 0.031
_REPORTED_AT, _CORRECTED_AFTER, _CORRECTED = 8 * HOUR_MS, 2 * DAY_MS, 0.15


def traffic_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """The marketplace's totals of each day, reported next morning; some days are corrected two days later."""
    frames = [
        _scope(business, SHOP, until, after),
        _scope(business, SOURCE, until, after),
        _scope(business, PRODUCT, until, after),
    ]
    return pl.concat(frames)


def _scope(business: Business, scope: str, until: int, after: int) -> pl.DataFrame:
    plan, dice = business.plan, business.plan.dice
    names, share, of_day, buyers, paid = _all_members(business)[scope]
    days = np.arange(plan.days, dtype=np.int64)
    reported = (
        np.array([plan.midnight(plan.start + timedelta(days=int(day) + 1)) for day in days]) + _REPORTED_AT
    )
    corrected = np.where(
        dice.chance(_CORRECTED, "totals/corrected", days), reported + _CORRECTED_AFTER, NEVER
    )
    fixed = corrected < until
    updated = np.where(fixed, corrected, reported)
    known = (reported < until) & (updated >= after)
    day, member = np.nonzero(of_day & known[:, None])
    # Who came is not known one by one: as many as make that many buyers, and some chance.
    level = plan.orders_per_day * 0.18 / _BUYERS_PER_VISITOR
    noise = dice.between(0.7, 1.3, f"totals/{scope}", day, member)
    uv = (level * share[member] * noise * np.where(fixed[day], 1.0, 0.985)).astype(np.int64)
    uv += buyers[day, member] * 14
    carts = (uv * dice.between(0.07, 0.12, f"totals/{scope}/cart", day, member)).astype(np.int64)
    views = (uv * dice.between(1.6, 3.4, f"totals/{scope}/pv", day, member)).astype(np.int64)
    seen = np.flatnonzero(uv > 0)
    day, member = day[seen], member[seen]
    return pl.DataFrame(
        {
            "date": pl.Series(values=np.datetime64(plan.start, "D") + day, dtype=pl.Date),
            "scope": words((scope,), np.zeros_like(day)),
            "scope_id": pl.Series(values=names, dtype=pl.String).gather(member),
            "device": pl.Series(values=[None] * len(day), dtype=pl.String),
            "uv": uv[seen],
            "pv": np.maximum(views, uv)[seen],
            "cart_uv": np.maximum(carts[seen], buyers[day, member]),
            "paying_buyers": buyers[day, member],
            "paid_amount": money(paid[day, member]),
            "updated_at": instants(updated[day]),
        }
    )


Members = tuple[list[str | None], np.ndarray, np.ndarray, Ints, Ints]


@once
def _all_members(business: Business) -> dict[str, Members]:
    return {scope: _members(business, scope) for scope in (SHOP, SOURCE, PRODUCT)}


def _members(business: Business, scope: str) -> Members:
    """Names, shares of the visitors, and by day and member: is it there, its paying buyers, what they paid (cents)."""
    plan, buys = business.plan, business.purchases
    paid_at = business.payments.paid_at
    sold = np.flatnonzero((buys.channel == MARKETPLACE) & (paid_at < NEVER))
    day = local_days(plan, paid_at[sold])
    sold, day = sold[day < plan.days], day[day < plan.days]
    if scope == PRODUCT:
        return _products(business, sold, day)
    person, amount = buys.person[sold], business.money.total[sold]
    if scope == SHOP:
        member, share = np.zeros_like(sold), np.ones(1)
        names: list[str | None] = [None]
    else:
        member = plan.dice.pick(_SOURCE_SHARES, "totals/source", person, buys.nth[sold])
        names, share = [*_SOURCES[plan.market.language]], np.array(_SOURCE_SHARES) * 1.15
    there = np.ones((plan.days, len(names)), dtype=bool)
    return names, share, there, *_summed(plan.days, len(names), day, member, person, amount)


def _products(business: Business, sold: Ints, day: Ints) -> Members:
    plan, lines, catalogue = business.plan, business.baskets.lines, business.catalogue
    names = list(dict.fromkeys(catalogue.product_id))  # in the order of the catalogue: later ones come last
    place = {name: at for at, name in enumerate(names)}
    product = np.array([place[name] for name in catalogue.product_id])
    when = np.full(len(business.money.total), -1, dtype=np.int64)
    when[sold] = day
    line = np.flatnonzero((when[lines.order] >= 0) & lines.are_goods)
    amount = lines.quantity[line] * business.money.unit_price[line] - business.money.discount[line]
    person, member = business.purchases.person[lines.order[line]], product[lines.variant[line]]
    buyers, paid = _summed(plan.days, len(names), when[lines.order[line]], member, person, amount)
    # Shares of what the shop opened with, so that a later article takes nothing from the past.
    begin = plan.midnight(plan.start)
    opened = (catalogue.listed_at < begin) & (catalogue.category >= 0)
    weight = np.bincount(
        product, weights=np.where(catalogue.category >= 0, catalogue.popularity, 0.0), minlength=len(names)
    )
    share = weight / max(catalogue.popularity[opened].sum(), 1e-9)
    listed = np.full(len(names), NEVER)
    np.minimum.at(listed, product, catalogue.listed_at)
    gone = np.zeros(len(names), dtype=np.int64)
    np.maximum.at(gone, product, catalogue.delisted_at)
    noon = begin + np.arange(plan.days, dtype=np.int64)[:, None] * DAY_MS
    there = ((listed[None, :] <= noon) & (gone[None, :] > noon)) | (buyers > 0)
    return [*names], share, there, buyers, paid


def _summed(
    days: int, members: int, day: Ints, member: Ints, person: Ints, amount: Ints
) -> tuple[Ints, Ints]:
    """Distinct people and money by day and member."""
    cell = day * members + member
    paid = np.bincount(cell, weights=amount, minlength=days * members).astype(np.int64)
    each = np.unique(np.stack([cell, person]), axis=1)[0]
    buyers = np.bincount(each, minlength=days * members)
    return buyers.reshape(days, members), paid.reshape(days, members)


def live_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Live sessions: the result shortly after the end, and a day later with what was paid until then.

    The platform's paid amount counts orders of the session (its replay included) that were paid by then, and takes
    no refund off.
    """
    rooms, buys, dice = business.rooms, business.purchases, business.plan.dice
    first, final = rooms.ends + HOUR_MS, rooms.ends + 26 * HOUR_MS
    updated = np.where(final < until, final, first)
    which = np.flatnonzero((first < until) & (updated >= after))
    sold = np.flatnonzero(buys.room >= 0)
    room = buys.room[sold]
    counted = business.payments.paid_at[sold] < updated[room]
    paid = np.bincount(room[counted], weights=business.money.total[sold][counted], minlength=len(rooms.day))
    # Orders of the session itself, apart from those of the replay, drew their crowd with them.
    placed = buys.created_at[sold] < rooms.ends[room]
    orders = np.bincount(room[placed], minlength=len(rooms.day))
    keys = (rooms.day, rooms.creator)
    crowd = (business.plan.orders_per_day * rooms.pull * 12).astype(np.int64) + orders * 55
    viewers = (crowd * dice.between(0.7, 1.5, "live/crowd", *keys)).astype(np.int64) + orders
    shown = (viewers * dice.between(4, 9, "live/shown", *keys)).astype(np.int64)
    watched = (viewers * dice.between(35, 110, "live/watched", *keys)).astype(np.int64)
    clicks = (viewers * dice.between(0.06, 0.16, "live/clicks", *keys)).astype(np.int64) + orders * 3
    host = creator_ids(rooms, which)
    own = words(("旗舰店直播间",), np.zeros_like(which))
    return pl.DataFrame(
        {
            "live_id": live_ids(which),
            "account": (host + " 的直播间").fill_null(own),
            "creator_id": host,
            "started_at": instants(rooms.starts[which]),
            "ended_at": instants(rooms.ends[which]),
            "impressions": shown[which],
            "viewers": viewers[which],
            "watch_seconds": watched[which],
            "product_clicks": clicks[which],
            "paid_amount": money(paid[which].astype(np.int64)),
            "updated_at": instants(updated[which]),
        }
    )
