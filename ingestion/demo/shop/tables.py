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
from ingestion.demo.shop.costs import order_cost_rows
from ingestion.demo.shop.inventory_rows import level_rows, movement_rows, purchase_order_rows
from ingestion.demo.shop.ledger import payment_rows, refund_rows
from ingestion.demo.shop.master_data import customer_rows, product_rows, unit_cost_rows
from ingestion.demo.shop.office_rows import rate_rows, score_rows, target_rows
from ingestion.demo.shop.order_book import line_rows, order_rows
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.promotion_rows import bundle_rows, order_promotion_rows, promotion_rows
from ingestion.demo.shop.review_rows import review_rows
from ingestion.demo.shop.shipping_rows import shipment_line_rows, shipment_rows
from ingestion.demo.shop.ticket_rows import ticket_rows
from ingestion.demo.shop.traffic.tables import TABLES as TRAFFIC_TABLES

FOREVER_AGO = -(2**62)

_TABLES: dict[str, Callable[[Business, int, int], pl.DataFrame]] = {
    "customers": customer_rows,
    "products": product_rows,
    "unit_costs": unit_cost_rows,
    "bundle_components": bundle_rows,
    "orders": order_rows,
    "order_lines": line_rows,
    "payments": payment_rows,
    "refunds": refund_rows,
    "shipments": shipment_rows,
    "shipment_lines": shipment_line_rows,
    "promotions": promotion_rows,
    "order_promotions": order_promotion_rows,
    "order_costs": order_cost_rows,
    "purchase_orders": purchase_order_rows,
    "inventory_movements": movement_rows,
    "inventory_levels": level_rows,
    "reviews": review_rows,
    "tickets": ticket_rows,
    "shop_scores": score_rows,
    "targets": target_rows,
    "fx_rates": rate_rows,
    **TRAFFIC_TABLES,
}
ENTITIES = tuple(_TABLES)
DELETED = "_deleted"
"""Column of a tombstone: the row's last state, and true. Tables in which nothing is ever deleted lack it."""


def rows(business: Business, entity: str, until: int, after: int = FOREVER_AGO) -> pl.DataFrame:
    """Rows of an entity that changed (or were deleted) in [after, until), milliseconds, one for each key.

    Raises KeyError for an unknown entity.
    """
    return _TABLES[entity](business, until, after)


def standing(business: Business, entity: str, until: int) -> pl.DataFrame:
    """What there is of an entity just before `until`: nothing that has been deleted."""
    frame = rows(business, entity, until)
    return frame.filter(~pl.col(DELETED)).drop(DELETED) if DELETED in frame.columns else frame


@lru_cache
def columns_of(entity: str) -> list[str]:
    """Column names of an entity, in plain text and in order."""
    day = date(2025, 1, 1)
    shop = Plan(day, day, orders_per_day=1.0)
    return rows(simulate(shop), entity, shop.after(day)).columns
