"""A Shopify shop in memory: orders, and what happens to them. Shapes are those of the Admin API.

Everything that is done to an order, a product or a customer moves its `updatedAt` to the shop's clock, as Shopify does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.ingestion.shopify.catalogue import Catalogue, Record, amount, bag, gid, taxes


@dataclass
class Shop(Catalogue):
    """What the shop has, by kind and number."""

    orders: dict[int, Record] = field(default_factory=dict)

    def line(self, product: int, units: int, *, tax: Any = 0, off: Mapping[str, Any] | None = None) -> Record:
        """A line of an order; `off` is what each discount takes off it, by its code."""
        variant = self.products[product]["variants"][0]
        allocations = [
            {
                "allocatedAmountSet": bag(value),
                "discountApplication": {
                    "__typename": "DiscountCodeApplication",
                    "index": place,
                    "code": code,
                },
            }
            for place, (code, value) in enumerate((off or {}).items())
        ]
        return {
            "__typename": "LineItem",
            "id": gid("LineItem", self.next()),
            "title": self.products[product]["title"],
            "variantTitle": None,
            "sku": variant["sku"],
            "vendor": "Mill",
            "quantity": units,
            "currentQuantity": units,
            "isGiftCard": self.products[product]["isGiftCard"],
            "requiresShipping": True,
            "variant": variant,
            "product": self.products[product],
            "originalUnitPriceSet": bag(variant["price"]),
            "discountAllocations": allocations,
            "taxLines": taxes(tax),
        }

    def order(
        self,
        number: int,
        *lines: Record,
        shipping: Any = 0,
        shipping_tax: Any = 0,
        paid: str = "SALE",
        **more: Any,
    ) -> Record:
        """An order as it is placed. `paid`: SALE, AUTHORIZATION, CAPTURE (after an authorization), or nothing."""
        self.later()
        goods = sum((amount(x["originalUnitPriceSet"]) * x["quantity"] for x in lines), Decimal(0))
        off = sum(
            (amount(a["allocatedAmountSet"]) for x in lines for a in x["discountAllocations"]), Decimal(0)
        )
        tax = sum((amount(t["priceSet"]) for x in lines for t in x["taxLines"]), Decimal(str(shipping_tax)))
        included = more.get("taxesIncluded", False)
        total = goods - off + Decimal(str(shipping)) + (0 if included else tax)
        order: Record = {
            "__typename": "Order",
            "id": gid("Order", number),
            "name": f"#{number}",
            "createdAt": self.at,
            "processedAt": self.at,
            "updatedAt": self.at,
            "cancelledAt": None,
            "test": False,
            "edited": False,
            "taxesIncluded": False,
            "currencyCode": "GBP",
            "presentmentCurrencyCode": "JPY",
            "sourceName": "web",
            "email": None,
            "phone": None,
            "displayFinancialStatus": "PAID" if paid in ("SALE", "CAPTURE") else "AUTHORIZED",
            "displayFulfillmentStatus": "UNFULFILLED",
            "returnStatus": "NO_RETURN",
            "customer": None,
            "shippingAddress": {"countryCodeV2": "GB", "provinceCode": "ENG"},
            "totalPriceSet": bag(total),
            "currentTotalPriceSet": bag(total),
            "totalTaxSet": bag(tax),
            "totalDiscountsSet": bag(off),
            "customerJourneySummary": None,
            "lineItems": list(lines),
            "transactions": [],
            "refunds": [],
            "fulfillments": [],
            "shippingLines": [self._shipping(shipping, shipping_tax)] if Decimal(str(shipping)) else [],
            **more,
        }
        self.orders[number] = order
        kinds = {
            "SALE": ["SALE"],
            "AUTHORIZATION": ["AUTHORIZATION"],
            "CAPTURE": ["AUTHORIZATION", "CAPTURE"],
        }
        for kind in kinds.get(paid, []):
            self.transaction(number, kind, total)
        return order

    def _shipping(self, price: Any, tax: Any) -> Record:
        return {
            "__typename": "ShippingLine",
            "id": gid("ShippingLine", self.next()),
            "title": "Post",
            "isRemoved": False,
            "originalPriceSet": bag(price),
            "discountedPriceSet": bag(price),
            "taxLines": taxes(tax),
        }

    def transaction(self, number: int, kind: str, value: Any, status: str = "SUCCESS") -> Record:
        made = {
            "__typename": "OrderTransaction",
            "id": gid("OrderTransaction", self.next()),
            "kind": kind,
            "status": status,
            "gateway": "shopify_payments",
            "createdAt": self.at,
            "processedAt": self.at,
            "amountSet": bag(value),
            "fees": [{"amount": {"amount": "0.30"}}] if kind in ("SALE", "CAPTURE") else [],
        }
        self.orders[number]["transactions"].append(made)
        return made

    def refund(
        self,
        number: int,
        lines: Mapping[int, int],
        *,
        money: Any = None,
        shipping: Any = 0,
        restock: str = "RETURN",
    ) -> Record:
        """Give back units of lines, by their place in the order; `money` if it is not what they are worth."""
        order, parts = self.orders[number], []
        self.touch(order)
        for place, units in lines.items():
            line = order["lineItems"][place]
            share = Decimal(units) / line["quantity"]
            off = sum((amount(one["allocatedAmountSet"]) for one in line["discountAllocations"]), Decimal(0))
            tax = sum((amount(one["priceSet"]) for one in line["taxLines"]), Decimal(0)) * share
            worth = amount(line["originalUnitPriceSet"]) * units - off * share
            line["currentQuantity"] -= units
            parts.append(
                {
                    "__typename": "RefundLineItem",
                    "id": gid("RefundLineItem", self.next()),
                    "quantity": units,
                    "restockType": restock,
                    "restocked": restock != "NO_RESTOCK",
                    "lineItem": line,
                    "subtotalSet": bag(worth),
                    "totalTaxSet": bag(tax),
                }
            )
        tax = (
            Decimal(0)
            if order["taxesIncluded"]
            else sum((amount(one["totalTaxSet"]) for one in parts), Decimal(0))
        )
        worth = sum((amount(one["subtotalSet"]) for one in parts), Decimal(0)) + tax + Decimal(str(shipping))
        back = worth if money is None else Decimal(str(money))
        made = [self.transaction(number, "REFUND", back)] if back else []
        posted = [
            {
                "__typename": "RefundShippingLine",
                "id": gid("RefundShippingLine", self.next()),
                "subtotalAmountSet": bag(shipping),
                "taxAmountSet": bag(0),
            }
        ]
        refund = {
            "__typename": "Refund",
            "id": gid("Refund", self.next()),
            "processedAt": self.at,
            "updatedAt": self.at,
            "totalRefundedSet": bag(back),
            "refundLineItems": parts,
            "transactions": made,
            "refundShippingLines": posted if Decimal(str(shipping)) else [],
        }
        order["refunds"].append(refund)
        order["currentTotalPriceSet"] = bag(amount(order["currentTotalPriceSet"]) - worth)
        is_all = all(not one["currentQuantity"] for one in order["lineItems"])
        order["displayFinancialStatus"] = "REFUNDED" if is_all else "PARTIALLY_REFUNDED"
        return refund

    def take_out(self, number: int, place: int, units: int) -> None:
        """An edit of the order takes units of a line out, before anything was paid back."""
        order = self.orders[number]
        line = order["lineItems"][place]
        line["currentQuantity"] -= units
        share = Decimal(units) / line["quantity"]
        off = sum((amount(one["allocatedAmountSet"]) for one in line["discountAllocations"]), Decimal(0))
        tax = sum((amount(one["priceSet"]) for one in line["taxLines"]), Decimal(0))
        worth = amount(line["originalUnitPriceSet"]) * units - off * share
        tax = Decimal(0) if order["taxesIncluded"] else tax * share
        order["currentTotalPriceSet"] = bag(amount(order["currentTotalPriceSet"]) - worth - tax)
        order["edited"] = True
        self.touch(order)

    def fulfil(
        self, number: int, lines: Mapping[int, int], *, delivered: bool = False, location: int = 1
    ) -> Record:
        order = self.orders[number]
        self.touch(order)
        made = {
            "__typename": "Fulfillment",
            "id": gid("Fulfillment", self.next()),
            "status": "SUCCESS",
            "createdAt": self.at,
            "updatedAt": self.at,
            "deliveredAt": self.at if delivered else None,
            "estimatedDeliveryAt": None,
            "location": {"__typename": "Location", "id": gid("Location", location)},
            "trackingInfo": [{"company": "Royal Mail"}],
            "fulfillmentLineItems": [
                {
                    "__typename": "FulfillmentLineItem",
                    "id": gid("FulfillmentLineItem", self.next()),
                    "quantity": units,
                    "lineItem": order["lineItems"][place],
                }
                for place, units in lines.items()
            ],
        }
        order["fulfillments"].append(made)
        sent = sum(x["quantity"] for one in order["fulfillments"] for x in one["fulfillmentLineItems"])
        is_all = sent >= sum(one["quantity"] for one in order["lineItems"])
        order["displayFulfillmentStatus"] = "FULFILLED" if is_all else "PARTIALLY_FULFILLED"
        return made

    def cancel(self, number: int) -> None:
        self.touch(self.orders[number])
        self.orders[number]["cancelledAt"] = self.at

    def delete_product(self, number: int) -> None:
        """The product is gone, its lines have no variant any more, and no order's `updatedAt` moves."""
        gone = self.products.pop(number)
        self.items.pop(number * 10)
        for order in self.orders.values():
            for line in order["lineItems"]:
                if line["product"] is gone:
                    line["product"] = line["variant"] = None
