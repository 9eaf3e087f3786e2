"""The same rows twice: from Vendure's own tables, and from what we made of its API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ingestion.config import Config
from ingestion.personal import normalise
from ingestion.personal.key import key_from
from tests.ingestion.landed_rows import entity_rows
from tests.ingestion.landing import SECRET
from tests.rigs.vendure_shop import Vendure

Rows = dict[str, tuple[Any, ...]]
"""By the row's key."""

_LINES = """with l as (
    select l.*, greatest(l.quantity, l."orderPlacedQuantity") as ordered,
        (select coalesce(sum((a ->> 'amount')::numeric), 0) from json_array_elements(l.adjustments::json) a) as taken,
        (select coalesce(sum((x ->> 'taxRate')::numeric), 0) from json_array_elements(l."taxLines"::json) x) as rate
    from order_line l
), priced as (
    select id, "orderId", "productVariantId" as variant, ordered, "listPrice" * ordered as price, -taken as discount,
        round(("listPrice" * ordered + taken) * (100 + rate) / 100) - ("listPrice" * ordered + taken) as tax
    from l
    union all
    select -s.id, "orderId", null, 1, "listPrice", 0, round("listPrice" * (
        select sum((x ->> 'taxRate')::numeric) from json_array_elements(s."taxLines"::json) x) / 100) from surcharge s
), postage as (
    select s."orderId", sum(s."listPrice" + (
        select coalesce(sum((a ->> 'amount')::numeric), 0) from json_array_elements(s.adjustments::json) a
        where a ->> 'adjustmentSource' <> 'CANCEL_ORDER'
    )) as price from shipping_line s group by 1
), reached as (
    select data::json ->> 'paymentId' as payment, data::json ->> 'refundId' as refund,
        data::json ->> 'fulfillmentId' as parcel, data::json ->> 'to' as state,
        max(date_trunc('milliseconds', "createdAt")) as at
    from history_entry where type like '%_TRANSITION' group by 1, 2, 3, 4
), placed as (select * from "order" where "orderPlacedAt" is not null)
"""
ITS_OWN = {
    "orders": """select o.code, o."customerId"::text, c."emailAddress", o."currencyCode",
        date_trunc('milliseconds', o."orderPlacedAt"), o.state = 'Cancelled',
        round((select sum(price - discount + tax) from priced where "orderId" = o.id) + p.price) / 100.0,
        (select sum(discount) from priced where "orderId" = o.id) / 100.0, p.price / 100.0,
        (select count(*) from payment m where m."orderId" = o.id and m.state = 'Settled') > 0,
        (select count(*) from payment m, refund r where m."orderId" = o.id and r."paymentId" = m.id
            and r.state = 'Settled') > 0,
        (select count(*) from order_fulfillments_fulfillment f where f."orderId" = o.id) > 0
        from placed o join customer c on c.id = o."customerId" join postage p on p."orderId" = o.id""",
    "order_lines": """select case when l.id < 0 then 'surcharge-' || -l.id else l.id::text end, o.code,
        coalesce(l.variant::text, 'WRAP'), l.ordered, l.price / 100.0, l.discount / 100.0, l.tax / 100.0
        from priced l join placed o on o.id = l."orderId\"""",
    "order_promotions": """select l.id || ' ' || split_part(a ->> 'adjustmentSource', ':', 2), o.code,
        -sum((a ->> 'amount')::numeric) / 100.0
        from order_line l join placed o on o.id = l."orderId", json_array_elements(l.adjustments::json) a
        group by 1, 2""",
    "payments": """select p.id::text, o.code, p.state, p.amount / 100.0, p.method,
        (select at from reached where payment = p.id::text and state = p.state)
        from payment p join placed o on o.id = p."orderId\"""",
    "refunds": """select r.id::text, o.code, r.state, r.total / 100.0,
        (select sum(quantity) from order_line_reference x where x."refundId" = r.id),
        (select count(*) from order_line_reference x where x."refundId" = r.id), case when r.state = 'Settled' then
            (select at from reached where refund = r.id::text and state = 'Settled') end
        from refund r join payment p on p.id = r."paymentId" join placed o on o.id = p."orderId\"""",
    "shipments": """select f.id::text, o.code, f.method,
        (select at from reached where parcel = f.id::text and state = 'Shipped'),
        (select at from reached where parcel = f.id::text and state = 'Delivered')
        from fulfillment f join order_fulfillments_fulfillment x on x."fulfillmentId" = f.id
        join placed o on o.id = x."orderId" where f.state <> 'Cancelled'""",
    "shipment_lines": """select "fulfillmentId" || ' ' || "orderLineId", quantity from order_line_reference
        where "fulfillmentId" is not null""",
    "customers": """select id::text, "emailAddress", date_trunc('milliseconds', "createdAt") from customer
        where "deletedAt" is null""",
    "products": """select v.id::text, v."productId"::text, v.sku, p.price / 100.0, (
            select t.name from product_facet_values_facet_value x join facet_value f on f.id = x."facetValueId"
            join facet on facet.id = f."facetId" join facet_value_translation t on t."baseId" = f.id
            where x."productId" = v."productId" and facet.code = 'category')
        from product_variant v join product_variant_price p on p."variantId" = v.id and p."currencyCode" = 'USD'
        where v."deletedAt" is null""",
    "inventory_levels": """select "productVariantId" || ' ' || "stockLocationId", "stockOnHand", "stockAllocated"
        from stock_level""",
    "promotions": """select id::text, "couponCode",
        case when actions like '%percentage%' then 'percent' else 'amount' end
        from promotion where "deletedAt" is null""",
}


