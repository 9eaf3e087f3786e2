"""Payments and refunds as rows: what the payment provider and the returns desk have written down by an instant."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.claims import ALL_REASONS, CANCELLED, KINDS, STATUSES
from ingestion.demo.shop.frames import instants, latest, money, numbers, words
from ingestion.demo.shop.payments import CAPTURE, GATEWAYS, fees
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.records import FIRST_ORDER, late_payment, purged_at
from ingestion.demo.shop.seasons import NEVER

_KINDS = ("authorization", "capture", "sale", "void", "refund")
_AUTHORIZATION, _CAPTURE, _SALE, _VOID, _REFUND = range(5)
_SUCCESS, _FAILED, _PENDING = range(3)


def payment_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Transactions that changed in [after, until): attempts, authorizations, captures, sales, voids, refunds."""
    pay, total, claims = business.payments, business.money.total, business.refunds.claims
    given_back = business.refunds.amount
    way = np.where(pay.way == CAPTURE, _CAPTURE, _SALE)
    attempted = np.where(pay.way == CAPTURE, _AUTHORIZATION, _SALE)
    every = np.arange(len(total))
    fine, failed = np.full(len(total), _SUCCESS), np.full(len(total), _FAILED)
    authorization, void = np.full(len(total), _AUTHORIZATION), np.full(len(total), _VOID)
    voided_at = np.where(pay.authorized_at < NEVER, pay.voided_at, NEVER)
    issued = np.where(given_back > 0, claims.issued_at, NEVER)
    # (order, number in the order, kind, shows up, is decided, how, amount)
    blocks = [
        (every, every * 0 + 1, attempted, pay.failed_at, pay.failed_at, failed, total),
        (every, every * 0 + 2, authorization, pay.authorized_at, pay.authorized_at, fine, total),
        (every, every * 0 + 3, way, pay.started_at, pay.paid_at, fine, total - pay.deposit),
        (every, every * 0 + 9, way, pay.deposit_at, pay.deposit_at, fine, pay.deposit),
        (every, every * 0 + 4, void, voided_at, voided_at, fine, total),
        (claims.order, claims.number + 4, claims.order * 0 + _REFUND, issued, claims.settled_at, claims.outcome,
         given_back),
    ]  # fmt: skip
    order, number, kind, begun, decided, outcome, amount = (
        np.concatenate([block[at] for block in blocks]) for at in range(7)
    )
    lag = late_payment(business, order, number)
    begun, decided_known = (
        np.where(begun < NEVER, begun + lag, NEVER),
        np.where(decided < NEVER, decided + lag, NEVER),
    )
    known, purged = decided_known < until, purged_at(business)[order]
    updated = latest(until, begun, decided_known, purged)
    which = np.flatnonzero((begun < until) & (updated >= after))
    which = which[np.lexsort((number[which], order[which]))]
    status = np.where(known, outcome, _PENDING)[which]
    charged = (status == _SUCCESS) & np.isin(kind[which], (_CAPTURE, _SALE))
    gateway = pay.gateway[order[which]]
    return pl.DataFrame(
        {
            "payment_id": numbers(order[which] + FIRST_ORDER, number[which], form="T{}-{}"),
            "order_id": numbers(order[which] + FIRST_ORDER, form="{}"),
            "kind": words(_KINDS, kind[which]),
            "status": words(STATUSES, status),
            "amount": money(amount[which]),
            "fee": money(np.where(charged, fees(gateway, amount[which]), 0)),
            "processed_at": instants(np.where(known, decided, NEVER)[which]),
            "gateway": words(GATEWAYS, gateway),
            "updated_at": instants(updated[which]),
            "_deleted": purged[which] < until,
        }
    )


def refund_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Refunded lines (and shipping) whose refund was entered or decided in [after, until).

    `refunded_at` is when the money went back, and until then (or for good, if it never does) when the refund
    was entered; only `status` says whether it did.
    """
    claims, lines = business.refunds.claims, business.refunds.rows
    known = claims.settled_at < until
    updated = np.where(known, claims.settled_at, claims.issued_at)
    changed = (claims.issued_at < until) & (updated >= after)
    which = np.flatnonzero(changed[lines.claim])
    claim: Ints = lines.claim[which]
    order, line = claims.order[claim] + FIRST_ORDER, lines.line[which]
    of_line = pl.Series(values=line >= 0)
    place = business.baskets.lines.place[np.maximum(line, 0)]
    amount = lines.merchandise[which] + lines.shipping[which] + lines.tax[which]
    absent = pl.Series([None], dtype=pl.String), pl.Series([None], dtype=pl.Int64)
    return pl.DataFrame(
        {
            "refund_id": numbers(order, claims.number[claim], form="R{}-{}"),
            "order_id": numbers(order, form="{}"),
            "order_line_id": numbers(order, place, form="{}-{}").zip_with(of_line, absent[0]),
            "quantity": pl.Series(values=lines.quantity[which]).zip_with(of_line, absent[1]),
            "amount": money(amount),
            "merchandise_amount": money(lines.merchandise[which]),
            "shipping_amount": money(lines.shipping[which]),
            "tax_amount": money(lines.tax[which]),
            "requested_at": instants(claims.requested_at[claim]),
            "refunded_at": instants(updated[claim]),
            "status": words(STATUSES, np.where(known, claims.outcome, _PENDING)[claim]),
            "kind": words(KINDS, claims.cause[claim]),
            "before_shipment": claims.cause[claim] == CANCELLED,
            "reason": words(ALL_REASONS, claims.reason[claim]),
            "restocked": lines.restocked[which],
            "updated_at": instants(updated[claim]),
        }
    )
