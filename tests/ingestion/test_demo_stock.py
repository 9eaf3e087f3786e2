"""The simulated shops' stock: every unit is accounted for, and what runs out cannot be sold."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ingestion.demo.shop.catalogue import SPECIALS
from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.suppliers import warehouses
from tests.ingestion.demo_shops import NEW_YORK, SHANGHAI, business_of, left

BOTH = pytest.mark.parametrize("plan", [NEW_YORK, SHANGHAI], ids=["new_york", "shanghai"])
CELL = ["variant_id", "location_id"]


@BOTH
def test_each_snapshot_is_the_sum_of_the_movements_before_it(plan: Plan) -> None:
    business = business_of(plan)
    moved = left(business, "inventory_movements").sort("moved_at")
    moved = moved.with_columns(pl.col("quantity").cum_sum().over(CELL).alias("stock"))
    levels = left(business, "inventory_levels").sort("snapshot_at")
    assert levels.height > 30_000
    at = levels.join_asof(
        moved.select(*CELL, "moved_at", "stock"),
        left_on="snapshot_at",
        right_on="moved_at",
        by=CELL,
        strategy="backward",
        check_sortedness=False,
    ).with_columns(pl.col("stock").fill_null(0))
    # Receipts may be booked two days late, so the last days are not all known yet.
    known = at.filter(pl.col("snapshot_at") < pl.col("snapshot_at").max() - pl.duration(days=3))
    assert known.filter(pl.col("stock") != pl.col("on_hand")).is_empty()


@BOTH
def test_what_is_on_hand_is_reserved_free_or_oversold(plan: Plan) -> None:
    business = business_of(plan)
    levels, shelves = left(business, "inventory_levels"), business.stock.shelves
    assert levels.filter(pl.col("reserved") < 0).is_empty()
    assert levels.filter(pl.col("incoming") < 0).is_empty()
    oversold = levels.filter(pl.col("on_hand") < pl.col("reserved"))
    assert 0 < oversold.height < 0.02 * levels.height
    assert levels.filter(pl.col("on_hand") < 0).height < 0.01 * levels.height
    assert set(levels["location_id"]) == set(warehouses(plan))
    days = levels["snapshot_at"].dt.convert_time_zone(plan.timezone).dt.date()
    assert 365 - 12 <= days.n_unique() <= 365
    assert shelves.available.shape[0] == plan.days


@BOTH
def test_sales_in_the_stock_ledger_are_what_was_shipped(plan: Plan) -> None:
    business = business_of(plan)
    moved = left(business, "inventory_movements").filter(pl.col("kind") == "sale")
    parcels = left(business, "shipment_lines").join(
        left(business, "order_lines").select("order_line_id", "variant_id"), on="order_line_id"
    )
    goods = parcels.filter(~pl.col("variant_id").is_in(list(SPECIALS)))
    assert -moved["quantity"].sum() == goods["quantity"].sum()
    bought = left(business, "order_lines").select("order_line_id", bought="quantity")
    sent = parcels.group_by("order_line_id").agg(pl.col("quantity").sum()).join(bought, on="order_line_id")
    assert sent.filter(pl.col("quantity") != pl.col("bought")).is_empty()
    returned = left(business, "inventory_movements").filter(pl.col("kind") == "return")
    assert 0 < returned["quantity"].sum() < 0.15 * goods["quantity"].sum()


@BOTH
def test_empty_shelves_lose_sales(plan: Plan) -> None:
    business = business_of(plan)
    lost, stock, wanted = business.lost, business.stock, business.wanted
    assert 0.002 < lost.lines.mean() < 0.08
    assert 0 < lost.orders.mean() < 0.04
    assert len(wanted.purchases.person) == len(business.purchases.person) + lost.orders.sum()
    lines = wanted.baskets.lines
    gone = np.flatnonzero(
        lost.lines & lines.are_goods & ~lines.is_set & ~lines.is_part & (lines.quantity == 1)
    )
    at = wanted.purchases.created_at[lines.order[gone]]
    assert stock.out_of_stock(lines.variant[gone], at).mean() > 0.8
    listed = business.catalogue.listed_at[len(SPECIALS) :] < plan.midnight(plan.start)
    free = stock.shelves.available.reshape(plan.days, -1, stock.places).max(axis=2)[:, listed]
    assert 0.001 < (free <= 0).mean() < 0.12


@BOTH
def test_suppliers_differ(plan: Plan) -> None:
    ordered = left(business_of(plan), "purchase_orders")
    came = ordered.filter(pl.col("received_at").is_not_null())
    late = pl.col("received_at").dt.date() > pl.col("expected_at").dt.date()
    by_supplier = (
        came.group_by("supplier_id").agg(late.mean().alias("late"), pl.len()).filter(pl.col("len") > 40)
    )
    assert by_supplier["late"].max() > by_supplier["late"].min() + 0.2  # type: ignore[operator]
    assert 0.05 < came.select(late.mean()).item() < 0.35
    short = came.filter(pl.col("quantity_received") < pl.col("quantity_ordered"))
    assert 0.02 < short.height / came.height < 0.2
    assert ordered.filter(pl.col("received_at") <= pl.col("ordered_at")).is_empty()
    receipts = left(business_of(plan), "inventory_movements").filter(pl.col("kind") == "receipt")
    booked = came.join(receipts, left_on="po_line_id", right_on="reference_id", how="inner")
    assert booked.height > 0.97 * came.height
    assert booked.filter(pl.col("quantity") != pl.col("quantity_received")).is_empty()


@BOTH
def test_parcels_arrive_mostly_in_time(plan: Plan) -> None:
    business = business_of(plan)
    parcels = left(business, "shipments")
    arrived = parcels.filter(pl.col("delivered_at").is_not_null())
    in_time = arrived.select((pl.col("delivered_at") <= pl.col("promised_at")).mean()).item()
    assert 0.85 < in_time < 0.99
    assert arrived.filter(pl.col("delivered_at") < pl.col("shipped_at")).is_empty()
    parts = parcels.group_by("order_id").len()
    assert 0.02 < (parts["len"] > 1).mean() < 0.4  # type: ignore[operator]
    orders = left(business, "orders").join(parcels, on="order_id")
    assert orders.filter(pl.col("shipped_at") < pl.col("paid_at")).is_empty()
    assert set(orders["fulfillment_status"]) == {"partial", "fulfilled", "returned"}


@BOTH
def test_sets_are_shipped_as_their_parts(plan: Plan) -> None:
    business = business_of(plan)
    lines, parts = left(business, "order_lines"), left(business, "bundle_components")
    heads = lines.filter(pl.col("variant_id").is_in(parts["bundle_variant_id"].unique().to_list()))
    assert heads.height > 50
    inside = lines.filter(pl.col("bundle_parent_id").is_not_null())
    assert set(inside["bundle_parent_id"]) == set(heads["order_line_id"])
    found = heads.join(inside, left_on="order_line_id", right_on="bundle_parent_id", suffix="_part")
    expected = heads.join(parts, left_on="variant_id", right_on="bundle_variant_id")
    named = ["order_id", "component_variant_id"]
    assert (
        found.select("order_id", component_variant_id="variant_id_part")
        .sort(named)
        .equals(expected.select(named).sort(named))
    )
    assert inside["unit_price"].sum() == 0
