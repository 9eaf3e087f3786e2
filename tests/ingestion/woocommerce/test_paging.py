"""Collections are read to their end, whatever is deleted or hidden meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingestion.woocommerce import kit
from tests.ingestion.woocommerce.server import Request, Server
from tests.ingestion.woocommerce.shop import FakeShop


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    kit.prepared(monkeypatch)


def _sold(orders: int) -> tuple[FakeShop, list[int]]:
    shop = FakeShop()
    shirt = shop.product("Shirt", "10.00")
    return shop, [shop.order([(shirt, 1, "10.00")]) for _ in range(orders)]


@pytest.mark.parametrize(
    ("orders", "size"), [(0, 4), (1, 4), (3, 4), (4, 4), (5, 4), (7, 4), (8, 4), (10, 2), (250, 100)]
)
def test_every_record_comes_once(tmp_path: Path, orders: int, size: int) -> None:
    shop, numbers = _sold(orders)
    with Server(shop) as server:
        feed = kit.feed(kit.configured(tmp_path, server, more=f"per_page: {size}"), "orders")
        assert kit.ids(feed.everything()) == numbers


@pytest.mark.parametrize("gone", [[0], [2], [3], [0, 1, 2, 3], [4], [1, 5]])
def test_nothing_is_left_out_when_orders_are_deleted_between_pages(tmp_path: Path, gone: list[int]) -> None:
    """By page numbers alone, each order deleted before the second page would hide one."""
    shop, numbers = _sold(12)
    with Server(shop) as server:

        def before(request: Request) -> None:
            if request.route == "orders" and request.parameters.get("offset") == "3":
                for place in gone:
                    shop.orders.pop(numbers[place], None)

        server.before = before
        feed = kit.feed(kit.configured(tmp_path, server, more="per_page: 4"), "orders")
        there = set(kit.ids(feed.everything()))
    assert set(shop.orders) <= there


def test_a_reading_goes_on_at_its_place(tmp_path: Path) -> None:
    shop, numbers = _sold(10)
    with Server(shop) as server:
        feed = kit.feed(kit.configured(tmp_path, server, more="per_page: 4"), "orders")
        first = next(iter(feed.everything()))
        assert [one["id"] for one in first.records] == numbers[:4]
        shop.delete_order(numbers[0])
        shop.delete_order(numbers[1])
        assert kit.ids(feed.everything(first.place)) == numbers[4:]


def test_what_a_shop_counts_and_does_not_show_holds_nothing_up(tmp_path: Path) -> None:
    shop, numbers = _sold(6)
    with Server(shop) as server:
        server.hidden = {numbers[1], numbers[3]}
        feed = kit.feed(kit.configured(tmp_path, server, more="per_page: 4"), "orders")
        pages = list(feed.everything())
    assert [one["id"] for page in pages for one in page.records] == [numbers[at] for at in (0, 2, 4, 5)]
    assert pages[-1].total == 4


def test_carts_are_no_orders(tmp_path: Path) -> None:
    shop, numbers = _sold(3)
    shop.orders[numbers[1]]["status"] = "checkout-draft"
    with Server(shop) as server:
        feed = kit.feed(kit.configured(tmp_path, server), "orders")
        assert kit.ids(feed.everything()) == [numbers[0], numbers[2]]
