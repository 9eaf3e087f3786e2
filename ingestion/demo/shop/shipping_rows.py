"""Rows of shipments and of what is in them."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingestion.demo.shop.business import Business
from ingestion.demo.shop.frames import instants, latest, money, nothing, numbers, words
from ingestion.demo.shop.parcels import CARRIERS
from ingestion.demo.shop.records import FIRST_ORDER
from ingestion.demo.shop.shipping import shipments
from ingestion.demo.shop.suppliers import warehouses


def shipment_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """Parcels that left, arrived or were taken back in [after, until)."""
    made, plan = shipments(business), business.plan
    updated = latest(until, made.shipped_at, made.scanned_at, made.deleted_at)
    which = np.flatnonzero((made.shipped_at < until) & (updated >= after))
    order = made.order[which]
    known = np.where(made.scanned_at < until, made.delivered_at, until)[which]
    billed = np.full(len(which), not plan.is_chinese)
    return pl.DataFrame(
        {
            "shipment_id": numbers(order + FIRST_ORDER, made.number[which], form="S{}-{}"),
            "order_id": numbers(order + FIRST_ORDER, form="{}"),
            "shipped_at": instants(made.shipped_at[which]),
            "promised_at": instants(made.promised_at[which]),
            "delivered_at": instants(known, until),
            "carrier": words(CARRIERS[plan.market.language], business.parcels.carrier[order]),
            "cost": nothing(billed, money(made.cost[which])),
            "location_id": words(warehouses(plan), made.warehouse[which]),
            "updated_at": instants(updated[which]),
            "_deleted": made.deleted_at[which] < until,
        }
    )


def shipment_line_rows(business: Business, until: int, after: int) -> pl.DataFrame:
    """What is in the parcels that left, or were taken back, in [after, until)."""
    made, lines = shipments(business), business.baskets.lines
    updated = latest(until, made.shipped_at, made.deleted_at)
    shown = (made.shipped_at < until) & (updated >= after)
    entry = np.flatnonzero(shown[made.of])
    of, line = made.of[entry], made.line[entry]
    order = made.order[of] + FIRST_ORDER
    return pl.DataFrame(
        {
            "shipment_id": numbers(order, made.number[of], form="S{}-{}"),
            "order_id": numbers(order, form="{}"),
            "order_line_id": numbers(order, lines.place[line], form="{}-{}"),
            "quantity": lines.quantity[line],
            "updated_at": instants(updated[of]),
            "_deleted": made.deleted_at[of] < until,
        }
    )
