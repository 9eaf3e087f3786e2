"""A shop that changes between readings: what the next one finds, what a reconciliation does, and that both are equal to
the shop's own records, row by row."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingestion.config import Config
from tests.ingestion.woocommerce import kit
from tests.ingestion.woocommerce.server import Server
from tests.ingestion.woocommerce.shop import FakeShop


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    kit.prepared(monkeypatch)


def _assert_equal(config: Config, shop: FakeShop, source: str = "woo") -> None:
    """What stands in raw is what the shop has, of each table."""

    def landed(table: str, *columns: str) -> list[tuple[Any, ...]]:
        return sorted(tuple(row[name] for name in columns) for row in kit.standing(config, table, source))

    def own(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        return sorted(tuple(str(one) for one in row) for row in rows)

    orders = {number: one for number, one in shop.orders.items() if one["status"] != "trash"}
    refunds = [one for one in shop.refunds.values() if one["order"] in orders]
    sold = [(p["id"], p) for p in shop.products.values() if p["type"] == "simple"]
    sold += [(v["parent_id"], v) for v in shop.variations.values() if v["parent_id"] in shop.products]
    reviews = [one for one in shop.reviews.values() if one["status"] == "approved"]
    back = {number: sum(Decimal(r["amount"]) for r in refunds if r["order"] == number) for number in orders}

    assert landed("orders", "id", "status", "total", "refunded_total") == own(
        [(number, one["status"], one["total"], back[number]) for number, one in orders.items()]
    )
    for table, part in (
        ("order_lines", "line_items"),
        ("order_fees", "fee_lines"),
        ("order_shipping", "shipping_lines"),
    ):
        lines = [(number, one["id"], one["total"]) for number, order in orders.items() for one in order[part]]
        assert landed(table, "order_id", "id", "total") == own(lines)
    assert landed("payments", "order_id", "amount") == own(
        [(number, one["total"]) for number, one in orders.items() if one["date_paid"]]
    )
    assert landed("refunds", "order_id", "id", "amount") == own(
        [(r["order"], r["id"], r["amount"]) for r in refunds]
    )
    assert landed("refund_lines", "refund_id", "id", "quantity", "total") == own(
        [(r["id"], one["id"], one["quantity"], one["total"]) for r in refunds for one in r["line_items"]]
    )
    assert landed("variants", "product_id", "variant_id", "list_price") == own(
        [(of, one["id"], one["regular_price"]) for of, one in sold]
    )
    assert landed("customers", "id") == own([(number,) for number in shop.customers])
    assert landed("coupons", "id", "amount") == own(
        [(number, one["amount"]) for number, one in shop.coupons.items()]
    )
    assert landed("reviews", "id", "rating") == own([(one["id"], one["rating"]) for one in reviews])


def _stocked() -> tuple[FakeShop, int, int]:
    shop = FakeShop(offset=timedelta(hours=8))
    shirt = shop.product("Shirt", "10.00", 5)
    trousers = shop.product("Trousers", "30.00", type="variable")
    medium = shop.variation(trousers, "M", "30.00", 7)
    return shop, shirt, medium


def test_changes_are_found_and_everything_is_equal(tmp_path: Path) -> None:
    shop, shirt, medium = _stocked()
    ann = shop.customer("ann@example.com")
    welcome = shop.coupon("welcome", "10")
    first = shop.order([(shirt, 2, "10.00"), (medium, 1, "30.00")], customer=ann, shipping="5")
    second = shop.order([(shirt, 1, "10.00")], fee="1.50", status="completed")
    third = shop.order([(medium, 1, "30.00")], status="pending")
    kept = shop.review(shirt, 5, "Good", "ann@example.com")
    with Server(shop) as server:
        config = kit.configured(tmp_path, server)
        kit.land(config)
        _assert_equal(config, shop)
        assert kit.land(config).rows == 0

        shop.wait(days=2)
        shop.set_status(first, "completed")
        shop.refund(second, [(0, 1)], reason="too small")
        shop.orders[third]["status"] = "trash"
        shop.touch(shop.orders[third])
        shop.order([(shirt, 1, "10.00")], coupon="welcome", off=["1"])
        shop.coupons[welcome]["amount"] = "15"
        shop.touch(shop.coupons[welcome])
        shop.products[shirt]["stock_quantity"] = 3
        shop.reviews[kept]["status"] = "hold"
        shop.variation(shop.variations[medium]["parent_id"], "L", "32.00", 1)
        kit.land(config)
        _assert_equal(config, shop)
        assert [
            (row["variant_id"], row["quantity"])
            for row in kit.standing(config, "stock")
            if row["variant_id"] == str(shirt)
        ] == [(str(shirt), "3")]

        shop.wait(days=1)
        shop.set_status(third, "pending")  # out of the bin
        shop.delete_refund(next(iter(shop.refunds)))
        del shop.customers[ann]
        del shop.products[shirt]
        kit.land(config)
        _assert_equal(config, shop)


def test_what_moves_no_date_is_found_by_a_reconciliation(tmp_path: Path) -> None:
    shop, shirt, _ = _stocked()
    old = shop.order([(shirt, 2, "10.00")], status="completed")
    gone = shop.order([(shirt, 1, "10.00")])
    refund = shop.refund(old, [(0, 1)])
    welcome = shop.coupon("welcome", "10")
    shop.coupon("summer", "5")
    with Server(shop) as server:
        config = kit.configured(tmp_path, server)
        kit.land(config)
        shop.wait(days=40)  # longer than open_days
        shop.order([(shirt, 1, "10.00")])
        kit.land(config)
        shop.wait(days=2)  # longer than the look-back
        shop.delete_refund(refund)
        shop.delete_order(gone)
        del shop.coupons[welcome]
        shop.orders[old]["line_items"].append({**shop.orders[old]["line_items"][0], "id": 900})
        assert kit.land(config).rows == 0
        kit.land(config, reconcile=True)
        _assert_equal(config, shop)
        assert kit.land(config, reconcile=True).rows == 0


def test_a_change_in_the_second_of_the_last_reading_is_found(tmp_path: Path) -> None:
    shop, shirt, _ = _stocked()
    order = shop.order([(shirt, 1, "10.00")], status="pending")
    with Server(shop) as server:
        config = kit.configured(tmp_path, server, more="open_days: 0")
        kit.land(config)
        shop.set_status(order, "processing")
        kit.land(config)
        _assert_equal(config, shop)


def test_two_shops_do_not_mix(tmp_path: Path) -> None:
    one, shirt, _ = _stocked()
    other = FakeShop()
    mug = other.product("Mug", "8.00", 1)
    one.order([(shirt, 1, "10.00")])
    other.order([(mug, 3, "8.00")])
    with Server(one) as first, Server(other) as second:
        config = kit.configured(tmp_path, first, second)
        kit.land(config)
        kit.land(config, "second")
        _assert_equal(config, one)
        _assert_equal(config, other, "second")


def test_an_interrupted_first_reading_goes_on(tmp_path: Path) -> None:
    """The server dies in the third slice: what has landed is not asked for again."""
    from ingestion.source import SourceError
    from tests.ingestion.woocommerce.answers import Answer

    shop, shirt, _ = _stocked()
    for _ in range(10):
        shop.order([(shirt, 1, "10.00")])
    with Server(shop) as server:
        config = kit.configured(tmp_path, server, more="per_page: 3\nslice_rows: 4")
        down = Answer("", 503)
        server.faults.append(lambda asked: down if int(asked.parameters.get("offset", 0)) >= 6 else None)
        with pytest.raises(SourceError, match="503"):
            kit.land(config)
        before = len(kit.standing(config, "orders"))
        assert 4 <= before < 10
        server.faults.clear()
        server.seen.clear()
        kit.land(config)
        asked = [one for one in server.seen if one.route == "orders"]
        assert "offset" in asked[0].parameters
        _assert_equal(config, shop)
