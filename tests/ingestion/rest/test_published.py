"""From an empty folder to a published release: figures derived by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.end_to_end.shop import Shop as Published
from tests.ingestion.fake_http import FakeServer
from tests.ingestion.rest.shop import Shop, configured
from tests.ingestion.secrets import assert_nowhere

pytestmark = [pytest.mark.timeout(600), pytest.mark.rigs]  # a whole run
PAID = """paid:
  within: orders
  each: paid
  parent: order_id
  key: id"""
ENTITY = """payments:
  from: paid
  columns: {payment_id: id, order_id: order_id, kind: {value: sale}, status: {value: success}, amount: sum,
            processed_at: at}"""


def test_a_shop_is_published(shop: Shop, server: FakeServer, tmp_path):
    """Each of eight orders: an A and a B for 10.50 each, paid, so 21 an order, 168 and 16 units in all. One of them is
    25: a third article for 4. Together 172, and 17 units."""
    for number in shop.orders:
        shop.orders[number] |= {"total": "21.00", "paid": [_paid(f"{number}-p", 21)]}
    lines = [*shop.orders[2]["lines"], {"id": "2-9", "sku": "C", "qty": 1, "price": 4}]
    shop.orders[2] |= {"total": "25.00", "lines": lines, "paid": [_paid("2-p", 21), _paid("2-q", 4)]}
    configured(tmp_path, server.url, inputs=PAID, entities=ENTITY)
    published = Published(tmp_path)
    published.run()
    assert _figures(published) == (8, Decimal(172), 17)
    assert "api" in published.call("status").stdout
    assert_nowhere(tmp_path, ["p1@mail.example", "1 High Street", "650 555 0137"], control="2-p")


def _paid(name: str, amount: int) -> dict[str, object]:
    return {"id": name, "sum": amount, "at": "2026-01-01T00:10:00Z"}


def _figures(published: Published) -> tuple[object, ...]:
    orders, total = published.ask("select count(*), sum(order_total) from fct_orders where is_paid").rows()[0]
    return orders, total, published.ask("select sum(quantity) from fct_order_lines").rows()[0][0]