def differing(one: Rows, other: Rows) -> set[str]:
    """Keys of rows that are not the same. Amounts of lines that were cancelled in part are told in whole hundredths for
    what is left, so what was ordered may be a hundredth off for each unit."""
    return {key for key in one.keys() | other.keys() if not _alike(one.get(key), other.get(key))}


def _alike(one: tuple[Any, ...] | None, other: tuple[Any, ...] | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(
        abs(a - b) <= Decimal("0.02") if isinstance(a, Decimal) and b is not None else a == b
        for a, b in zip(one, other, strict=True)
    )


def its_own(shop: Vendure, entity: str) -> Rows:
    """Rows of an entity from the shop's tables; e-mail addresses as we would hash them."""
    key = key_from(SECRET)

    def hashed(value: Any) -> Any:
        is_address = isinstance(value, str) and "@" in value
        return key.hash(normalise.email(value) or "") if is_address else value

    return _by_key([tuple(hashed(one) for one in row) for row in shop.sql(f"{_LINES} {ITS_OWN[entity]}")])


def ours(config: Config, entity: str) -> Rows:
    """The same rows from what has landed."""
    rows = list(entity_rows(config, "vendure", entity).values())
    if entity == "refunds":
        return _refunds(rows)
    return _by_key([_as_theirs(entity, row) for row in rows])


def _as_theirs(entity: str, row: dict[str, Any]) -> tuple[Any, ...]:  # noqa: C901 -- a list of entities
    def of(*names: str) -> tuple[Any, ...]:
        return tuple(row.get(name) for name in names)

    match entity:
        case "orders":
            money = ("total", "discount_total", "shipping_total")
            return (
                *of("order_id", "customer_id", "email_hash", "currency", "created_at"),
                row["cancelled_at"] is not None,
                *of(*money),
                row["financial_status"] in ("paid", "partially_refunded", "refunded"),
                row["financial_status"] in ("partially_refunded", "refunded"),
                row["fulfillment_status"] != "unfulfilled",
            )
        case "order_lines":
            price = round(row["quantity"] * row["unit_price"], 2)
            return (*of("order_line_id", "order_id", "variant_id", "quantity"), price, *of("discount", "tax"))
        case "order_promotions":
            return (f"{row['order_line_id']} {row['promotion_id']}", *of("order_id", "amount"))
        case "payments":
            kind = {
                ("authorization", "success"): "Authorized", ("void", "success"): "Cancelled",
                ("capture", "success"): "Settled", ("sale", "success"): "Settled", ("sale", "failed"): "Declined",
            }[row["kind"], row["status"]]  # fmt: skip
            return (*of("payment_id", "order_id"), kind, *of("amount", "gateway", "processed_at"))
        case "shipments":
            return of("shipment_id", "order_id", "carrier", "shipped_at", "delivered_at")
        case "shipment_lines":
            return (f"{row['shipment_id']} {row['order_line_id']}", row["quantity"])
        case "customers":
            return of("customer_id", "email_hash", "created_at")
        case "products":
            return of("variant_id", "product_id", "sku", "list_price", "category")
        case "inventory_levels":
            return (f"{row['variant_id']} {row['location_id']}", *of("on_hand", "reserved"))
        case _:
            coupons = {"Ten percent": "TEN", "Winter": "WINTER", "Gone": "GONE"}
            return (row["promotion_id"], coupons.get(row["name"]), row["kind"])


def _refunds(rows: list[dict[str, Any]]) -> Rows:
    """One row for each refund: its parts have to add up."""
    found: Rows = {}
    for number in {row["refund_id"] for row in rows}:
        parts = [row for row in rows if row["refund_id"] == number]
        lines = [row for row in parts if row["order_line_id"]]
        state = {"success": "Settled", "pending": "Pending", "failed": "Failed"}[parts[0]["status"]]
        at = parts[0]["refunded_at"] if state == "Settled" else None
        units = sum(row["quantity"] for row in lines) if lines else None
        amount = sum((row["amount"] for row in parts), Decimal(0))
        found[number] = (number, parts[0]["order_id"], state, amount, units, len(lines), at)
    return found


def _by_key(rows: list[tuple[Any, ...]]) -> Rows:
    found = {str(row[0]): tuple(row) for row in rows}
    assert len(found) == len(rows)
    return found
