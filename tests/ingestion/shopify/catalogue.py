"""What a played Shopify shop sells, and to whom, in the shapes of the Admin API; and its clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

Record = dict[str, Any]
START = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


def gid(kind: str, number: Any) -> str:
    return f"gid://shopify/{kind}/{number}"


def bag(amount: Any) -> Record:
    """An amount in the shop's currency. What the buyer saw is another figure: nobody should take it."""
    return {
        "shopMoney": {"amount": f"{Decimal(str(amount)):.2f}"},
        "presentmentMoney": {"amount": f"{Decimal(str(amount)) * 9:.2f}"},
    }


def amount(value: Record) -> Decimal:
    return Decimal(value["shopMoney"]["amount"])


def taxes(value: Any) -> list[Record]:
    return [{"priceSet": bag(value)}] if Decimal(str(value)) else []


@dataclass
class Catalogue:
    """What the shop has, by kind and number."""

    products: dict[int, Record] = field(default_factory=dict)
    customers: dict[int, Record] = field(default_factory=dict)
    discounts: dict[str, Record] = field(default_factory=dict)
    items: dict[int, Record] = field(default_factory=dict)
    now: datetime = START
    _number: int = 1000

    def later(self, **much: float) -> str:
        """Let time pass; gives the instant."""
        self.now += timedelta(**(much or {"minutes": 1}))
        return self.at

    @property
    def at(self) -> str:
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def next(self) -> int:
        self._number += 1
        return self._number

    def product(
        self, number: int, title: str, price: Any, cost: Any, stock: Mapping[int, int], *, gift: bool = False
    ) -> None:
        """A product with one variant of ten times its number, in stock at locations."""
        self.later()
        variant = number * 10
        self.products[number] = {
            "__typename": "Product",
            "id": gid("Product", number),
            "title": title,
            "vendor": "Mill",
            "productType": "",
            "category": {"name": "Shirts", "fullName": "Clothing > Shirts"},
            "status": "ACTIVE",
            "createdAt": self.at,
            "updatedAt": self.at,
            "publishedAt": self.at,
            "isGiftCard": gift,
        }
        made = {
            "__typename": "ProductVariant",
            "id": gid("ProductVariant", variant),
            "title": "Default Title",
            "sku": f"SKU-{number}",
            "barcode": None,
            "price": f"{Decimal(str(price)):.2f}",
            "compareAtPrice": None,
            "createdAt": self.at,
            "updatedAt": self.at,
            "inventoryItem": {"id": gid("InventoryItem", variant)},
        }
        self.products[number]["variants"] = [made]
        self.items[variant] = {
            "__typename": "InventoryItem",
            "id": gid("InventoryItem", variant),
            "sku": f"SKU-{number}",
            "tracked": True,
            "createdAt": self.at,
            "updatedAt": self.at,
            "variants": [made],
            "unitCost": {"amount": f"{Decimal(str(cost)):.2f}", "currencyCode": "GBP"},
            "inventoryLevels": [],
        }
        for location, units in stock.items():
            self.stock(number, location, units)

    def stock(self, product: int, location: int, units: int, committed: int = 0) -> None:
        """What a location has of a product from now on."""
        variant, levels = product * 10, self.items[product * 10]["inventoryLevels"]
        level_id = gid("InventoryLevel", f"{location}?inventory_item_id={variant}")
        levels[:] = [one for one in levels if one["id"] != level_id]
        quantities = [("on_hand", units), ("committed", committed), ("incoming", 0)]
        levels.append(
            {
                "__typename": "InventoryLevel",
                "id": level_id,
                "updatedAt": self.later(),
                "location": {"__typename": "Location", "id": gid("Location", location)},
                "quantities": [{"name": name, "quantity": number} for name, number in quantities],
            }
        )

    def customer(self, number: int, email: str | None = None, phone: str | None = None, **more: Any) -> None:
        self.later()
        self.customers[number] = {
            "__typename": "Customer",
            "id": gid("Customer", number),
            "createdAt": self.at,
            "updatedAt": self.at,
            "defaultEmailAddress": {"emailAddress": email, "marketingState": "SUBSCRIBED"} if email else None,
            "defaultPhoneNumber": {"phoneNumber": phone} if phone else None,
            "defaultAddress": {"countryCodeV2": "GB", "provinceCode": "ENG", "city": "Leeds"},
            **more,
        }

    def discount(self, title: str, percentage: float, *, automatic: bool = False) -> None:
        kind = "DiscountAutomaticBasic" if automatic else "DiscountCodeBasic"
        self.later()
        self.discounts[title] = {
            "__typename": "DiscountNode",
            "id": gid("DiscountNode", self.next()),
            "createdAt": self.at,
            "updatedAt": self.at,
            "discount": {
                "__typename": kind,
                "title": title,
                "status": "ACTIVE",
                "startsAt": self.at,
                "endsAt": None,
                "updatedAt": self.at,
                "minimumRequirement": None,
                "codesCount": {"count": 1},
                "customerGets": {"value": {"__typename": "DiscountPercentage", "percentage": percentage}},
            },
        }

    def touch(self, record: Record) -> None:
        record["updatedAt"] = self.later()
