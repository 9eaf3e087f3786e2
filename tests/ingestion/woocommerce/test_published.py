"""From an empty folder to a published release: figures derived by hand, and nothing secret or personal on the disk."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.end_to_end.shop import Shop
from tests.ingestion.secrets import assert_nowhere
from tests.ingestion.woocommerce import kit
from tests.ingestion.woocommerce.catalogue import PERSON
from tests.ingestion.woocommerce.server import KEY, SECRET, Server
from tests.ingestion.woocommerce.shop import FakeShop

pytestmark = [pytest.mark.timeout(600), pytest.mark.rigs]  # a whole run
PERSONAL = ("ann@example.com", "guest@example.com", PERSON["last_name"], PERSON["address_1"], "203.0.113.77")
MORE = ("SecretBrowser/9", "pi_hidden_31415", "7946 0999", "ring Wilhelmina")


def test_a_shop_is_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ann: 2 shirts of 10 less 2, trousers of 30 less 3, postage 5: goods 45, and 50 with postage, 60 with tax.
    A guest: a shirt of 10 and gift wrapping 1.50, 13.80 with tax; the shirt (10, with tax 12) given back.
    A third is not paid; a fourth lies in the bin."""
    kit.prepared(monkeypatch)
    shop = FakeShop()
    shirt = shop.product("Shirt", "10.00", 5)
    trousers = shop.product("Trousers", "30.00", type="variable")
    medium = shop.variation(trousers, "M", "30.00", 7)
    ann = shop.customer("ann@example.com")
    shop.coupon("welcome", "10")
    source = [{"id": 1, "key": "_wc_order_attribution_utm_source", "value": "newsletter"}]
    lines = [(shirt, 2, "10.00"), (medium, 1, "30.00")]
    first = shop.order(
        lines,
        customer=ann,
        email="ann@example.com",
        shipping="5",
        coupon="WELCOME",
        off=["2", "3"],
        meta_data=source,
    )
    second = shop.order([(shirt, 1, "10.00")], fee="1.50", status="completed")
    shop.order([(shirt, 1, "10.00")], status="pending")
    binned = shop.order([(shirt, 1, "10.00")])
    shop.orders[binned]["status"] = "trash"
    shop.wait(hours=2)
    shop.refund(second, [(0, 1)], reason="too small, says ann@example.com")
    shop.review(shirt, 4, "Nice; write to ann@example.com", "ann@example.com")
    with Server(shop) as server:
        kit.configured(tmp_path, server)
        published = Shop(tmp_path)
        published.run()
        orders = published.ask(
            "select order_id, is_valid, order_total, gross_sales, discounts, returns, net_sales, refunded_amount"
            " from fct_orders where is_paid order by order_id"
        ).rows()
        unpaid = published.ask("select order_total from fct_orders where not is_paid").rows()
        refunds = published.ask(
            "select order_id, quantity, amount, returns, returned_tax from fct_refunds"
        ).rows()
        told = published.call("status").stdout
    assert orders == [
        (str(first), True, *map(Decimal, ("60", "50", "5", "0", "45", "0"))),
        (str(second), True, *map(Decimal, ("13.80", "10", "0", "10", "0", "12"))),
    ]
    assert unpaid == [(Decimal(12),)]
    assert refunds == [(str(second), 1, Decimal(12), Decimal(10), Decimal(2))]
    assert "woo" in told
    assert_nowhere(tmp_path, [KEY, SECRET, *PERSONAL, *MORE], control="newsletter")
