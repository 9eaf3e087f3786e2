"""What selling costs beside the goods: commissions, creators, slots, freight, returns, insurance."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.claims import RETURNED, SUCCESS
from ingestion.demo.shop.frames import instants, money, nothing, numbers, words
from ingestion.demo.shop.live import creator_ids, live_ids
from ingestion.demo.shop.people import LIVE, MARKETPLACE
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.records import FIRST_ORDER
from ingestion.demo.shop.seasons import DAY_MS, HOUR_MS, NEVER
from ingestion.demo.shop.shipping import shipments

KINDS = ("commission", "creator", "slot", "freight", "return_freight", "insurance", "packaging")
COMMISSION, CREATOR, SLOT, FREIGHT, RETURN_FREIGHT, INSURANCE, PACKAGING = range(7)
_COMMISSION = {"zh": 550, "en": 1200}
"""Of the order's total, in hundredths of a percent: what the marketplace and the live platform keep."""
_CREATOR = 1800
_BILL = 15 * DAY_MS
"""Carriers that send one bill a month: so long it takes on average until the freight of a parcel is known."""

_Block = tuple[Ints, Ints, Ints, Ints, Ints, Ints]


def order_cost_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Costs booked in [after, until). `incurred_at` is when they arose, the bill may come weeks later."""
    blocks = [*_fees(business), *_freight(business), *_returns(business)]
    order, kind, number, amount, incurred, booked = (
        np.concatenate([block[place] for block in blocks]) for place in range(6)
    )
    which = np.flatnonzero((booked < until) & (booked >= after) & (amount != 0))
    which = which[np.lexsort((number[which], order[which], kind[which], booked[which]))]
    order, kind, number = order[which], kind[which], number[which]
    of_order, slot = order >= 0, kind == SLOT
    room = np.where(slot, number, business.purchases.room[np.maximum(order, 0)])
    room = np.where(slot | (kind == CREATOR), room, -1)
    named = np.where(of_order, order + FIRST_ORDER, 0)
    return pl.DataFrame(
        {
            "order_cost_id": numbers(kind, named, number, form="X{}-{}-{}"),
            "order_id": nothing(of_order, numbers(named, form="{}")),
            "kind": words(KINDS, kind),
            "amount": money(amount[which]),
            "incurred_at": instants(incurred[which]),
            "live_id": live_ids(room),
            "creator_id": creator_ids(business.rooms, room),
            "updated_at": instants(booked[which]),
        }
    )


def _fees(business: Business) -> list[_Block]:
    """Commissions when paid (given back with what is refunded), creators' shares a week after, slots in advance."""
    plan, pay, buys, rooms = business.plan, business.payments, business.purchases, business.rooms
    total, claims, back = business.money.total, business.refunds.claims, business.refunds.amount
    points = np.where(np.isin(buys.channel, (MARKETPLACE, LIVE)), _COMMISSION[plan.market.language], 0)
    points = np.where(pay.is_test | (pay.paid_at == NEVER), 0, points)
    due = np.flatnonzero(points > 0)
    returned = np.flatnonzero((points[claims.order] > 0) & (claims.outcome == SUCCESS) & (back > 0))
    of = claims.order[returned]
    creator = np.concatenate([rooms.creator, [-1]])[buys.room]
    sold = np.flatnonzero((creator >= 0) & (pay.paid_at < NEVER) & ~pay.is_test)
    slots = np.flatnonzero(rooms.slot_fee > 0)
    booked = pay.paid_at[sold] + 7 * DAY_MS
    return [
        (due, _all(due, COMMISSION), _all(due, 0), total[due] * points[due] // 10_000, pay.paid_at[due],
         pay.paid_at[due]),
        (of, _all(of, COMMISSION), claims.number[returned], -(back[returned] * points[of] // 10_000),
         claims.settled_at[returned], claims.settled_at[returned]),
        (sold, _all(sold, CREATOR), _all(sold, 0), total[sold] * _CREATOR // 10_000, pay.paid_at[sold], booked),
        (_all(slots, -1), _all(slots, SLOT), slots, rooms.slot_fee[slots], rooms.starts[slots],
         rooms.starts[slots] - 3 * DAY_MS),
    ]  # fmt: skip


def _freight(business: Business) -> list[_Block]:
    """Freight where the carrier bills by the month (else the shipment says it), insurance, packaging."""
    plan, made = business.plan, shipments(business)
    sent = np.flatnonzero(made.deleted_at == NEVER)
    order, number, left = made.order[sent], made.number[sent], made.shipped_at[sent]
    keys = (business.purchases.person[order], business.purchases.nth[order], number)
    wait = (plan.dice.between(1, 2 * _BILL / DAY_MS, "freight/bill", *keys) * DAY_MS).astype(np.int64)
    level = plan.market.price_level
    units = np.bincount(made.of, minlength=len(made.order))[sent]
    packaging = np.round((25 + 10 * units) * level).astype(np.int64)
    blocks = [(order, _all(order, PACKAGING), number, packaging, left, left + HOUR_MS)]
    if plan.is_chinese:
        premium = _all(order, 0) + 90
        blocks += [
            (order, _all(order, FREIGHT), number, made.cost[sent], left, left + wait),
            (order, _all(order, INSURANCE), number, premium, left, left + HOUR_MS),
        ]
    return blocks


def _returns(business: Business) -> list[_Block]:
    """What it costs to get goods back."""
    claims, level = business.refunds.claims, business.plan.market.price_level
    back = np.flatnonzero((claims.cause == RETURNED) & (business.refunds.amount > 0))
    order, fee = claims.order[back], _all(back, round(250 * level))
    at = claims.issued_at[back]
    return [(order, _all(order, RETURN_FREIGHT), claims.number[back], fee, at, at + 4 * DAY_MS)]


def _all(like: Ints, value: int) -> Ints:
    return np.full(len(like), value, dtype=np.int64)
