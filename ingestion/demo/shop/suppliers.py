"""Who delivers the goods, how reliably, and where to: suppliers and the shop's warehouses."""

from __future__ import annotations

import numpy as np

from ingestion.demo.shop.assortment import SUPPLIERS
from ingestion.demo.shop.people import People
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.randomness import Floats, Ints

WAREHOUSES = {"zh": ("SH-SONGJIANG", "SH-PUDONG"), "en": ("NY-BROOKLYN",)}
_NEAR = ("上海", "浙江", "江苏")

# By supplier: usual lead time in days, share of the lines that come late and that come short. The last is cheap.
LEAD_DAYS = np.array([9, 12, 14, 16, 18, 21, 24, 28], dtype=np.float64)
LATE = np.array([0.06, 0.10, 0.08, 0.22, 0.15, 0.12, 0.30, 0.48])
SHORT = np.array([0.02, 0.04, 0.03, 0.06, 0.10, 0.05, 0.12, 0.25])
assert len(LEAD_DAYS) == SUPPLIERS


def warehouses(plan: Plan) -> tuple[str, ...]:
    """`location_id` of the shop's warehouses."""
    return WAREHOUSES[plan.market.language]


def nearest(plan: Plan, people: People, who: Ints) -> Ints:
    """The warehouse (index) that serves where these people live."""
    if len(warehouses(plan)) == 1:
        return np.zeros_like(who)
    near = np.array([place.region in _NEAR for place in plan.market.places])
    return np.where(near[people.place[who]], 0, 1)


def demand_shares(plan: Plan) -> Floats:
    """Share of the buyers that each warehouse serves."""
    if len(warehouses(plan)) == 1:
        return np.ones(1)
    weights = np.array([place.weight for place in plan.market.places])
    near = np.array([place.region in _NEAR for place in plan.market.places])
    first = float(weights[near].sum() / weights.sum())
    return np.array([first, 1.0 - first])
