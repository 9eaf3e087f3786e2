"""Rows of the order book: orders in the state they have reached, and their lines."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.baskets import LINE_TYPES
from ingestion.demo.shop.business import Business
from ingestion.demo.shop.claims import SUCCESS
from ingestion.demo.shop.frames import instants, latest, money, nothing, numbers, words
from ingestion.demo.shop.identity import order_accounts, order_contacts, sent_to
from ingestion.demo.shop.live import creator_ids, live_ids
from ingestion.demo.shop.people import CHANNELS
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.records import FIRST_ORDER, arrives_at, purged_at, redirected_at
from ingestion.demo.shop.seasons import NEVER
from ingestion.demo.shop.traffic.build import landing

__all__ = ["FIRST_ORDER", "line_rows", "order_rows"]


def order_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Orders placed or changed in [after, until)."""
    created, total, pay, back = (
        business.purchases.created_at,
        business.money.total,
        business.payments,
        business.refunds,
    )
    arrives, redirected, purged = arrives_at(business), redirected_at(business), purged_at(business)
    cancelled = np.minimum(pay.cancelled_at, back.cancelled_at)
    kept = back.cancelled_at == NEVER
    shipped, partly = np.where(kept, pay.shipped_at, NEVER), np.where(kept, pay.partly_shipped_at, NEVER)
    claims = back.claims
    good = (claims.settled_at < until) & (claims.outcome == SUCCESS) & (back.amount > 0)
    given_back = np.bincount(claims.order[good], weights=back.amount[good], minlength=len(created))
    settled = np.zeros(len(created), dtype=np.int64)
    np.maximum.at(settled, claims.order[good], claims.settled_at[good])
    updated = latest(
        until,
        arrives,
        redirected,
        pay.deposit_at,
        pay.authorized_at,
        pay.paid_at,
        pay.voided_at,
        cancelled,
        partly,
        shipped,
        back.returned_at,
        settled,
        purged,
    )
    # Changes from before an order became known are in the state in which it does.
    updated = np.where(updated > 0, np.maximum(updated, arrives), 0)
    which = np.flatnonzero((arrives < until) & (updated >= after))
    refunded = (given_back >= total) & (total > 0)
    states = [pay.voided_at < until, refunded, given_back > 0, pay.paid_at < until, pay.authorized_at < until]
    financial = np.select(states, range(5), 5)
    fulfilment = np.select([back.returned_at < until, shipped < until, partly < until], [0, 1, 2], 3)
    bill, who = business.money, business.purchases.person[which]
    return pl.DataFrame(
        {
            "order_id": numbers(which + FIRST_ORDER, form="{}"),
            "customer_id": order_accounts(business, which),
            **order_contacts(business, which),
            **landing(business, which),
            "created_at": instants(created[which]),
            "paid_at": instants(pay.paid_at[which], until),
            "cancelled_at": instants(cancelled[which], until),
            "financial_status": words(
                ("voided", "refunded", "partially_refunded", "paid", "authorized", "pending"),
                financial[which],
            ),
            "fulfillment_status": words(
                ("returned", "fulfilled", "partial", "unfulfilled"), fulfilment[which]
            ),
            "sales_channel": words(CHANNELS, business.purchases.channel[which]),
            "currency": words((business.plan.currency,), np.zeros_like(which)),
            "discount_total": money(bill.discount_total[which]),
            "shipping_total": money(bill.shipping[which]),
            "tax_total": money(bill.tax_total[which]),
            "total": money(bill.total[which]),
            "is_test": pay.is_test[which],
            "live_id": live_ids(business.purchases.room[which]),
            "creator_id": creator_ids(business.rooms, business.purchases.room[which]),
            "deposit_paid_at": instants(pay.deposit_at[which], until),
            "ship_by": instants(np.where(pay.paid_at < until, pay.ship_by, NEVER)[which]),
            **sent_to(business, who, redirected[which] >= until, redirected[which] < NEVER),
            "updated_at": instants(updated[which]),
            "_deleted": purged[which] < until,
        }
    )


def line_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Lines of the orders that became known, or were deleted, in [after, until)."""
    lines, bill = business.baskets.lines, business.money
    arrives, purged = arrives_at(business), purged_at(business)
    updated = latest(until, arrives, purged)
    which = np.flatnonzero((arrives < until)[lines.order] & (updated >= after)[lines.order])
    order = lines.order[which] + FIRST_ORDER
    return pl.DataFrame(
        {
            "order_line_id": numbers(order, lines.place[which], form="{}-{}"),
            "order_id": numbers(order, form="{}"),
            "variant_id": words(business.catalogue.variant_id, lines.variant[which]),
            "quantity": lines.quantity[which],
            "unit_price": money(bill.unit_price[which]),
            "discount": money(bill.discount[which]),
            "tax": money(bill.tax[which]),
            "line_type": words(LINE_TYPES, lines.kind[which]),
            "is_gift_card": lines.is_gift_card[which],
            "is_giveaway": lines.is_giveaway[which],
            "bundle_parent_id": nothing(
                lines.is_part[which], numbers(order, _set_places(business)[lines.order[which]], form="{}-{}")
            ),
            "updated_at": instants(updated[lines.order[which]]),
            "_deleted": purged[lines.order[which]] < until,
        }
    )


def _set_places(business: Business) -> Ints:
    """The place of each order's set among its lines; 0 where it has none."""
    lines, found = business.baskets.lines, np.zeros(len(business.purchases.person), dtype=np.int64)
    found[lines.order[lines.is_set]] = lines.place[lines.is_set]
    return found
