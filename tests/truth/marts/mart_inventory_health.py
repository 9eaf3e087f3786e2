"""mart_inventory_health: 28 days of each shelf, what they sold, earned and cost."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from math import floor, sqrt
from typing import Any

import polars as pl

from tests.truth.classes import classes
from tests.truth.marts.dim_products import dim_products
from tests.truth.registry import ledger
from tests.truth.stock import stock
from tests.truth.taken import by_shelf
from tests.truth.world import Seen, World

WINDOW, OVERSTOCK, ASSUMED, Z = 28, 90, 14, 1.65
Row = dict[str, Any]


@ledger("mart_inventory_health", "variant_key", "location_id", "date")
def mart_inventory_health(world: World) -> pl.DataFrame:
    """One row per shelf and day on which its stock is known."""
    products = {row["variant_key"]: row for row in dim_products(world).iter_rows(named=True)}
    sold = {
        (row["variant_key"], row["location_id"], row["date"]): row
        for row in by_shelf(world).iter_rows(named=True)
    }
    costs = {shop.shop_id: _costs(shop) for shop in world.shops}
    leads = {shop.shop_id: _leads(shop) for shop in world.shops}
    classed = {(row["variant_key"], row["week_start"]): row for row in classes(world).iter_rows(named=True)}
    shelves: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in stock(world).sort("date").iter_rows(named=True):
        shelves[row["variant_key"], row["location_id"]].append(row)
    rows = []
    for (variant, place), days in shelves.items():
        product = products[variant]
        for day in days:
            sale = sold.get((variant, place, day["date"]))
            day["units"], day["margin"] = (sale["units"], sale["margin"]) if sale else (0, None)
            day["returned_units"] = sale["back"] if sale else 0
            day["unit_cost"] = _at(costs[day["shop_id"]].get(day["variant_id"], []), day["date"])
        for number in range(len(days)):
            window = days[max(number - WINDOW + 1, 0) : number + 1]
            monday = days[number]["date"] - timedelta(days=days[number]["date"].weekday())
            month = days[number]["date"].replace(day=1)
            lead = leads[days[number]["shop_id"]].get((product["supplier_id"] or "", month))
            rows.append(_health(window, product, lead, classed.get((variant, monday))))
    return pl.DataFrame(rows, infer_schema_length=None)


def _health(window: list[Row], product: Row, lead: float | None, classed: Row | None) -> Row:
    today, known = window[-1], len(window)
    there = sum(day["on_hand"] > 0 for day in window)
    units = sum(day["units"] for day in window)
    opening = window[0]["opening_on_hand"]
    if opening is None:
        opening = window[0]["on_hand"] + window[0]["units"] - window[0]["received_units"]
    received = sum(day["received_units"] for day in window)
    if not any(day["movement_count"] for day in window):
        received = max(today["on_hand"] - opening + units, 0)
    pace = units / there if there else None
    mean = sum(day["on_hand"] for day in window) / known
    spread = sqrt(known * sum(day["units"] ** 2 for day in window) - units**2) / known
    days = ASSUMED if lead is None else lead
    point = None if pace is None else pace * days + Z * spread * sqrt(days)
    values = [day["on_hand"] * day["unit_cost"] for day in window if day["unit_cost"] is not None]
    value = sum(values) / len(values) if values else None
    margins = [day["margin"] for day in window if day["margin"] is not None]
    margin = sum(margins) if margins else None
    too_many = float(max(today["on_hand"] - (pace or 0) * OVERSTOCK, 0))
    lost = None if pace is None else pace * (known - there)
    cost, price = today["unit_cost"], product["list_price"]
    free = today["on_hand"] - (today["reserved"] or 0) + (today["incoming"] or 0)
    return {
        **{name: today[name] for name in _AS_THERE},
        "product_id": product["product_id"],
        "sku_key": product["sku_key"],
        "days_since_snapshot": (today["date"] - today["snapshot_date"]).days
        if today["snapshot_date"]
        else None,
        "known_days_28": known,
        "is_window_complete": known == WINDOW,
        "in_stock_days_28": there,
        "stockout_days_28": known - there,
        "units_28": units,
        "shared_units_28": units,
        "velocity_28": pace,
        "days_of_cover": today["on_hand"] / pace if pace else None,
        "opening_on_hand_28": opening,
        "received_units_28": received,
        "sell_through": units / (opening + received) if opening + received > 0 else None,
        "average_on_hand_28": mean,
        "turnover_28": units / mean if mean else None,
        "turnover_days": mean * known / units if units else None,
        "lost_units_28": lost,
        "lost_sales_28": None if lost is None or price is None else lost * price,
        "demand_deviation_28": spread,
        "lead_days": float(days),
        "is_lead_time_known": lead is not None,
        "reorder_point": point,
        "reorder_date": today["date"] + timedelta(days=max(floor((free - point) / pace), 0))
        if pace and point is not None
        else None,
        "list_price": price,
        "value_at_cost": None if cost is None else today["on_hand"] * cost,
        "value_at_retail": None if price is None else today["on_hand"] * price,
        "overstock_units": too_many,
        "overstock_value": None if cost is None else too_many * cost,
        "is_dead_stock": today["on_hand"] > 0 and known == WINDOW and not units and classed is None,
        "gross_margin_28": margin,
        "average_value_at_cost_28": value,
        "gmroi_28": margin / value if margin is not None and value else None,
        "demand_variation": classed and classed["demand_variation"],
        "abc_class": classed["abc_class"] if classed else "C",
        "xyz_class": classed and classed["xyz_class"],
    }


_AS_THERE = (
    "variant_key", "shop_id", "variant_id", "location_id", "date", "is_complete_period", "on_hand", "reserved",
    "incoming", "level_source", "units", "returned_units", "opening_on_hand", "received_units", "unit_cost",
)  # fmt: skip


def _costs(shop: Seen) -> dict[str, list[tuple[date, int]]]:
    """Ten-thousandths from which local date, by variant, the latest first."""
    rows = shop.rows("unit_costs").with_columns(pl.col("valid_from").dt.timestamp("ms")).sort("valid_from")
    found: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for day, row in zip(shop.dates(rows["valid_from"].to_numpy()), rows.iter_rows(named=True), strict=True):
        if row["valid_from"] <= shop.as_of:
            found[row["variant_id"]].insert(0, (day, int(row["unit_cost"] * 10_000)))
    return found


def _at(costs: list[tuple[date, int]], day: date) -> int | None:
    return next((cost for first, cost in costs if first <= day), None)


def _leads(shop: Seen) -> dict[tuple[str, date], float]:
    """Mean days by supplier and month, of what arrived in the 365 days before the month."""
    rows = shop.rows("purchase_orders").with_columns(pl.col("ordered_at", "received_at").dt.timestamp("ms"))
    came = rows.filter(pl.col("received_at") <= shop.as_of)
    ordered = shop.dates(came["ordered_at"].to_numpy())
    received = shop.dates(came["received_at"].to_numpy())
    found: dict[tuple[str, date], list[int]] = defaultdict(list)
    for supplier, first, last in zip(came["supplier_id"], ordered, received, strict=True):
        month = (last.replace(day=1) + timedelta(days=32)).replace(day=1)
        while (month - last).days <= 365 and month <= shop.today:
            found[supplier or "", month].append((last - first).days)
            month = (month + timedelta(days=32)).replace(day=1)
    return {key: sum(days) / len(days) for key, days in found.items()}
