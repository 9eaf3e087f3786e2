"""Landed is what the shop has, row by row: at first, after a day of changes, and after a reconciliation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingestion.secrets import assert_nowhere
from tests.ingestion.shopify.kit import played
from tests.ingestion.shopify.server import TOKEN
from tests.ingestion.shopify.stories import a_day, filled, its_own, ours


def test_the_shop_day_by_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with played(tmp_path, monkeypatch, filled(), polls=0) as shop:
        shop.land()
        assert ours(shop) == its_own(shop.shop)
        assert shop.land().load_id is None

        a_day(shop.shop)
        before = len(shop.shopify.operations)
        shop.land()
        assert ours(shop) == its_own(shop.shop)
        asked = {one.query.split()[1].partition("(")[0] for one in shop.shopify.operations[before:]}
        assert asked == {"inventoryItems"}  # the rest came in pages

        deleted = shop.shop.orders.pop(104)
        shop.shop.delete_product(3)
        shop.shop.later(days=1)
        shop.land()
        assert ours(shop)["orders"] != its_own(shop.shop)["orders"]  # nothing told that it is gone
        shop.land(reconcile=True)
        assert ours(shop) == its_own(shop.shop)

        shop.shop.orders[104] = deleted  # restored, without a moved clock
        shop.land(reconcile=True)
        assert ours(shop) == its_own(shop.shop)
        assert shop.land(reconcile=True).load_id is None
        assert_nowhere(
            shop.config.warehouse,
            [TOKEN, "ann@mail.example", "robert@mail.example", "+447700900123", "7700900123"],
            control="SKU-1",
        )


def test_stock_is_states_of_instants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with played(tmp_path, monkeypatch, filled(), polls=0) as shop:
        shop.land()
        shop.shop.stock(1, 2, 1, committed=1)
        shop.land()
        of_shirts = [one for one in shop.rows("inventory_levels") if one["variant_id"] == "10"]
        assert [(one["location_id"], one["on_hand"], one["reserved"]) for one in of_shirts] == [
            ("1", "10", "0"),
            ("2", "1", "1"),
        ]


def test_many_changes_come_by_a_bulk_operation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with played(tmp_path, monkeypatch, filled(), polls=0) as shop:
        shop.more = "paged_records: 1"
        shop.land()
        a_day(shop.shop)
        shop.land()
        assert ours(shop) == its_own(shop.shop)
        assert any("updated_at:>=" in one.query for one in shop.shopify.operations)


def test_without_the_scope_for_old_orders_nothing_is_taken_for_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with played(tmp_path, monkeypatch, filled(), polls=0) as shop:
        shop.land()
        shop.shopify.scopes = tuple(one for one in shop.shopify.scopes if one != "read_all_orders")
        old = shop.shop.orders.pop(101)  # too old to be shown
        told = {one.input: one.reason or "" for one in shop.land(reconcile=True).files}
        assert "read_all_orders" in told["orders"]
        shop.shop.orders[101] = old
        assert ours(shop) == its_own(shop.shop)
