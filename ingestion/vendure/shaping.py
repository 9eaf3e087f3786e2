"""What is worked out of a record before it is taken apart, because it takes more than one of its parts.

Amounts are integers in hundredths, as the API gives them.

What was ordered and what is left of it differ in Vendure: cancelling takes units off a line and its money off the
order's total, while what was given back is a refund besides. Sales are what was ordered (cancelled units among it),
returns are refunds; so units, prices, discounts, tax and total are worked out for what was ordered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ingestion.vendure.cancelling import restore_discounts
from ingestion.vendure.refunding import refund_parts

Record = dict[str, Any]

TRANSITIONS = (
    "ORDER_STATE_TRANSITION",
    "ORDER_PAYMENT_TRANSITION",
    "ORDER_REFUND_TRANSITION",
    "ORDER_FULFILLMENT_TRANSITION",
)
_PROMOTED = ("PROMOTION", "DISTRIBUTED_ORDER_PROMOTION")
_NOT_SENT = ("Created", "Pending", "Cancelled")
_DEFAULT_CHANNEL = "__default_channel__"


class Moments:
    """When what of an order reached which state, out of its history."""

    def __init__(self, entries: Iterable[Mapping[str, Any]]) -> None:
        self._found: dict[tuple[str, str, str], str] = {}
        names = dict(zip(TRANSITIONS, ("", "paymentId", "refundId", "fulfillmentId"), strict=True))
        for one in entries:
            data = one["data"] or {}
            name = names.get(one["type"])
            if name is not None:
                whose = str(data.get(name)) if name else ""
                self._found[name, whose, str(data.get("to"))] = one["createdAt"]  # the latest counts

    def of(self, name: str, whose: Any, state: str) -> str | None:
        return self._found.get((name, str(whose), state))


def order(record: Record, entries: Sequence[Mapping[str, Any]]) -> Record:
    """An order with its history's `entries`."""
    moments = Moments(entries)
    lines = [_line(one) for one in record["lines"]]
    surcharges = [_surcharge(one) for one in record["surcharges"]]
    payments = [_payment(one, moments) for one in record["payments"] or ()]
    shipments = [one for one in _shipments(record, moments) if one["state"] != "Cancelled"]
    postage, postage_tax, is_postage_cancelled = _postage(record["shippingLines"])
    goods = [*lines, *surcharges]
    gross = sum(one["orderedPrice"] - one["orderedDiscount"] + one["orderedTax"] for one in goods)
    ordered = restore_discounts(record, lines, gross + postage + postage_tax)
    ordered_tax = sum(one["orderedTax"] for one in goods) + postage_tax
    is_whole = not is_postage_cancelled and all(one["quantity"] == one["orderedQuantity"] for one in lines)
    address = record["shippingAddress"] or {}
    customer_ = record["customer"] or {}
    settled = [one for one in payments if one["state"] == "Settled"]
    refunds = [{**refund, "paymentId": one["id"]} for one in payments for refund in one["refunds"]]
    return {
        **{name: value for name, value in record.items() if name != "history"},
        "cancelledAt": (moments.of("", "", "Cancelled") or record["updatedAt"])
        if record["state"] == "Cancelled"
        else None,
        "channel": next((one["code"] for one in record["channels"] if one["code"] != _DEFAULT_CHANNEL), None),
        "phone": address.get("phoneNumber") or customer_.get("phoneNumber"),
        "address": _address(address),
        "goods": goods,
        "payments": payments,
        "shipments": shipments,
        "promotionParts": _promotion_parts(lines, record["shippingLines"]),
        "refundParts": [
            {**part, "reachedAt": _reached(one, moments, "refundId"), "createdAt": one["createdAt"]}
            for one in refunds
            for part in refund_parts(one, lines)
        ],
        "orderedDiscount": sum(one["orderedDiscount"] for one in goods),
        "orderedShipping": record["shipping"] if not is_postage_cancelled else postage,
        "orderedTax": record["totalWithTax"] - record["total"] if is_whole else ordered_tax,
        "orderedTotal": record["totalWithTax"] if is_whole else ordered,
        "orderedUnits": sum(one["orderedQuantity"] for one in lines),
        "units": sum(one["quantity"] for one in lines),
        "shippedUnits": sum(
            line["quantity"] for one in shipments if one["state"] not in _NOT_SENT for line in one["lines"]
        ),
        "settledPayments": len(settled),
        "authorizedPayments": sum(one["state"] == "Authorized" for one in payments),
        "settledAmount": sum(one["amount"] for one in settled),
        "refundedAmount": sum(one["total"] for one in refunds if one["state"] == "Settled"),
    }


def customer(record: Record) -> Record:
    """A customer with the address that is meant when none is said."""
    addresses = record["addresses"] or []
    standard = [one for one in addresses if one["defaultShippingAddress"]]
    return {**record, "home": next(iter([*standard, *addresses]), None)}


def product(record: Record, category: str, brand: str) -> Record:
    """A product with what its facets say."""
    facets: dict[str, list[str]] = {}
    for one in record["facetValues"]:
        facets.setdefault(one["facet"]["code"], []).append(one["name"])
    categories = [*facets.get(category, []), None, None]
    return {
        **record,
        "category": categories[0],
        "subcategory": categories[1],
        "brand": next(iter(facets.get(brand, [])), None),
    }


def variant(record: Record, tracks: bool) -> Record:
    """A variant, without stock where none is kept of it."""
    kept = tracks if record["trackInventory"] == "INHERIT" else record["trackInventory"] == "TRUE"
    return {**record, "stockLevels": record["stockLevels"] if kept else []}


