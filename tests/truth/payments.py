"""The money of orders as far as their payments have been told: some reach the shop's system days later."""

from __future__ import annotations

import numpy as np

from ingestion.demo.shop.payments import FREE
from ingestion.demo.shop.randomness import Ints
from ingestion.demo.shop.records import late_payment
from ingestion.demo.shop.seasons import NEVER
from tests.truth.world import Seen

_BALANCE, _DEPOSIT = 3, 9
"""Numbers of an order's transactions: what is paid in the end, and before it the deposit of a pre-sale."""


def _parts(shop: Seen) -> list[Ints]:
    """Cents that each order has paid in its one or two parts; 0 where that is not known."""
    pay, total = shop.business.payments, shop.business.money.total
    orders = np.arange(len(total))
    found = []
    for number, at, amount in (
        (_BALANCE, pay.paid_at, total - pay.deposit),
        (_DEPOSIT, pay.deposit_at, pay.deposit),
    ):
        happens = (at < NEVER) & (pay.way != FREE)
        lag = late_payment(shop.business, orders, np.full(len(orders), number))
        known = happens & shop.told(np.where(happens, at, 0) + lag) & (at <= shop.as_of)
        found.append(np.where(known, amount, 0))
    return found


def taken(shop: Seen) -> Ints:
    """Cents by order; what the order comes to where it says that it is paid and no payment has been told."""
    pay, total = shop.business.payments, shop.business.money.total
    balance, deposit = _parts(shop)
    paid = shop.happened(pay.paid_at)
    # A pre-sale whose balance has not been told is paid in full all the same: its order says so.
    return np.where(paid, np.where(balance > 0, balance + deposit, total), 0)
