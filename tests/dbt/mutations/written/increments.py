# ruff: noqa: E501 - a fault quotes the model's own lines
"""Changes of an upstream model that an increment does not look at."""

from __future__ import annotations

from tests.dbt.mutations.fault import Fault


def _deaf(model: str, to: str, old: str, new: str = "") -> Fault:
    return Fault(model, f"deaf to {to}", old, new)


FAULTS = [
    _deaf("int_order_lines_priced", "costs", "semi join {{ changed('int_unit_costs') }} as costs", "semi join (select * from {{ changed('int_unit_costs') }} where false) as costs"),
    _deaf("int_order_lines_priced", "products", "semi join {{ changed('int_products') }} as products", "semi join (select * from {{ changed('int_products') }} where false) as products"),
    _deaf("int_order_lines_priced", "orders", "select shop_id, order_id from {{ changed('int_orders') }}", "select shop_id, order_id from {{ changed('int_orders') }} where false"),
    _deaf("int_orders_summed", "accounts", "semi join {{ changed('int_customers') }} as customers using (shop_id, customer_id)", "semi join (select * from {{ changed('int_customers') }} where false) as customers using (shop_id, customer_id)"),
    _deaf("int_orders_summed", "payments", "from {{ changed('int_payments') }}\n", "from {{ changed('int_payments') }} where false\n"),
    _deaf("int_orders_summed", "lines", "['int_orders', 'int_order_lines_priced', ", "['int_orders', "),
    _deaf("int_orders_summed", "refunds", "'int_order_lines_priced', 'int_refunds_matched', ", "'int_order_lines_priced', "),
    _deaf("int_orders_summed", "costs", "'int_refunds_matched', 'int_selling_costs']", "'int_refunds_matched']"),
    _deaf("int_orders_summed", "refunds whose time has come", " ('int_refunds_matched', 'refunded_at'),", ""),
    _deaf("int_orders_summed", "payments whose time has come", "('int_orders', 'paid_at'), ", ""),
    _deaf("int_orders_summed", "cancellations whose time has come", " ('int_orders', 'cancelled_at'),", ""),
    _deaf("int_orders_summed", "costs whose time has come", ", ('int_selling_costs', 'incurred_at')", ""),
    _deaf("int_order_lines_priced", "promotions", "select shop_id, order_id from {{ changed('int_order_promotions') }}", "select shop_id, order_id from {{ changed('int_order_promotions') }} where false"),
    _deaf("int_selling_costs", "parcels", "from {{ changed('int_shipments') }}", "from {{ changed('int_shipments') }} where false"),
    _deaf("int_selling_costs", "fees", "from {{ changed('int_payments') }}", "from {{ changed('int_payments') }} where false"),
    _deaf("int_orders_summed", "rates", "semi join {{ changed('int_fx_rates_daily') }} as rates", "semi join (select * from {{ changed('int_fx_rates_daily') }} where false) as rates"),
    _deaf("int_fx_rates_daily", "the days that a rate serves", "between rates.date and rates.date + interval '{{ max_age }}' day\nunion", "between rates.date and rates.date\nunion"),
    _deaf("int_refunds_matched", "lines", "where order_key in (select order_key from {{ changed('int_order_lines_priced') }})", "where false"),
    _deaf("int_refunds_matched", "matches", "select refund_key from {{ changed('int_refund_matches') }}", "select refund_key from {{ changed('int_refund_matches') }} where false"),
    _deaf("int_refunds_matched", "products", "    where variant_key in (select variant_key from {{ changed('int_products') }})", "    where false"),
    _deaf("int_refund_matches", "sales", "select order_key from {{ changed('int_order_lines_priced') }}\n", "select order_key from {{ changed('int_order_lines_priced') }} where false\n"),
    _deaf("int_refund_matches", "refunds", "where refunds.order_id is null and refunds.customer_id is not null and refunds.variant_id is not null\n{% endcall %}", "where false\n{% endcall %}"),
    _deaf("int_customer_windows", "orders", "select customer_key from {{ changed('fct_orders') }}\n", "select customer_key from {{ changed('fct_orders') }} where false\n"),
    _deaf("int_customer_windows", "orders that leave the window", "    and orders.created_date <= shops.as_of_date - interval '{{ window_days }}' day\n{% endcall %}", "    and false\n{% endcall %}"),
    _deaf("fct_orders", "orders whose time has come", "where created_at > {{ previous_as_of() }} and created_at", "where false and created_at"),
    Fault("fct_orders", "numbers only the order that changed", "and customer_key in (select customer_key from {{ touched_rows() }})", "and order_key in (select order_key from {{ changed('int_orders_summed') }})"),
    _deaf("fct_order_lines", "orders", "select order_key from {{ changed('fct_orders') }}", "select order_key from {{ changed('fct_orders') }} where false"),
    _deaf("fct_order_lines", "refunds whose time has come", "where refunded_at > {{ previous_as_of() }} and refunded_at", "where false and refunded_at"),
    _deaf("fct_refunds", "orders", "    select order_key from {{ changed('fct_orders') }}\n", "    select order_key from {{ changed('fct_orders') }} where false\n"),
    _deaf("fct_refunds", "refunds whose time has come", "where refunded_at > {{ previous_as_of() }} and refunded_at <= {{ as_of() }}\nunion", "where false\nunion"),
    _deaf("fct_refunds", "accounts", "semi join {{ changed('int_customers') }} as customers", "semi join (select * from {{ changed('int_customers') }} where false) as customers"),
    _deaf("dim_customers", "accounts", "}} from {{ changed('int_customers') }}\n", "}} from {{ changed('int_customers') }} where false\n"),
    _deaf("dim_customers", "accounts whose time has come", "where created_at > {{ previous_as_of() }} and created_at", "where false and created_at"),
    _deaf("dim_products", "sales", "from {{ changed('int_order_lines') }}", "from {{ changed('int_order_lines') }} where false"),
    _deaf("mart_sales_daily", "payments", "select shop_id, paid_date from {{ changed('fct_orders') }} where paid_date is not null", "select shop_id, paid_date from {{ changed('fct_orders') }} where false"),
    _deaf("mart_sales_daily", "refunds", "select shop_id, refunded_date from {{ changed('fct_refunds') }}", "select shop_id, refunded_date from {{ changed('fct_refunds') }} where false"),
    _deaf("mart_sales_daily", "the end of a period", "    {{ days_since_previous_as_of() }}\n", "    select shop_id, day from ({{ days_since_previous_as_of() }}) as no_days where false\n"),
    _deaf("cohort_retention", "months that come", "where {{ period_turned(period) }}", "where false"),
    _deaf("int_cohort_cells", "orders, over all shops", "select distinct 'all', '{{ type }}', cast(date_trunc('{{ type }}', created_date) as date)\nfrom {{ changed('fct_orders') }}", "select distinct 'all', '{{ type }}', cast(date_trunc('{{ type }}', created_date) as date)\nfrom {{ changed('fct_orders') }} where false"),
    _deaf("mart_cohort_ltv", "windows that close", "'cohort_month') }} between", "'cohort_month') }} + interval '9' year between"),
    _deaf("mart_cohort_ltv", "cells", "where period_type = 'month'\n{% for", "where false\n{% for"),
    _deaf("mart_customer_ltv", "windows that close", "or first_order_date between", "or first_order_date + interval '9' year between"),
    _deaf("mart_customer_ltv", "orders", "select customer_key from {{ changed('fct_orders') }}\n", "select customer_key from {{ changed('fct_orders') }} where false\n"),
    _deaf("int_customer_windows_monthly", "orders", "select customer_key, created_date from {{ changed('fct_orders') }}\n", "select customer_key, created_date from {{ changed('fct_orders') }} where false\n"),
    _deaf("int_customer_windows_monthly", "refunds of another day", "from {{ changed('fct_refunds') }}\n", "from {{ changed('fct_refunds') }} where false\n"),
    _deaf("int_customer_windows_monthly", "months that end", "    and created_date <= {{ period_last_day(\"'month'\", \"cast('\" ~ month ~ \"' as date)\") }}\n", "    and false\n"),
    _deaf("mart_customer_rfm_monthly", "months that change", "from {{ changed('int_customer_windows_monthly') }}\n", "from {{ changed('int_customer_windows_monthly') }} where false\n"),
    _deaf("mart_customer_rfm_monthly", "the month that is not over", "{{ months_since_previous_as_of() }}", "select month from ({{ months_since_previous_as_of() }}) as no_months where false"),
    _deaf("mart_customer_segment_moves", "the month before", "select cast(month + interval '1' month as date) from {{ changed('mart_customer_rfm_monthly') }}", "select cast(month + interval '1' month as date) from {{ changed('mart_customer_rfm_monthly') }} where false"),
    _deaf("mart_product_performance", "return windows that close", "from ({{ days_since_previous_as_of() }}) as closing", "from ({{ days_since_previous_as_of() }}) as closing where false"),
    _deaf("mart_product_performance", "products", "semi join {{ changed('dim_products') }} as products using (variant_key)", "semi join (select * from {{ changed('dim_products') }} where false) as products using (variant_key)"),
]  # fmt: skip
