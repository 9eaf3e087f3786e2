"""Faults that change no result, each with the reason. They are not tried."""

from __future__ import annotations

HARMLESS: dict[str, str] = {
    "mart_cohort_ltv: an inner join becomes a left one: join shops on shops.shop_id = cohorts.shop_id":
        "every cell is of a shop that is configured, or of all of them",
    "mart_cohort_ltv: equal amounts count once: sum(active_customers) filter (where period_number = 0) as cohort_size":
        "a cohort has one cell of its first period",
    "mart_customer_ltv: the latest becomes the earliest: max(shop_id) filter (where is_first_anywhere)"
    " as first_shop_id,":
        "a customer has one first order",
    "mart_customer_rfm_monthly: equal rows become one: union all": "the rows have different months",
    "fct_order_lines: deaf to refunds whose time has come":
        "the order's own amounts change with its refund, and the model hears of that",
}  # fmt: skip
