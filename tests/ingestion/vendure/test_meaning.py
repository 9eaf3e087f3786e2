"""What the records of Vendure become: sums that can be done by hand."""

from __future__ import annotations

from decimal import Decimal

from ingestion import lake
from tests.ingestion.landed_rows import entity_rows, raw_rows
from tests.ingestion.vendure.fake_vendure import FakeVendure
from tests.ingestion.vendure.records import NOW, at, line, order, refund


def amounts(rows: dict, *names: str) -> list[tuple]:
    return sorted(
        tuple(float(row[n]) if isinstance(row[n], Decimal) else row[n] for n in names)
        for row in rows.values()
    )


def test_an_order_is_goods_less_discounts_with_postage_and_tax(shop: FakeVendure, configured) -> None:
    shop.put("orders", order(1))
    shop.put("orders", order(2, orderPlacedAt=None, state="AddingItems"))
    shop.put("orders", order(3, type="Seller"))
    config = configured()
    lake.land(config, "vendure")
    wanted = ("order_id", "discount_total", "shipping_total", "tax_total", "total", "financial_status")
    assert amounts(entity_rows(config, "vendure", "orders"), *wanted) == [("C1", 2.0, 5.0, 3.6, 26.6, "paid")]
    lines = entity_rows(config, "vendure", "order_lines")
    assert amounts(lines, "order_line_id", "variant_id", "quantity", "unit_price", "discount", "tax") == [
        ("15", "31", 2, 10.0, 2.0, 3.6)
    ]
    assert amounts(
        entity_rows(config, "vendure", "order_promotions"), "promotion_id", "order_line_id", "amount"
    ) == [("1", "15", 2.0)]


def test_what_is_cancelled_was_sold_all_the_same(shop: FakeVendure, configured) -> None:
    """One of two pieces cancelled, and both: sold were 20.00 less 2.00. Of the second the API tells no discount any
    more: it is what was paid less (26.60 instead of 29.00 with tax)."""
    shop.put("orders", order(1, lines=[line("15", 1)], totalWithTax=1580, total=1400))
    cancelled = [{"adjustmentSource": "CANCEL_ORDER", "type": "OTHER", "amount": -500, "amountWithTax": -500}]
    postage = {"id": "1", "discountedPrice": 0, "discountedPriceWithTax": 0, "discounts": cancelled}
    gone = {
        "lines": [line("25", 0)],
        "shippingLines": [postage],
        "total": 0,
        "totalWithTax": 0,
        "shipping": 0,
    }
    shop.put("orders", order(2, state="Cancelled", **gone))
    config = configured()
    lake.land(config, "vendure")
    orders = entity_rows(config, "vendure", "orders")
    assert amounts(orders, "order_id", "discount_total", "shipping_total", "tax_total", "total") == [
        ("C1", 2.0, 5.0, 3.6, 26.6),
        ("C2", 2.0, 5.0, 3.6, 26.6),
    ]
    lines = entity_rows(config, "vendure", "order_lines")
    assert amounts(lines, "quantity", "unit_price", "discount", "tax") == [(2, 10.0, 2.0, 3.6)] * 2
    assert amounts(entity_rows(config, "vendure", "order_promotions"), "order_id", "amount") == [
        ("C1", 2.0),
        ("C2", 2.0),
    ]


