# ruff: noqa: E501 - a fault quotes the model's own lines
"""Faults in what advertising costs and what it is said to bring."""

from __future__ import annotations

from tests.dbt.mutations.fault import Fault

FAULTS = [
    Fault(
        "fct_ad_spend",
        "accounts are all in the shop's currency",
        "{{ in_shop_currency('spend') }} as shop_spend",
        "spend as shop_spend",
    ),
    Fault(
        "int_new_customer_coupons",
        "coupons of the platform are the shop's",
        " and coalesce(taken_off.funded_by, promotions.funded_by, 'seller') = 'seller'",
        "",
    ),
    Fault(
        "int_new_customer_margins",
        "later orders are of the campaign that brought them",
        "join firsts on firsts.order_key = credits.order_key",
        "join {{ ref('fct_orders') }} as firsts on firsts.order_key = credits.order_key",
    ),
    Fault(
        "int_campaign_paybacks",
        "only the day itself pays back",
        "sum(margin) over (\n            partition by shop_id, first_order_date, attribution_model, ad_platform, campaign_id order by order_date\n        )",
        "margin",
    ),
    Fault(
        "fct_touches",
        "the path of the order before counts once more",
        "coalesce(earlier.created_at + interval '1' microsecond, orders.created_at - {{ window }})",
        "orders.created_at - {{ window }}",
    ),
    Fault(
        "fct_touches",
        "the next order keeps what an order in between has taken",
        "orders.created_date >= buyers.first_day",
        "orders.created_date < buyers.first_day",
    ),
    Fault(
        "fct_attribution",
        "cents are rounded up",
        "then nearest_{{ name }} - 0.01",
        "then nearest_{{ name }}",
    ),
    Fault(
        "mart_marketing_roi",
        "spend that brought nothing disappears",
        "left join {{ ref('dim_campaigns') }} as campaigns",
        "join {{ ref('dim_campaigns') }} as campaigns",
    ),
    Fault(
        "mart_marketing_roi",
        "an increment forgets the days of the touches",
        "select shop_id, touch_date as date from {{ changed('fct_attribution') }} where touch_date is not null\nunion\n",
        "",
    ),
    Fault(
        "mart_marketing_daily",
        "a coupon of somebody known in another shop wins a customer",
        "case when is_first_order_anywhere then cast(coupons * reporting_rate as decimal(18, 4)) end",
        "cast(coupons * reporting_rate as decimal(18, 4))",
    ),
]
