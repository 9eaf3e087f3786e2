"""The shop's own tables as its interface would give them at an instant: what is known, and since when.

`rows(business, entity, until, after)` gives every row whose newest change lies in [after, until), in the state
it has just before `until`; `updated_at` is the instant of that change. So day after day, or all days at once,
leave the same newest version of each row.

Personal columns are here in plain text (fictitious). `PERSONAL` says what `ingestion.demo.protection` makes of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

import polars as pl

from ingestion.demo.shop.business import Business, simulate
from ingestion.demo.shop.ledger import payment_rows, refund_rows
from ingestion.demo.shop.master_data import customer_rows, product_rows, unit_cost_rows
from ingestion.demo.shop.order_book import line_rows, order_rows
from ingestion.demo.shop.plan import Plan

FOREVER_AGO = -(2**62)

_TABLES: dict[str, Callable[[Business, int, int], pl.DataFrame]] = {
    "customers": customer_rows,
    "products": product_rows,
    "unit_costs": unit_cost_rows,
    "orders": order_rows,
    "order_lines": line_rows,
    "payments": payment_rows,
    "refunds": refund_rows,
}
ENTITIES = tuple(_TABLES)


def rows(business: Business, entity: str, until: int, after: int = FOREVER_AGO) -> pl.DataFrame:
    """Rows of an entity that changed in [after, until), milliseconds. Raises KeyError for an unknown entity."""
    return _TABLES[entity](business, until, after)


@lru_cache
def columns_of(entity: str) -> list[str]:
    """Column names of an entity, in plain text and in order."""
    day = date(2025, 1, 1)
    shop = Plan(day, day, orders_per_day=1.0)
    return rows(simulate(shop), entity, shop.after(day)).columns
