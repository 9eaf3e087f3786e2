"""Simulated shops that several tests look at, simulated once each, and what stands in their tables."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import polars as pl

from ingestion.contracts import load_contracts
from ingestion.demo.shop.business import Business, simulate
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.tables import rows, standing

NEW_YORK = Plan(date(2025, 1, 1), date(2025, 12, 31), orders_per_day=16.0, shop_id="new_york")
SHANGHAI = Plan(
    date(2025, 1, 1),
    date(2025, 12, 31),
    orders_per_day=16.0,
    shop_id="shanghai",
    timezone="Asia/Shanghai",
    currency="CNY",
)
LONDON = Plan(
    date(2025, 10, 20), date(2025, 11, 20), orders_per_day=12.0, timezone="Europe/London", currency="GBP"
)
"""A month with the end of summer time in it."""
HANGZHOU = Plan(
    date(2025, 10, 25),
    date(2025, 11, 20),
    orders_per_day=12.0,
    shop_id="hz",
    timezone="Asia/Shanghai",
    currency="CNY",
)
"""A month with 双11 in it."""
KEYS = {one.entity: list(one.key) for one in load_contracts().values()}


@lru_cache(maxsize=4)
def business_of(plan: Plan) -> Business:
    return simulate(plan)


def end_of(business: Business) -> int:
    return business.plan.after(business.plan.end)


def at_end(business: Business, entity: str) -> pl.DataFrame:
    """All rows of an entity in their last state, tombstones included."""
    return rows(business, entity, end_of(business))


def left(business: Business, entity: str) -> pl.DataFrame:
    """What there is of an entity in the end."""
    return standing(business, entity, end_of(business))


def key_of(entity: str, frame: pl.DataFrame) -> list[str]:
    """The business key's columns that a table has; what it lacks is the same in all its rows."""
    return [name for name in KEYS[entity] if name in frame.columns]
