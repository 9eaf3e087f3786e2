"""Faults that change no result, each with the reason. They are not tried."""

from __future__ import annotations

_EVERY = "every row has its match, as a test of the relation says"

HARMLESS: dict[str, str] = {
    "mart_product_performance: an inner join becomes a left one: join {{ ref('dim_products') }} as products on"
    " products.variant_key = lines.variant_key": _EVERY,
    "mart_product_performance: a limit moves by one: when ranked.net_sales <= 0 then 'C'":
        "before what sold nothing stands everything that sold, so it is a C in any case",
    "mart_product_performance: nothing becomes something: sum(greatest(net_sales, 0)) over (":
        "in the running sum it concerns only products that sold nothing, which are a C in any case",
    "fct_order_lines: deaf to refunds whose time has come":
        "the order's own amounts change with its refund, and the model hears of that",
}  # fmt: skip
