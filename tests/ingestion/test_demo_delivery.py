"""What a live source does: rows that come late, are corrected or deleted, and nothing that refers to nothing."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from ingestion.demo.shop.plan import Plan
from ingestion.demo.shop.tables import DELETED, ENTITIES, rows
from tests.ingestion.demo_shops import NEW_YORK, SHANGHAI, at_end, business_of, end_of, left

BOTH = pytest.mark.parametrize("plan", [NEW_YORK, SHANGHAI], ids=["new_york", "shanghai"])

REFERENCES = {
    # entity: {column: (entity, column)}
    "orders": {"customer_id": ("customers", "customer_id"), "live_id": ("live_sessions", "live_id")},
    "order_lines": {"order_id": ("orders", "order_id"), "variant_id": ("products", "variant_id")},
    "payments": {"order_id": ("orders", "order_id")},
    "refunds": {"order_id": ("orders", "order_id"), "order_line_id": ("order_lines", "order_line_id")},
    "shipments": {"order_id": ("orders", "order_id")},
    "shipment_lines": {
        "shipment_id": ("shipments", "shipment_id"),
        "order_line_id": ("order_lines", "order_line_id"),
    },
    "unit_costs": {"variant_id": ("products", "variant_id")},
    "bundle_components": {
        "bundle_variant_id": ("products", "variant_id"),
        "component_variant_id": ("products", "variant_id"),
    },
    "inventory_levels": {"variant_id": ("products", "variant_id")},
    "inventory_movements": {"variant_id": ("products", "variant_id")},
    "order_promotions": {
        "order_id": ("orders", "order_id"),
        "promotion_id": ("promotions", "promotion_id"),
        "order_line_id": ("order_lines", "order_line_id"),
    },
    "order_costs": {"order_id": ("orders", "order_id")},
    "reviews": {
        "order_id": ("orders", "order_id"),
        "variant_id": ("products", "variant_id"),
        "customer_id": ("customers", "customer_id"),
    },
    "tickets": {"order_id": ("orders", "order_id"), "customer_id": ("customers", "customer_id")},
}


@BOTH
def test_nothing_refers_to_what_is_not_there(plan: Plan) -> None:
    """But for what is known early: payments of orders that the marketplace tells late, goods before their listing."""
    business = business_of(plan)
    for entity, references in REFERENCES.items():
        frame = left(business, entity)
        old = frame.filter(pl.col("updated_at") < pl.col("updated_at").max() - pl.duration(days=4))
        for column, (other, key) in references.items():
            known = left(business, other).select(pl.col(key).alias(column)).unique()
            lacking = old.filter(pl.col(column).is_not_null()).join(known, on=column, how="anti")
            assert lacking.is_empty(), (entity, column, lacking.head(3))


@BOTH
def test_orders_and_payments_come_late_now_and_then(plan: Plan) -> None:
    business = business_of(plan)
    first = {
        entity: rows(business, entity, plan.midnight(plan.start + timedelta(days=200)))
        for entity in ("orders", "payments")
    }
    later = rows(business, "orders", plan.midnight(plan.start + timedelta(days=203)))
    begun = plan.midnight(plan.start + timedelta(days=200)) * 1000
    missed = later.filter(pl.col("created_at").dt.timestamp("us") < begun).join(
        first["orders"], on="order_id", how="anti"
    )
    lines = left(business, "order_lines").join(left(business, "orders"), on="order_id", suffix="_order")
    late = lines.filter(pl.col("updated_at") > pl.col("created_at")).filter(
        pl.col("sales_channel") == "marketplace"
    )
    assert missed.height < 10
    assert (
        0.01
        < late["order_id"].n_unique()
        / lines.filter(pl.col("sales_channel") == "marketplace")["order_id"].n_unique()
        < 0.09
    )
    payments = left(business, "payments").filter(pl.col("processed_at").is_not_null())
    lag = payments.filter(pl.col("updated_at") > pl.col("processed_at"))
    assert 0.002 < lag.height / payments.height < 0.02


@BOTH
def test_what_is_deleted_was_there_before(plan: Plan) -> None:
    business = business_of(plan)
    found = {}
    for entity in ENTITIES:
        every = at_end(business, entity)
        if DELETED not in every.columns:
            continue
        gone = every.filter(pl.col(DELETED))
        found[entity] = gone.height
        assert gone.height < 0.03 * every.height or gone.height < 60, entity
        for row in gone.sort("updated_at").head(2).iter_rows(named=True):
            at = int(row["updated_at"].timestamp() * 1000)
            before = rows(business, entity, at)
            key = next(name for name in every.columns if name.endswith("_id"))
            alive = before.filter((pl.col(key) == row[key]) & ~pl.col(DELETED))
            assert alive.height >= 1, (entity, row)
            assert (alive["updated_at"] < row["updated_at"]).all()
    assert {entity for entity, count in found.items() if count} >= {
        "orders", "order_lines", "shipments", "shipment_lines", "purchase_orders", "reviews",
    }  # fmt: skip
    assert end_of(business) > 0


def changed(plan: Plan, entity: str, key: list[str], column: str) -> int:
    """How many rows of an entity had another value of a column, a week after they were first known."""
    business = business_of(plan)
    seen = pl.concat(
        rows(business, entity, plan.midnight(plan.start + timedelta(days=day))) for day in range(180, 240, 2)
    )
    return seen.group_by(key).agg(pl.col(column).n_unique()).filter(pl.col(column) > 1).height


@BOTH
def test_slips_are_corrected(plan: Plan) -> None:
    assert changed(plan, "orders", ["order_id"], "region") > 0
    assert changed(plan, "reviews", ["review_id"], "rating") > 0
    assert changed(plan, "unit_costs", ["variant_id", "valid_from"], "unit_cost") > 0


def test_rates_are_missing_at_weekends_and_never_for_long() -> None:
    here, there = (left(business_of(plan), "fx_rates") for plan in (SHANGHAI, NEW_YORK))
    days = here.filter(pl.col("from_currency") == "USD").sort("date")
    assert set(days["date"].dt.weekday()) == {1, 2, 3, 4, 5}
    gaps = days["date"].diff().dt.total_days().drop_nulls()
    assert gaps.max() == 6  # 1 to 5 October have none: the last one is five days old then
    assert days["date"].min() < NEW_YORK.start - timedelta(days=3)  # type: ignore[operator]
    assert (days["rate"].cast(pl.Float64) - 7.15).abs().max() < 0.3  # type: ignore[operator]
    both = here.join(there, on=["date", "from_currency", "to_currency"])
    assert both.height == here.height
    assert both.filter(pl.col("rate") != pl.col("rate_right")).is_empty()


@BOTH
def test_targets_scores_tickets_and_reviews_are_there(plan: Plan) -> None:
    business = business_of(plan)
    targets = left(business, "targets")
    assert targets["period"].n_unique() == 13  # the coming January's, too
    year = targets.filter(pl.col("period").str.starts_with("2025") & pl.col("sales_channel").is_null())
    placed = left(business, "orders").height
    aimed = float(year.filter(pl.col("metric") == "orders")["value"].sum())
    assert 0.8 < aimed / placed < 1.3
    scores = left(business, "shop_scores")
    assert scores["value"].cast(pl.Float64).is_between(1, 100).all()
    tickets = left(business, "tickets")
    per_order = tickets.height / placed
    assert 0.05 < per_order < 0.35
    assert tickets.filter(pl.col("first_replied_at") < pl.col("opened_at")).is_empty()
    assert tickets.filter(pl.col("resolved_at") < pl.col("first_replied_at")).is_empty()
    assert 3.4 < float(tickets["csat"].mean()) < 4.8  # type: ignore[arg-type]
    assert 0.02 < float(tickets["reopened"].mean()) < 0.1  # type: ignore[arg-type]
    assert tickets.filter(pl.col("category") == "presale")["order_id"].null_count() > 10
    reviews = left(business, "reviews")
    assert 0.04 < reviews.height / placed < 0.2
    assert 3.7 < float(reviews["rating"].mean()) < 4.7  # type: ignore[arg-type]
    assert set(reviews["language"]) == {"en", "zh"}
    assert reviews.filter(pl.col("order_id").is_null()).height > 0
