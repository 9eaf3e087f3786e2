"""What the fake shop answers: collections with their parameters, and records as the API writes them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.ingestion.woocommerce.catalogue import Record, money
from tests.ingestion.woocommerce.shop import FakeShop

_DATED = ("date_created", "date_modified", "date_paid", "date_completed", "date_expires")


@dataclass(frozen=True)
class Answer:
    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    silence: float = 0
    dropped: bool = False
    halved: bool = False


class Refusal(Exception):
    """An error as WordPress words it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, "data": {"status": status}}


def answered(shop: FakeShop, route: str, given: dict[str, str]) -> Answer:
    """The answer to a route below wc/v3."""
    if route.startswith("settings/"):
        return Answer(_settings(shop, route))
    return _collection(shop, _records(shop, route, given), given)


def _settings(shop: FakeShop, route: str) -> list[Record]:
    general = {"woocommerce_currency": shop.currency, "woocommerce_calc_taxes": shop.calc_taxes}
    values = {
        "settings/general": general,
        "settings/tax": {"woocommerce_prices_include_tax": shop.prices_include_tax},
    }
    return [{"id": name, "value": value} for name, value in values[route].items()]


def _records(shop: FakeShop, route: str, given: dict[str, str]) -> list[Record]:
    match route.split("/"):
        case ["orders"]:
            wanted = given.get("status", "any").split(",")
            return [_order(shop, one) for one in shop.orders.values() if _has(one, wanted)]
        case ["orders", number, "refunds"]:
            if int(number) not in shop.orders:
                raise Refusal(404, "woocommerce_rest_invalid_order_id", "Invalid order ID.")
            mine = [one for one in shop.refunds.values() if one["order"] == int(number)]
            return [{name: value for name, value in one.items() if name != "order"} for one in mine]
        case ["products"]:
            return [one for one in shop.products.values() if one["status"] != "trash"]
        case ["products", "reviews"]:
            status = given.get("status", "approved")
            return [one for one in shop.reviews.values() if status in (one["status"], "all")]
        case ["products", number, "variations"]:
            if int(number) not in shop.products:
                raise Refusal(404, "woocommerce_rest_product_invalid_id", "Invalid parent ID.")
            return [shop.variations[one] for one in shop.products[int(number)]["variations"]]
        case ["customers"]:
            role = given.get("role", "customer")
            return [one for one in shop.customers.values() if role in (one["role"], "all")]
        case ["coupons"]:
            return list(shop.coupons.values())
    raise Refusal(404, "rest_no_route", "No route was found matching the URL and request method.")


def _has(order: Record, wanted: list[str]) -> bool:
    if "any" in wanted:
        return order["status"] not in ("trash", "auto-draft", "checkout-draft")
    return order["status"] in wanted


def _order(shop: FakeShop, order: Record) -> Record:
    back = [one for one in shop.refunds.values() if one["order"] == order["id"]]
    short = [{"id": one["id"], "reason": one["reason"], "total": f"-{money(one['amount'])}"} for one in back]
    extra = {
        "parent_id": 0,
        "number": str(order["id"]),
        "order_key": f"wc_order_{order['id']}",
        "version": "9.4.2",
        "payment_method_title": "Card",
        "cart_hash": "",
        "payment_url": f"https://shop.example/checkout/order-pay/{order['id']}/",
        "currency_symbol": "£",
    }
    return {**order, **extra, "refunds": short}


def _collection(shop: FakeShop, records: list[Record], given: dict[str, str]) -> Answer:
    size = int(given.get("per_page", "10"))
    if not 1 <= size <= 100:
        raise Refusal(400, "rest_invalid_param", "Invalid parameter(s): per_page")
    if given.get("orderby", "date") not in ("id", "date", "include", "title", "modified", "registered_date"):
        raise Refusal(400, "rest_invalid_param", "Invalid parameter(s): orderby")
    found = [one for one in records if _is_wanted(shop, one, given)]
    by = "id" if given.get("orderby") == "id" else "date_created"
    found.sort(key=lambda one: (one[by], one["id"]), reverse=given.get("order", "desc") == "desc")
    begin = int(given.get("offset") or 0) or (int(given.get("page", "1")) - 1) * size
    headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(math.ceil(len(found) / size))}
    return Answer([_written(shop, one) for one in found[begin : begin + size]], headers=headers)


def _is_wanted(shop: FakeShop, record: Record, given: dict[str, str]) -> bool:
    if "include" in given and record["id"] not in map(int, given["include"].split(",")):
        return False
    gmt = given.get("dates_are_gmt") == "true"
    for name, what in (("after", "date_created"), ("modified_after", "date_modified")):
        if name in given:
            stands: datetime = record[what]
            if (stands if gmt else stands + shop.offset).replace(tzinfo=None) <= _wall_clock(
                shop, given[name]
            ):
                return False
    return True


def _wall_clock(shop: FakeShop, text: str) -> datetime:
    """As WordPress reads it: a time with a zone becomes the shop's own, whatever it is compared with."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None) + shop.offset


def _written(shop: FakeShop, record: Record) -> Record:
    whole = dict(record)
    for name in _DATED:
        if name in record:
            whole[name] = _shown(record[name], shop.offset)
            whole[f"{name}_gmt"] = _shown(record[name], timedelta(0))
    return whole


def _shown(moment: datetime | None, offset: timedelta) -> str | None:
    return None if moment is None else (moment + offset).strftime("%Y-%m-%dT%H:%M:%S")