def test_a_refund_is_shared_by_the_lines_that_it_names(shop: FakeVendure, configured) -> None:
    """10.01 with 1.00 of postage: 9.01 for one piece of each of two equal lines, 4.51 and 4.50, a sixth of it tax."""
    given = order(1)
    given["lines"].append(line("16", 2))
    given["payments"][0]["refunds"] = [
        refund("8", 1001, {"15": 1, "16": 1}, shipping=100),
        refund("9", 300, {}, state="Pending"),
    ]
    shop.put("orders", given)
    config = configured()
    lake.land(config, "vendure")
    found = entity_rows(config, "vendure", "refunds")
    wanted = (
        "refund_id",
        "order_line_id",
        "amount",
        "merchandise_amount",
        "shipping_amount",
        "tax_amount",
        "status",
    )
    rows = {
        (row["refund_id"], row["order_line_id"]): tuple(str(row[n]) for n in wanted[2:])
        for row in found.values()
    }
    assert rows == {
        ("8", "15"): ("4.5100", "3.7600", "0.0000", "0.7500", "success"),
        ("8", "16"): ("4.5000", "3.7500", "0.0000", "0.7500", "success"),
        ("8", None): ("1.0000", "0.0000", "1.0000", "0.0000", "success"),
        ("9", None): ("3.0000", "None", "0.0000", "None", "pending"),
    }
    assert {row["financial_status"] for row in entity_rows(config, "vendure", "orders").values()} == {
        "partially_refunded"
    }


def test_history_says_when(shop: FakeVendure, configured) -> None:
    """Also an entry on the second page of a history."""
    steps = [
        ("ORDER_PAYMENT_TRANSITION", {"paymentId": 11, "from": "Created", "to": "Authorized"}, 3),
        ("ORDER_PAYMENT_TRANSITION", {"paymentId": 11, "from": "Authorized", "to": "Settled"}, 2.5),
        ("ORDER_FULFILLMENT_TRANSITION", {"fulfillmentId": 4, "from": "Pending", "to": "Shipped"}, 2),
        ("ORDER_FULFILLMENT_TRANSITION", {"fulfillmentId": 4, "from": "Shipped", "to": "Delivered"}, 1.5),
    ]
    entries = [{"type": kind, "data": data, "createdAt": at(days)} for kind, data, days in steps]
    parcel = {"id": "4", "createdAt": at(3), "updatedAt": at(0), "state": "Delivered", "method": "Post"}
    dropped = {**parcel, "id": "5", "state": "Cancelled", "lines": [{"orderLineId": "15", "quantity": 2}]}
    sent = {
        **parcel,
        "lines": [{"orderLineId": "15", "quantity": 2}, {"orderLineId": "of another order", "quantity": 1}],
    }
    shop.put("orders", order(1, 3, fulfillments=[sent, dropped], history={"items": entries}))
    config = configured("page_size: 2")
    lake.land(config, "vendure")
    ((shipment,), (payment,)) = (
        entity_rows(config, "vendure", one).values() for one in ("shipments", "payments")
    )
    assert [_days(shipment[name]) for name in ("shipped_at", "delivered_at")] == [2, 1.5]
    assert (payment["kind"], payment["status"], _days(payment["processed_at"])) == ("capture", "success", 2.5)
    assert [row["quantity"] for row in entity_rows(config, "vendure", "shipment_lines").values()] == [2]
    assert {row["fulfillment_status"] for row in entity_rows(config, "vendure", "orders").values()} == {
        "fulfilled"
    }


def _days(moment) -> float:
    return (NOW.replace(tzinfo=None) - moment).total_seconds() / 86_400


def test_products_know_their_facets_and_stock_is_a_state_of_an_instant(shop: FakeVendure, configured) -> None:
    config = configured()
    lake.land(config, "vendure")
    ((product,),) = (entity_rows(config, "vendure", one).values() for one in ("products",))
    assert (product["category"], product["brand"], product["list_price"]) == (
        "Pots",
        "Acme",
        Decimal("10.0000"),
    )
    assert lake.land(config, "vendure").load_id is None
    shop.records["productVariants"]["31"]["stockLevels"][0]["stockOnHand"] = 39
    lake.land(config, "vendure")
    states = [(row["location_id"], row["on_hand"]) for row in raw_rows(config, "vendure", "stock_levels")]
    assert sorted(states) == [("1", "39"), ("1", "40"), ("2", "2")]
    assert len({row["snapshot_at"] for row in raw_rows(config, "vendure", "stock_levels")}) == 2
