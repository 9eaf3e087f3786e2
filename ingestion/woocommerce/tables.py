"""The raw tables: which columns land, and where they stand in the API's records or in what `parts.py` adds to them."""

from __future__ import annotations

from ingestion.api.tables import Table

_MONEY = ("subtotal", "subtotal_tax", "total", "total_tax")

ORDERS = Table(
    name="orders",
    key=("id",),
    columns={
        **{
            name: name
            for name in ("id", "number", "status", "currency", "created_via", "customer_id", "version")
        },
        **{
            name: name
            for name in ("date_created_gmt", "date_modified_gmt", "date_paid_gmt", "date_completed_gmt")
        },
        **{
            name: name
            for name in ("discount_total", "shipping_total", "total_tax", "total", "prices_include_tax")
        },
        "payment_method": "payment_method",
        "email": "billing.email",
        "phone": "billing.phone",
        "country": "delivery.country",
        "state": "delivery.state",
        "address": "delivery.address",
        "refunded_total": "refunded_total",
        **{
            f"utm_{name}": f"attribution.utm_{name}"
            for name in ("source", "medium", "campaign", "content", "term")
        },
        "source_type": "attribution.source_type",
        "device_type": "attribution.device_type",
    },
    personal={
        "email": "email",
        "phone": "phone",
        "address": "hash",
        **dict.fromkeys(
            [f"utm_{name}" for name in ("source", "medium", "campaign", "content", "term")], "text"
        ),
    },
)

ORDER_LINES = Table(
    name="order_lines",
    key=("order_id", "id"),
    columns={
        "order_id": "^.id",
        "order_currency": "^.currency",
        **{
            name: name
            for name in ("id", "name", "product_id", "variation_id", "quantity", "tax_class", "sku")
        },
        **{name: name for name in _MONEY},
    },
    each=("line_items",),
    parent="order_id",
    personal={"name": "text"},
)

ORDER_FEES = Table(
    name="order_fees",
    key=("order_id", "id"),
    columns={
        "order_id": "^.id",
        **{name: name for name in ("id", "name", "total", "total_tax", "tax_class")},
    },
    each=("fee_lines",),
    parent="order_id",
    personal={"name": "text"},
)

ORDER_SHIPPING = Table(
    name="order_shipping",
    key=("order_id", "id"),
    columns={
        "order_id": "^.id",
        **{name: name for name in ("id", "method_id", "method_title", "total", "total_tax")},
    },
    each=("shipping_lines",),
    parent="order_id",
    personal={"method_title": "text"},
)

ORDER_TAXES = Table(
    name="order_taxes",
    key=("order_id", "id"),
    columns={
        "order_id": "^.id",
        **{name: name for name in ("id", "rate_code", "rate_id", "label", "compound", "tax_total")},
        **{name: name for name in ("shipping_tax_total", "rate_percent")},
    },
    each=("tax_lines",),
    parent="order_id",
)

ORDER_COUPONS = Table(
    name="order_coupons",
    key=("order_id", "id"),
    columns={"order_id": "^.id", **{name: name for name in ("id", "code", "discount", "discount_tax")}},
    each=("coupon_lines",),
    parent="order_id",
    personal={"code": "text"},
)

PAYMENTS = Table(
    name="payments",
    key=("order_id",),
    columns={"order_id": "^.id", **{name: name for name in ("amount", "paid_at", "method")}},
    each=("payments",),
    parent="order_id",
)

REFUNDS = Table(
    name="refunds",
    key=("order_id", "id"),
    columns={
        "order_id": "^.id",
        **{name: name for name in ("id", "date_created_gmt", "amount", "reason", "refunded_payment")},
        **{
            name: name
            for name in ("named", "goods_total", "goods_tax", "shipping_total", "fees_total", "other_tax")
        },
    },
    each=("refunds",),
    parent="order_id",
    personal={"reason": "text"},
)

REFUND_LINES = Table(
    name="refund_lines",
    key=("order_id", "refund_id", "id"),
    columns={
        "order_id": "^^.id",
        "refund_id": "^.id",
        "refunded_at": "^.date_created_gmt",
        "reason": "^.reason",
        **{name: name for name in ("id", "refunded_item_id", "product_id", "variation_id", "quantity")},
        **{name: name for name in ("sku", "name", "total", "total_tax")},
    },
    each=("refunds", "line_items"),
    parent="order_id",
    personal={"reason": "text", "name": "text"},
)

PRODUCTS = Table(
    name="products",
    key=("id",),
    columns={
        **{name: name for name in ("id", "name", "type", "status", "sku", "catalog_visibility", "parent_id")},
        **{name: name for name in ("date_created_gmt", "date_modified_gmt", "stock_status")},
    },
    personal={"name": "text"},
)

VARIANTS = Table(
    name="variants",
    key=("variant_id",),
    columns={
        "product_id": "^.id",
        "product_type": "^.type",
        "category": "^.category",
        "subcategory": "^.subcategory",
        "brand": "^.brand",
        **{
            name: name
            for name in ("variant_id", "sku", "title", "status", "date_created_gmt", "list_price", "cost")
        },
    },
    each=("variants",),
    parent="product_id",
    personal={"title": "text"},
)

STOCK = Table(
    name="stock",
    key=("variant_id",),
    columns={"product_id": "^.id", "variant_id": "variant_id", "quantity": "stock_quantity"},
    each=("stock",),
    parent="product_id",
    snapshot_at="read_at",
)

CUSTOMERS = Table(
    name="customers",
    key=("id",),
    columns={
        **{
            name: name
            for name in ("id", "role", "date_created_gmt", "date_modified_gmt", "is_paying_customer")
        },
        "email": "email",
        "phone": "billing.phone",
        "country": "home.country",
        "state": "home.state",
        "city": "home.city",
    },
    personal={"email": "email", "phone": "phone", "city": "text"},
)

COUPONS = Table(
    name="coupons",
    key=("id",),
    columns={
        **{name: name for name in ("id", "code", "amount", "discount_type", "description", "usage_count")},
        **{
            name: name
            for name in ("date_created_gmt", "date_modified_gmt", "date_expires_gmt", "minimum_amount")
        },
        **{name: name for name in ("usage_limit", "free_shipping", "status")},
    },
    personal={"code": "text", "description": "text"},
)

REVIEWS = Table(
    name="reviews",
    key=("id",),
    columns={
        **{
            name: name
            for name in ("id", "product_id", "status", "date_created_gmt", "rating", "verified", "review")
        },
        "reviewer_email": "reviewer_email",
    },
    personal={"review": "text", "reviewer_email": "email"},
)

OF_ORDERS = (
    ORDERS,
    ORDER_LINES,
    ORDER_FEES,
    ORDER_SHIPPING,
    ORDER_TAXES,
    ORDER_COUPONS,
    PAYMENTS,
    REFUNDS,
    REFUND_LINES,
)
OF_PRODUCTS = (PRODUCTS, VARIANTS, STOCK)
TABLES = (*OF_ORDERS, *OF_PRODUCTS, CUSTOMERS, COUPONS, REVIEWS)
