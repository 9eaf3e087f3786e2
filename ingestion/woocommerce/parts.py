"""What records get before they are taken apart: parts that the API keeps elsewhere, or in a form that no column has.

What the API itself gave is left as it was, so that a field that vanishes is missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

Record = dict[str, Any]
_ATTRIBUTION = "_wc_order_attribution_"
_ATTRIBUTED = (
    *(f"utm_{name}" for name in ("source", "medium", "campaign", "content", "term")),
    "source_type",
    "device_type",
)
_NOT_ATTRIBUTED = ("", "(direct)", "(none)", "(not set)", "(not provided)")
_PAID = ("processing", "completed", "refunded")


def order(record: Record, refunds: Sequence[Record] | None) -> Record:
    """An order with its refunds in full, its payment, where it came from and where it goes to."""
    full = [refund(one) for one in refunds] if refunds is not None else record.get("refunds")
    return {
        **record,
        "refunds": full,
        "refunded_total": _text(_sum(refunds or (), "amount")),
        "attribution": _attribution(record.get("meta_data")),
        "delivery": _delivery(record),
        "payments": _payments(record),
    }


def refund(record: Record) -> Record:
    """A refund with the sums of its parts, as WooCommerce has them: negative. Of each line, the line it gives back."""
    lines = _listed(record.get("line_items"))
    shipping, fees = _listed(record.get("shipping_lines")), _listed(record.get("fee_lines"))
    return {
        **record,
        "line_items": [{**one, "refunded_item_id": _meta(one, "_refunded_item_id")} for one in lines],
        "named": bool(lines or shipping or fees),
        "goods_total": _text(_sum(lines, "total")),
        "goods_tax": _text(_sum(lines, "total_tax")),
        "shipping_total": _text(_sum(shipping, "total")),
        "fees_total": _text(_sum(fees, "total")),
        "other_tax": _text(_sum([*shipping, *fees], "total_tax")),
    }


def product(record: Record, variations: Sequence[Record], *, prices_include_tax: bool) -> Record:
    """A product with what is sold of it (itself, or its variations), and the stock that is counted of that."""
    categories = [one.get("name") for one in _listed(record.get("categories"))]
    brands = [one.get("name") for one in _listed(record.get("brands"))]
    sold = list(variations) if has_variations(record) else [] if record.get("type") == "grouped" else [record]
    return {
        **record,
        "category": _plain(categories[0]) if categories else None,
        "subcategory": _plain(categories[1]) if len(categories) > 1 else None,
        "brand": _plain(brands[0]) if brands else None,
        "variants": [_variant(record, one, prices_include_tax) for one in sold],
        "stock": [
            {"variant_id": one.get("id"), "stock_quantity": one.get("stock_quantity")}
            for one in sold
            # "parent": the product's stock, shared by its variations
            if one.get("manage_stock") is True and one.get("stock_quantity") is not None
        ],
    }


def has_variations(record: Mapping[str, Any]) -> bool:
    """Is not the product sold, but its variations?"""
    return str(record.get("type", "")).startswith("variable")


def customer(record: Record) -> Record:
    """An account with the place of its invoices, else that of its deliveries."""
    billing, shipping = _address(record, "billing"), _address(record, "shipping")
    home = billing if billing.get("country") else shipping
    return {**record, "home": {name: home.get(name) or None for name in ("country", "state", "city")}}


def coupon(record: Record) -> Record:
    """A coupon; versions before 9 give no status of it."""
    return {"status": None, **record}


def review(record: Record) -> Record:
    """A review, as it is."""
    return record


def _variant(of: Record, one: Record, prices_include_tax: bool) -> Record:
    attributes = [str(a.get("option", "")) for a in _listed(one.get("attributes")) if one is not of]
    name = _plain(of.get("name")) or ""
    price = one.get("regular_price") or one.get("price")
    cost = one.get("cost_of_goods_sold")
    return {
        "variant_id": one.get("id"),
        "sku": one.get("sku") or None,
        "title": " - ".join([name, *(_plain(a) or "" for a in attributes if a)]),
        "status": one.get("status") if of.get("status") == "publish" else of.get("status"),
        "date_created_gmt": one.get("date_created_gmt") or of.get("date_created_gmt"),
        # Without the tax only a shop knows that has no price with it.
        "list_price": None if prices_include_tax or not price else price,
        "cost": cost.get("total_value") if isinstance(cost, dict) else None,
    }


def _attribution(meta: Any) -> dict[str, str | None]:
    found = {one.get("key"): one.get("value") for one in _listed(meta)}
    values = {name: found.get(f"{_ATTRIBUTION}{name}") for name in _ATTRIBUTED}
    return {
        name: value if isinstance(value, str) and value.lower() not in _NOT_ATTRIBUTED else None
        for name, value in values.items()
    }


def _delivery(record: Mapping[str, Any]) -> dict[str, str | None]:
    """Where it goes to: the shipping address, where there is one. The address becomes a hash."""
    billing, shipping = _address(record, "billing"), _address(record, "shipping")
    to = shipping if shipping.get("country") and shipping.get("address_1") else billing
    parts = [to.get(name) for name in ("address_1", "address_2", "postcode", "city", "state", "country")]
    address = " ".join(" ".join(str(one or "") for one in parts).lower().split())
    return {
        "country": to.get("country") or None,
        "state": to.get("state") or None,
        "address": address if to.get("address_1") else None,
    }


def _payments(record: Mapping[str, Any]) -> list[Record]:
    """The payment of a paid order: WooCommerce keeps no more than when, how, and that it was all."""
    paid_at = record.get("date_paid_gmt")
    if not paid_at and record.get("status") in _PAID:  # an import that left the date out
        paid_at = record.get("date_completed_gmt") or record.get("date_created_gmt")
    if not paid_at:
        return []
    return [
        {"amount": record.get("total"), "paid_at": paid_at, "method": record.get("payment_method") or None}
    ]


def _meta(record: Mapping[str, Any], key: str) -> Any:
    return next((one.get("value") for one in _listed(record.get("meta_data")) if one.get("key") == key), None)


def _address(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def _listed(value: Any) -> list[Record]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _sum(records: Iterable[Mapping[str, Any]], name: str) -> Decimal:
    return sum((_decimal(one.get(name)) for one in records), Decimal(0))


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(str(value or 0))
    except InvalidOperation:  # lands as it is where it stands; a sum cannot tell
        return Decimal(0)


def _text(value: Decimal) -> str:
    return f"{value:f}"


def _plain(name: Any) -> str | None:
    """A name without the HTML that WordPress keeps in it: `Shoes &amp; bags`."""
    from html import unescape

    return unescape(str(name)) if name else None
