"""What a shop in memory has before anybody orders: products, accounts, coupons, reviews; its clock and its numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Record = dict[str, Any]
BEGAN = datetime(2026, 3, 10, 12, tzinfo=UTC)
DATES = ("date_created", "date_modified", "date_paid", "date_completed")
PERSON = {
    "first_name": "Wilhelmina",
    "last_name": "Secretsurname",
    "company": "",
    "address_1": "77 Hidden Lane",
    "address_2": "",
    "city": "Leeds",
    "state": "WYK",
    "postcode": "LS1 4AP",
    "country": "GB",
}
NET = Decimal("0.01")


def money(value: Any) -> str:
    return str(Decimal(value).quantize(NET, ROUND_HALF_UP))


@dataclass
class Catalogue:
    """`now` is its clock; it stands still until `wait` moves it."""

    currency: str = "GBP"
    offset: timedelta = timedelta(0)
    """Of the shop's own time from UTC."""
    prices_include_tax: str = "no"
    calc_taxes: str = "yes"
    tax_rate: Decimal = Decimal("0.20")
    now: datetime = BEGAN
    orders: dict[int, Record] = field(default_factory=dict)
    refunds: dict[int, Record] = field(default_factory=dict)
    products: dict[int, Record] = field(default_factory=dict)
    variations: dict[int, Record] = field(default_factory=dict)
    customers: dict[int, Record] = field(default_factory=dict)
    coupons: dict[int, Record] = field(default_factory=dict)
    reviews: dict[int, Record] = field(default_factory=dict)
    _ids: int = 10
    _items: int = 0

    def wait(self, **length: float) -> None:
        self.now += timedelta(**length)

    def product(self, name: str, price: str, stock: int | None = None, **more: Any) -> int:
        record = self._sold(price, stock) | {
            "name": name,
            "type": "simple",
            "catalog_visibility": "visible",
            "parent_id": 0,
            "categories": [{"id": 16, "name": "Clothing &amp; shoes", "slug": "clothing"}],
            "variations": [],
            **more,
        }
        return self._added(self.products, record)

    def variation(self, product: int, option: str, price: str, stock: int | None = None) -> int:
        attributes = [{"id": 1, "name": "Size", "option": option}]
        number = self._added(
            self.variations, self._sold(price, stock) | {"attributes": attributes, "parent_id": product}
        )
        self.products[product]["variations"].append(number)
        return number

    def customer(self, email: str, **more: Any) -> int:
        record = {
            "email": email,
            "first_name": PERSON["first_name"],
            "last_name": PERSON["last_name"],
            "role": "customer",
            "username": email.partition("@")[0],
            "billing": {**PERSON, "email": email, "phone": "020 7946 0321"},
            "shipping": dict(PERSON),
            "is_paying_customer": False,
            "avatar_url": "",
            "meta_data": [],
            **more,
        }
        return self._added(self.customers, record)

    def coupon(self, code: str, amount: str, kind: str = "percent", **more: Any) -> int:
        record = {
            "code": code,
            "amount": amount,
            "discount_type": kind,
            "description": "",
            "date_expires": None,
            "usage_count": 0,
            "usage_limit": None,
            "free_shipping": False,
            "minimum_amount": "0.00",
            "status": "publish",
            **more,
        }
        return self._added(self.coupons, record)

    def review(self, product: int, rating: int, text: str, email: str, status: str = "approved") -> int:
        record = {
            "product_id": product,
            "status": status,
            "reviewer": "Wilhelmina Secretsurname",
            "reviewer_email": email,
            "review": f"<p>{text}</p>\n",
            "rating": rating,
            "verified": True,
        }
        return self._added(self.reviews, record)

    def _added(self, kept: dict[int, Record], record: Record) -> int:
        self._ids += 1
        record |= {"id": self._ids, "date_created": self.now, "date_modified": self.now}
        kept[self._ids] = record
        return self._ids

    def _item(self) -> int:
        self._items += 1
        return self._items

    def _sold(self, price: str, stock: int | None) -> Record:
        return {
            "sku": f"SKU-{self._ids + 1}",
            "status": "publish",
            "price": price,
            "regular_price": price,
            "manage_stock": stock is not None,
            "stock_quantity": stock,
            "stock_status": "instock",
            "attributes": [],
            "meta_data": [],
        }