def promotion(record: Record) -> Record:
    """A promotion with what it takes off, and the order value that it asks for."""
    action = next(iter(record["actions"]), None) or {"code": None, "args": []}
    least = [one for one in record["conditions"] if one["code"] == "minimum_order_amount"]
    return {
        **record,
        "action": action["code"],
        "value": _argument(action, "discount"),
        "threshold": _argument(least[0], "amount") if least else None,
    }


def _argument(operation: Mapping[str, Any], name: str) -> str | None:
    return next((one["value"] for one in operation["args"] if one["name"] == name), None)


def _line(line: Record) -> Record:
    """A line with what was ordered of it."""
    quantity = line["quantity"]
    ordered = max(quantity, line["orderPlacedQuantity"])
    if quantity:
        price = _scaled(line["linePrice"], ordered, quantity)
        after = _scaled(line["proratedLinePrice"], ordered, quantity)
        with_tax = _scaled(line["proratedLinePriceWithTax"], ordered, quantity)
    else:
        price = after = line["unitPrice"] * ordered
        with_tax = line["unitPriceWithTax"] * ordered
    return {
        **line,
        "discounts": line["discounts"] if quantity else [],
        "kind": "merchandise",
        "variantId": line["productVariant"]["id"],
        "orderedQuantity": ordered,
        "orderedPrice": price,
        "orderedDiscount": price - after,
        "orderedTax": with_tax - after,
    }


def _surcharge(one: Record) -> Record:
    """A surcharge as a line; what takes something off is one too, at a negative price."""
    return {
        "id": f"surcharge-{one['id']}",
        "kind": "fee" if one["price"] >= 0 else "adjustment",
        "variantId": one["sku"] or "surcharge",
        "quantity": 1,
        "orderPlacedQuantity": 1,
        "orderedQuantity": 1,
        "orderedPrice": one["price"],
        "orderedDiscount": 0,
        "orderedTax": one["priceWithTax"] - one["price"],
        "unitPrice": one["price"],
        "unitPriceWithTax": one["priceWithTax"],
        "proratedLinePrice": one["price"],
        "proratedLinePriceWithTax": one["priceWithTax"],
    }


def _postage(lines: Sequence[Record]) -> tuple[int, int, bool]:
    """Postage that was ordered, its tax, and whether it has been cancelled."""
    cancelled = [part for one in lines for part in one["discounts"] if part["type"] not in _PROMOTED]
    net = sum(one["discountedPrice"] for one in lines) - sum(one["amount"] for one in cancelled)
    gross = sum(one["discountedPriceWithTax"] for one in lines) - sum(
        one["amountWithTax"] for one in cancelled
    )
    return net, gross - net, bool(cancelled)


def _payment(payment: Record, moments: Moments) -> Record:
    return {
        **payment,
        "wasAuthorized": moments.of("paymentId", payment["id"], "Authorized") is not None,
        "reachedAt": _reached(payment, moments, "paymentId"),
    }


def _reached(one: Record, moments: Moments, name: str) -> str:
    """When it came into the state that it is in. A refund that succeeds at once has no entry of its own."""
    found = moments.of(name, one["id"], one["state"])
    return str(found or one["updatedAt"])


def _shipments(record: Record, moments: Moments) -> list[Record]:
    """Parcels with the lines that are this order's: one parcel may hold lines of several."""
    own = {one["id"] for one in record["lines"]}
    found = []
    for one in record["fulfillments"] or ():
        shipped, delivered = (
            moments.of("fulfillmentId", one["id"], state) for state in ("Shipped", "Delivered")
        )
        if one["state"] == "Delivered":
            delivered = delivered or one["updatedAt"]
        if one["state"] not in _NOT_SENT:
            shipped = shipped or delivered or one["updatedAt"]
        found.append(
            {
                **one,
                "shippedAt": shipped,
                "deliveredAt": delivered,
                "lines": [line for line in one["lines"] if line["orderLineId"] in own],
            }
        )
    return found


def _promotion_parts(lines: Sequence[Record], shipping: Sequence[Record]) -> list[Record]:
    """What each promotion took off each line, and off the postage."""
    found: dict[tuple[str, str], Record] = {}
    for line in lines:
        for part in line["discounts"]:
            if part["type"] in _PROMOTED:
                ordered = line["orderedQuantity"]
                _add(found, line["id"], part, _scaled(-part["amount"], ordered, line["quantity"] or ordered))
    for one in shipping:
        for part in one["discounts"]:
            if part["type"] in _PROMOTED:
                _add(found, "", part, -part["amount"])
    return list(found.values())


def _add(found: dict[tuple[str, str], Record], line: str, part: Record, amount: int) -> None:
    promotion_id = part["adjustmentSource"].rpartition(":")[2]
    one = found.setdefault(
        (line, promotion_id),
        {"orderLineId": line, "promotionId": promotion_id, "type": part["type"], "amount": 0},
    )
    one["amount"] += amount


def _address(address: Mapping[str, Any]) -> str | None:
    parts = [
        address.get(name) for name in ("streetLine1", "streetLine2", "postalCode", "city", "countryCode")
    ]
    return ", ".join(" ".join(str(one).lower().split()) for one in parts if one) or None


def _scaled(amount: int, ordered: int, quantity: int) -> int:
    """An amount for `quantity` units as it was for all that were ordered, rounded half away from zero."""
    if ordered == quantity:
        return amount
    twice = 2 * abs(amount) * ordered + quantity
    return (twice // (2 * quantity)) * (1 if amount >= 0 else -1)
