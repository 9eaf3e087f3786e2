"""Records in the form of Vendure's schema, with amounts that are easily added up by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.ingestion.vendure.fake_vendure import FakeVendure, Record

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)


def at(days_ago: float) -> str:
    """An instant as the API writes it."""
    return (NOW - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def order(number: int, days_ago: float = 1, quantity: int = 2, **more: Any) -> Record:
    """A paid order of 2 × 10.00 less 1.00 a piece, 20 % tax, postage 5.00: 26.60 in all."""
    placed = at(days_ago)
    gross = 1080 * quantity + 500
    payment = {"id": f"{number}1", "method": "card", "state": "Settled", "amount": gross, "refunds": []}
    return {
        "id": str(number), "code": f"C{number}", "type": "Regular", "state": "PaymentSettled",
        "createdAt": placed, "updatedAt": placed, "orderPlacedAt": placed, "currencyCode": "GBP",
        "total": 900 * quantity + 500, "totalWithTax": gross, "shipping": 500, "shippingWithTax": 500,
        "customer": {"id": "7", "emailAddress": "Ann.Buyer@mail.example", "phoneNumber": "+442079460958"},
        "shippingAddress": {
            "streetLine1": "12 Secret Lane", "streetLine2": None, "city": "London", "postalCode": "N1 9RT",
            "province": None, "countryCode": "GB", "phoneNumber": None,
        },
        "channels": [{"code": "__default_channel__"}],
        "promotions": [{"id": "1"}],
        "lines": [line(f"{number}5", quantity)],
        "surcharges": [],
        "shippingLines": [{"id": "1", "discountedPrice": 500, "discountedPriceWithTax": 500, "discounts": []}],
        "payments": [{**payment, "createdAt": placed, "updatedAt": placed}],
        "fulfillments": [],
        "history": {"items": []},
        **more,
    }  # fmt: skip


def line(number: str, quantity: int, placed: int = 2) -> Record:
    """So many of `placed` pieces at 10.00 less 1.00, 20 % tax."""
    left = 900 if quantity else 1000  # of what is cancelled the API tells no discount
    taken = {"adjustmentSource": "PROMOTION:1", "type": "PROMOTION", "amount": -100 * quantity}
    return {
        "id": number,
        "quantity": quantity,
        "orderPlacedQuantity": placed,
        "unitPrice": 1000,
        "unitPriceWithTax": 1200,
        "proratedUnitPrice": left,
        "proratedUnitPriceWithTax": left * 6 // 5,
        "linePrice": 1000 * quantity,
        "proratedLinePrice": 900 * quantity,
        "proratedLinePriceWithTax": 1080 * quantity,
        "productVariant": {"id": "31"},
        "discounts": [taken] if quantity else [],
    }


def refund(
    number: str, total: int, lines: dict[str, int], state: str = "Settled", shipping: int = 0
) -> Record:
    return {
        "id": number, "createdAt": at(0.5), "updatedAt": at(0.25), "state": state, "total": total, "shipping": shipping,
        "adjustment": 0, "reason": "broken, wrote ann@mail.example",
        "lines": [{"orderLineId": one, "quantity": units} for one, units in lines.items()],
    }  # fmt: skip


def catalogue(shop: FakeVendure) -> None:
    """A product with one variant in two places, a customer, a promotion."""
    made = at(200)
    times = {"createdAt": made, "updatedAt": made}
    facets = [{"name": "Pots", "facet": {"code": "category"}}, {"name": "Acme", "facet": {"code": "brand"}}]
    shop.put("products", {"id": "3", "name": "Pot", "enabled": True, "facetValues": facets, **times})
    levels = [
        {"stockLocationId": place, "stockOnHand": count, "stockAllocated": 1}
        for place, count in (("1", 40), ("2", 2))
    ]
    shop.put(
        "productVariants",
        {
            "id": "31", "productId": "3", "sku": "POT", "name": "Pot, blue", "enabled": True, "price": 1000,
            "currencyCode": "GBP", "trackInventory": "INHERIT", "stockLevels": levels, **times,
        },
    )  # fmt: skip
    home = {"country": {"code": "GB"}, "province": None, "city": "London", "defaultShippingAddress": True}
    contact = {"emailAddress": "Ann.Buyer@mail.example", "phoneNumber": "+442079460958"}
    shop.put("customers", {"id": "7", **contact, "addresses": [home], **times})
    action = {"code": "products_percentage_discount", "args": [{"name": "discount", "value": "10"}]}
    shop.put(
        "promotions",
        {
            "id": "1", "name": "Ten", "enabled": True, "startsAt": None, "endsAt": None, "couponCode": "TEN",
            "usageLimit": None, "conditions": [], "actions": [action], **times,
        },
    )  # fmt: skip
