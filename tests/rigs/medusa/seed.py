"""Fills a Medusa shop by its own APIs: a catalogue, customers, and orders in all states. Ids that tests need come back.

Whatever is random comes from a fixed seed; the shop's ids and times are its own.
"""

from __future__ import annotations

import random
from typing import Any

import requests

EMAIL, PASSWORD = "admin@shop.example", "a password of the rig"
ADDRESS = {
    "first_name": "Ada", "last_name": "Byron", "address_1": "1 Analytical Street", "city": "Springfield",
    "country_code": "us", "postal_code": "12345", "phone": "+1 650 555 0137",
}  # fmt: skip


class Api:
    """Medusa's admin and store APIs."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self.log_in()

    def log_in(self) -> None:
        answer = requests.post(
            f"{self.url}/auth/user/emailpass", json={"email": EMAIL, "password": PASSWORD}, timeout=60
        )
        self._session.headers["Authorization"] = f"Bearer {answer.json()['token']}"

    def get(self, path: str, **params: Any) -> Any:
        return self._asked("GET", path, params=params)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._asked("POST", path, json=body if body is not None else {}, headers=headers)

    def delete(self, path: str) -> Any:
        return self._asked("DELETE", path)

    def _asked(self, method: str, path: str, **more: Any) -> Any:
        answer = self._session.request(method, self.url + path, timeout=60, **more)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()


class Shop:
    """A shop with a catalogue, ready to take orders."""

    def __init__(self, api: Api, products: int = 6) -> None:
        self.api, self._random = api, random.Random(7)
        self.region = api.post("/admin/regions", {
            "name": "US", "currency_code": "usd", "countries": ["us"], "payment_providers": ["pp_system_default"],
        })["region"]["id"]  # fmt: skip
        channel = api.get("/admin/sales-channels")["sales_channels"][0]["id"]
        self.location = api.post("/admin/stock-locations", {"name": "Warehouse"})["stock_location"]["id"]
        api.post(f"/admin/stock-locations/{self.location}/sales-channels", {"add": [channel]})
        api.post(f"/admin/stock-locations/{self.location}/fulfillment-providers", {"add": ["manual_manual"]})
        profile = api.get("/admin/shipping-profiles")["shipping_profiles"]
        self.profile = (
            profile[0]["id"]
            if profile
            else api.post("/admin/shipping-profiles", {"name": "Default", "type": "default"})[
                "shipping_profile"
            ]["id"]
        )
        self.option = self._shipping_option()
        key = api.post("/admin/api-keys", {"title": "store", "type": "publishable"})["api_key"]
        api.post(f"/admin/api-keys/{key['id']}/sales-channels", {"add": [channel]})
        self.store = {"x-publishable-api-key": key["token"]}
        self.variants = [one for number in range(products) for one in self._product(number, channel)]

    def _shipping_option(self) -> str:
        api = self.api
        location = api.post(
            f"/admin/stock-locations/{self.location}/fulfillment-sets?fields=*fulfillment_sets",
            {"name": "delivery", "type": "shipping"},
        )["stock_location"]
        sets = location["fulfillment_sets"][0]["id"]
        zone = api.post(f"/admin/fulfillment-sets/{sets}/service-zones", {
            "name": "US", "geo_zones": [{"type": "country", "country_code": "us"}],
        })["fulfillment_set"]["service_zones"][0]["id"]  # fmt: skip
        option = api.post("/admin/shipping-options", {
            "name": "Parcel", "service_zone_id": zone, "shipping_profile_id": self.profile,
            "provider_id": "manual_manual", "price_type": "flat",
            "type": {"label": "Parcel", "description": "By post", "code": "parcel"},
            "prices": [{"currency_code": "usd", "amount": 4.9}],
            "rules": [],
        })  # fmt: skip
        return str(option["shipping_option"]["id"])

    def _product(self, number: int, channel: str) -> list[str]:
        product = self.api.post("/admin/products", {
            "title": f"Mug {number}", "status": "published", "shipping_profile_id": self.profile,
            "options": [{"title": "Size", "values": ["S", "L"]}], "sales_channels": [{"id": channel}],
            "variants": [
                {"title": size, "sku": f"MUG-{number}-{size}", "options": {"Size": size}, "manage_inventory": True,
                 "prices": [{"currency_code": "usd", "amount": 9.95 + number + (5 if size == "L" else 0)}]}
                for size in ("S", "L")
            ],
        })["product"]  # fmt: skip
        for item in self.api.get("/admin/inventory-items", q=f"MUG-{number}-")["inventory_items"]:
            self.api.post(
                f"/admin/inventory-items/{item['id']}/location-levels",
                {"location_id": self.location, "stocked_quantity": 1000 + number},
            )
        return [one["id"] for one in product["variants"]]

    def customer(self, number: int) -> str:
        """A registered customer; the token with which it shops."""
        who = {"email": f"buyer{number}@mail.example", "password": "theirs"}
        token = self.api.post("/auth/customer/emailpass/register", who)["token"]
        headers = {**self.store, "Authorization": f"Bearer {token}"}
        self.api.post(
            "/store/customers",
            {
                "email": who["email"],
                "first_name": f"Buyer{number}",
                "last_name": "Lovelace",
                "phone": "+1 650 555 0199",
            },
            **headers,
        )
        return str(self.api.post("/auth/customer/emailpass", who)["token"])

    def order(self, email: str, token: str = "") -> str:
        """Buy one to three articles; the order's id."""
        api, store = self.api, dict(self.store)
        store["Authorization"] = f"Bearer {token}" if token else ""
        cart = api.post("/store/carts", {
            "region_id": self.region, "email": email, "shipping_address": ADDRESS, "billing_address": ADDRESS,
            "items": [{"variant_id": one, "quantity": self._random.randint(1, 3)}
                      for one in self._random.sample(self.variants, self._random.randint(1, 3))],
        }, **store)["cart"]["id"]  # fmt: skip
        api.post(f"/store/carts/{cart}/shipping-methods", {"option_id": self.option}, **store)
        paying = api.post("/store/payment-collections", {"cart_id": cart}, **store)["payment_collection"][
            "id"
        ]
        api.post(
            f"/store/payment-collections/{paying}/payment-sessions",
            {"provider_id": "pp_system_default"},
            **store,
        )
        return str(api.post(f"/store/carts/{cart}/complete", {}, **store)["order"]["id"])

    def capture(self, order: str) -> None:
        self.api.post(f"/admin/payments/{self.payment(order)}/capture")

    def refund(self, order: str, amount: float) -> None:
        self.api.post(f"/admin/payments/{self.payment(order)}/refund", {"amount": amount})

    def cancel(self, order: str) -> None:
        self.api.post(f"/admin/orders/{order}/cancel")

    def fulfil(self, order: str, *, ship: bool = True) -> None:
        items = self.api.get(f"/admin/orders/{order}")["order"]["items"]
        body = {
            "items": [{"id": one["id"], "quantity": one["quantity"]} for one in items],
            "location_id": self.location,
        }
        made = self.api.post(f"/admin/orders/{order}/fulfillments?fields=*fulfillments", body)["order"]
        if ship:
            self.api.post(
                f"/admin/orders/{order}/fulfillments/{made['fulfillments'][0]['id']}/shipments",
                {"items": body["items"]},
            )

    def payment(self, order: str) -> str:
        found = self.api.get(f"/admin/orders/{order}")["order"]["payment_collections"]
        return str(found[0]["payments"][0]["id"])


def fill(url: str, orders: int) -> tuple[Shop, list[str]]:
    """A shop with so many orders, every sixth of them cancelled, captured, captured and refunded, shipped … in turn."""
    shop = Shop(Api(url))
    tokens = [shop.customer(number) for number in range(4)]
    made = []
    for number in range(orders):
        who = number % 5
        order = shop.order(f"buyer{who}@mail.example" if who < 4 else f"guest{number}@mail.example",
                           tokens[who] if who < 4 else "")  # fmt: skip
        state = number % 6
        if state == 1:
            shop.cancel(order)
        if state in (2, 3, 4, 5):
            shop.capture(order)
        if state == 3:
            shop.refund(order, 3.5)
        if state in (4, 5):
            shop.fulfil(order, ship=state == 5)
        made.append(order)
    return shop, made
