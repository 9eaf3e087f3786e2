"""A shop with some of everything, a day in its life, and what it has, row by row, by its own account."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.ingestion.shopify.catalogue import Record, amount
from tests.ingestion.shopify.kit import Played, canonical
from tests.ingestion.shopify.shop import Shop

OURS = {
    "orders": "order_id, customer_id, total, tax_total, financial_status, cancelled_at is not null, is_test",
    "order_lines": "order_line_id, order_id, variant_id, quantity, is_gift_card",
    "payments": "payment_id, order_id, kind, amount",
    "shipments": "shipment_id, order_id",
    "shipment_lines": "shipment_id, order_line_id, quantity",
    "products": "variant_id, product_id, list_price, unit_cost",
    "customers": "customer_id",
    "promotions": "promotion_id",
}


def filled() -> Shop:
    """Four products, two customers, five orders, a discount."""
    shop = Shop()
    shop.product(1, "Shirt", 20, 8, {1: 10, 2: 3})
    shop.product(2, "Gift card", 50, 0, {}, gift=True)
    shop.product(3, "Hat", 15, 5, {1: 4})
    shop.product(4, "Sock", 5, 1, {1: 100})
    shop.customer(7, "ann@mail.example", "+447700900123")
    shop.customer(8, "bob@mail.example")
    shop.discount("TEN", 0.1)
    shop.order(
        101,
        shop.line(1, 3, tax=9, off={"TEN": 6}),
        shipping=5,
        paid="CAPTURE",
        customer=shop.customers[7],
        email="ann@mail.example",
        phone="+447700900123",
    )
    shop.order(102, shop.line(2, 1), customer=shop.customers[8])
    shop.order(103, shop.line(3, 2), shop.line(4, 4), paid="AUTHORIZATION")
    shop.order(104, shop.line(4, 10))
    shop.order(105, shop.line(1, 1), test=True)
    shop.fulfil(101, {0: 2})
    return shop


def a_day(shop: Shop) -> None:
    """Edited, refunded, cancelled, sold, sent; a customer changes."""
    shop.later(days=3)
    shop.refund(101, {0: 1}, shipping=5)
    shop.take_out(104, 0, 4)
    shop.cancel(103)
    shop.fulfil(101, {0: 1}, delivered=True)
    shop.order(106, shop.line(3, 1, tax=3))
    shop.customer(9, "cat@mail.example")
    shop.customers[8]["defaultEmailAddress"]["emailAddress"] = "robert@mail.example"
    shop.touch(shop.customers[8])
    shop.products[3]["variants"][0]["price"] = "16.00"
    shop.touch(shop.products[3])


def short(record: Record | None) -> str | None:
    return record["id"].rpartition("/")[2] if record else None


def given_back(order: Record) -> dict[str, int]:
    """Units by line."""
    found: dict[str, int] = {}
    for part in (one for refund in order["refunds"] for one in refund["refundLineItems"]):
        found[part["lineItem"]["id"]] = found.get(part["lineItem"]["id"], 0) + part["quantity"]
    return found


def its_own(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """What the shop has, told without our queries, tables and mapping."""
    status = {
        "PAID": "paid",
        "AUTHORIZED": "authorized",
        "PARTIALLY_REFUNDED": "partially_refunded",
        "REFUNDED": "refunded",
    }
    kinds = {"SALE": "sale", "CAPTURE": "capture", "AUTHORIZATION": "authorization", "REFUND": "refund"}
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in OURS}
    gone = set()
    for order in shop.orders.values():
        number = short(order)
        back = given_back(order)
        lost = sum(
            amount(line["originalUnitPriceSet"])
            * (line["quantity"] - line["currentQuantity"] - back.get(line["id"], 0))
            for line in order["lineItems"]
        )
        total = (
            amount(order["totalPriceSet"]) - lost
        )  # edits take out lines without tax and discounts only, in here
        found["orders"].append(
            (
                number,
                short(order["customer"]),
                _four(total),
                _four(amount(order["totalTaxSet"])),
                status[order["displayFinancialStatus"]],
                order["cancelledAt"] is not None,
                order["test"],
            )
        )
        for line in order["lineItems"]:
            variant = short(line["variant"]) or f"sku:{line['sku']}"
            if line["variant"] is None:
                gone.add((variant, None, None, None))
            units = line["currentQuantity"] + back.get(line["id"], 0)
            found["order_lines"].append((short(line), number, variant, units, line["isGiftCard"]))
        for one in order["transactions"]:
            found["payments"].append(
                (short(one), number, kinds[one["kind"]], _four(amount(one["amountSet"])))
            )
        for one in order["fulfillments"]:
            found["shipments"].append((short(one), number))
            for part in one["fulfillmentLineItems"]:
                found["shipment_lines"].append((short(one), short(part["lineItem"]), part["quantity"]))
    for product in shop.products.values():
        for one in product["variants"]:
            cost = shop.items[int(str(short(one["inventoryItem"])))]["unitCost"]["amount"]
            found["products"].append(
                (short(one), short(product), _four(Decimal(one["price"])), _four(Decimal(cost)))
            )
    found["products"] += [(variant, variant, None, None) for variant, *_ in gone]
    found["customers"] = [(short(one),) for one in shop.customers.values()]
    found["promotions"] = [(title,) for title in shop.discounts]
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def ours(played: Played) -> dict[str, list[tuple[Any, ...]]]:
    """The same of what has landed."""
    return {name: canonical(played.config, name, columns) for name, columns in OURS.items()}


def _four(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.0001"))
