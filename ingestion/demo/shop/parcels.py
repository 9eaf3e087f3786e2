"""Which carrier takes each order's parcels, what it promises and how long it really takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.demo.shop.payments import Payments
from ingestion.demo.shop.people import People
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.purchases import Purchases
from ingestion.demo.shop.randomness import Bools, Ints
from ingestion.demo.shop.seasons import DAY_MS, NEVER

CARRIERS = {"zh": ("顺丰速运", "中通快递", "圆通速递"), "en": ("UPS", "USPS", "FedEx")}
_SHARES = {"zh": (0.25, 0.45, 0.30), "en": (0.40, 0.42, 0.18)}
_DAYS = {"zh": (1.5, 2.7, 3.0), "en": (3.2, 3.9, 2.4)}
_PROMISED = {"zh": (3, 4, 5), "en": (5, 6, 4)}
_SPREAD = (0.22, 0.30, 0.26)
COSTS = {"zh": (1500, 480, 450), "en": (745, 590, 930)}
"""Cents of a first parcel, by carrier."""
_LOST = 0.006


@dataclass(frozen=True)
class Parcels:
    """One entry per order. Instants in milliseconds, counted from when its last parcel leaves."""

    carrier: Ints
    transit: Ints
    """Milliseconds on the way."""
    promised: Ints
    """Milliseconds on the way that the buyer was promised."""
    delivered_at: Ints
    """Of the last parcel; NEVER if it is lost (or never sent)."""
    is_lost: Bools

    @property
    def is_late(self) -> Bools:
        return np.asarray(self.is_lost | (self.transit > self.promised))


def build_parcels(plan: Plan, people: People, purchases: Purchases, payments: Payments) -> Parcels:
    """The way of every order's parcels, whether or not it is ever sent."""
    dice, language, keys = plan.dice, plan.market.language, (purchases.person, purchases.nth)
    carrier = dice.pick(_SHARES[language], "ship/carrier", *keys)
    mean = np.array(_DAYS[language])[carrier]
    abroad = np.array([place.country != plan.market.country for place in plan.market.places])
    far = abroad[people.place[purchases.person]]
    days = mean * np.exp(np.array(_SPREAD)[carrier] * dice.normal("ship/transit", *keys))
    days = days + np.where(
        dice.chance(0.05, "ship/trouble", *keys), dice.exponential(4.0, "ship/delay", *keys), 0
    )
    days = np.where(far, days + 5.0, days)
    transit = (np.clip(days, 0.5, 40) * DAY_MS).astype(np.int64)
    promised = (np.array(_PROMISED[language])[carrier] + np.where(far, 6, 0)) * DAY_MS
    lost = dice.chance(_LOST, "ship/lost", *keys) & ~purchases.brushed
    sent = payments.shipped_at < NEVER
    arrives = np.where(sent & ~lost, np.where(sent, payments.shipped_at, 0) + transit, NEVER)
    return Parcels(carrier, transit, promised, arrives, lost)
