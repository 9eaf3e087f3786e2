"""Records of the Admin API as the tables want them: connections as lists, ids without `gid://`, sums of their parts.

What is summed here is what a row of its own table cannot see: parts stand in other tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ingestion.api.errors import FeedError

Record = dict[str, Any]
_ZERO = Decimal(0)


def plain(value: Any) -> Any:
    """A value of the API with its connections as lists and its ids short: `gid://shopify/Order/12` → `12`."""
    if isinstance(value, dict):
        nodes = _nodes(value)
        if nodes is not None:
            return [plain(one) for one in nodes]
        return {name: short(one) if name == "id" else plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def short(gid: Any) -> Any:
    """The last part of an id; an inventory level keeps what comes after the question mark."""
    return gid.rpartition("/")[2] if isinstance(gid, str) else gid


def _nodes(value: Mapping[str, Any]) -> list[Any] | None:
    nodes = value.get("nodes")
    if isinstance(nodes, list):
        return nodes
    edges = value.get("edges")
    return [one["node"] for one in edges] if isinstance(edges, list) else None


def order(record: Record) -> Record:
    """An order that is `plain`, with sums: discounts and tax of its lines, units that were given back, shipping."""
    included = bool(record.get("taxesIncluded"))
    refunds = [_refund(one, included) for one in record.get("refunds") or ()]
    given_back: dict[str, int] = {}
    for one in refunds:
        for line in one.get("refundLineItems") or ():
            line_id = (line.get("lineItem") or {}).get("id", "")
            given_back[line_id] = given_back.get(line_id, 0) + int(line.get("quantity") or 0)
    for line in record.get("lineItems") or ():
        allocations = line.get("discountAllocations") or ()
        for one in allocations:
            application = one["discountApplication"]
            one["promotion"] = application.get("code") or application.get("title")
        line["discountSum"] = str(_sum(one.get("allocatedAmountSet") for one in allocations))
        line["taxSum"] = str(_taxes(line))
        line["refundedQuantity"] = given_back.get(line["id"], 0)
    shipping = [one for one in record.get("shippingLines") or () if not one.get("isRemoved")]
    tax = sum((_taxes(one) for one in shipping), _ZERO)
    paid = _sum(one.get("discountedPriceSet") for one in shipping)
    record["shippingSum"] = str(paid - tax if included else paid)
    returned = sum((Decimal(one["valueSum"]) for one in refunds), _ZERO)
    record["soldTotal"] = str(_money(record.get("currentTotalPriceSet")) + returned)
    for one in record.get("transactions") or ():
        one["feeSum"] = str(_sum(fee.get("amount") for fee in one.get("fees") or ()))
    for one in record.get("fulfillments") or ():
        one["carrier"] = next(
            (info["company"] for info in one.get("trackingInfo") or () if info.get("company")), None
        )
    return record


def inventory(record: Record) -> Record:
    """An inventory item that is `plain`, each of its levels with its quantities, and with the variant it is of.

    Articles whose stock nobody counts have no levels."""
    variant = next((one["id"] for one in record.get("variants") or ()), None)
    levels = record.get("inventoryLevels") or [] if variant is not None and record.get("tracked") else []
    levels = [one for one in levels if any(q["name"] == "on_hand" for q in one.get("quantities") or ())]
    for level in levels:
        named = {one["name"]: one["quantity"] for one in level.get("quantities") or ()}
        level["variantId"] = variant
        level["onHand"], level["incoming"] = named.get("on_hand"), named.get("incoming")
        level["committed"] = named.get("committed")
    record["inventoryLevels"] = levels
    return record


def _refund(refund: Record, included: bool) -> Record:
    """A refund with what it is worth, what the money was beside its goods (one part at most), and what came of it."""
    refund["refundLineItems"] = lines = _by_line(refund.get("refundLineItems") or ())
    shipping = refund.get("refundShippingLines") or ()
    goods, tax = _sum(one.get("subtotalSet") for one in lines), _sum(one.get("totalTaxSet") for one in lines)
    sent = _sum(one.get("subtotalAmountSet") for one in shipping)
    sent_tax = _sum(one.get("taxAmountSet") for one in shipping)
    paid = _money(refund.get("totalRefundedSet"))
    beside = paid - (goods if included else goods + tax) if paid else _ZERO
    net = sent - sent_tax if included else sent
    parts = {"amount": beside, "merchandise": beside - net - sent_tax, "shipping": net, "tax": sent_tax}
    refund["besideGoods"] = (
        [{name: str(one) for name, one in parts.items()}] if beside or (paid and sent) else []
    )
    refund["valueSum"] = str(goods + sent if included else goods + tax + sent + sent_tax)
    states = {one.get("status") for one in refund.get("transactions") or ()}
    if not states or "SUCCESS" in states:
        refund["moneyStatus"] = "success"
    elif states & {"PENDING", "AWAITING_RESPONSE", "UNKNOWN"}:
        refund["moneyStatus"] = "pending"
    else:
        refund["moneyStatus"] = "failed"
    return refund


def _by_line(lines: Iterable[Record]) -> list[Record]:
    """One part of a refund for each line of the order: some have several, such as restocked units and others."""
    found: dict[str, Record] = {}
    for one in sorted(lines, key=lambda line: -int(line.get("quantity") or 0)):
        line_id = (one.get("lineItem") or {}).get("id", "")
        if line_id not in found:
            found[line_id] = one
            continue
        whole = found[line_id]
        whole["quantity"] = int(whole.get("quantity") or 0) + int(one.get("quantity") or 0)
        for name in ("subtotalSet", "totalTaxSet"):
            whole[name] = {"shopMoney": {"amount": str(_money(whole.get(name)) + _money(one.get(name)))}}
    return list(found.values())


def _taxes(line: Mapping[str, Any]) -> Decimal:
    return _sum(one.get("priceSet") for one in line.get("taxLines") or ())


def _sum(amounts: Iterable[Any]) -> Decimal:
    return sum((_money(one) for one in amounts), _ZERO)


def _money(value: Any) -> Decimal:
    """An amount, or the amount in the shop's currency; nothing counts as zero."""
    if not isinstance(value, dict):
        return _ZERO
    inner = value.get("shopMoney", value)
    found = inner.get("amount") if isinstance(inner, dict) else inner
    try:
        return Decimal(str(found)) if found is not None else _ZERO
    except InvalidOperation:
        raise FeedError("an amount of money is no number: has the API changed?") from None
