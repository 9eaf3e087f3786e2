{# What follows from the sums of a period: differences, means and rates, each beside its numerator and denominator. #}
{% macro sales_figures() %}
{%- set net = '(gross_sales - discounts_seller - returns_by_refund_date)' -%}
cast({{ net }} as decimal(18, 4)) as net_sales,
cast({{ net }} + shipping + tax as decimal(18, 4)) as total_sales,
cast({{ net }} - cogs as decimal(18, 4)) as gross_margin,
cast({{ net }} - cogs - {{ cost_kinds() | join(' - ') }} as decimal(18, 4)) as contribution_margin,
{%- for name, top, bottom in [
    ('aov', 'gross_sales - discounts', 'orders'), ('aov_net', 'closed_net_sales', 'case when closed_orders = orders then orders end'),
    ('sales_per_buyer', 'paid_amount', 'paying_buyers'), ('price_per_unit', 'gross_sales - discounts', 'units')
] %}
cast({{ rate(top, bottom) }} as decimal(18, 4)) as {{ name }},
{%- endfor %}
{{ rate('units', 'orders') }} as units_per_order,
{%- for name, top, bottom in [
    ('refund_rate_by_refund_date', 'refunded_amount', 'paid_amount'), ('refund_rate_by_refund_date_orders', 'refunded_orders', 'paid_orders'),
    ('refund_rate_before_shipment', 'refunded_before_shipment', 'paid_amount'),
    ('refund_rate_before_shipment_orders', 'refunded_orders_before_shipment', 'paid_orders'),
    ('refund_rate_after_shipment', 'refunded_after_shipment', 'paid_amount'),
    ('refund_rate_after_shipment_orders', 'refunded_orders_after_shipment', 'paid_orders'),
    ('quality_refund_rate', 'quality_refunded_amount', 'paid_amount'),
    ('quality_refund_rate_orders', 'quality_refunded_orders', 'paid_orders'),
    ('refund_rate_by_order_cohort', 'cohort_refunded_amount', 'paid_amount'),
    ('refund_rate_by_order_cohort_orders', 'cohort_refunded_orders', 'paid_orders'),
    ('refund_window_closed_share', 'refund_window_closed_amount', 'paid_amount'), ('spend_share', 'ad_spend', 'paid_amount')
] %}
{{ rate_of_money(top, bottom) }} as {{ name }}{{ ',' if not loop.last }}
{%- endfor %}
{% endmacro %}

{# The columns of int_sales_periods that a comparison takes over as they are. #}
{% macro sales_columns() %}
    {{ return([
        'currency', 'is_complete_period', 'buyers', 'new_buyers', 'repeat_buyers', 'anonymous_buyers', 'paying_buyers', 'refunds',
        'refunded_orders', 'refunded_orders_before_shipment', 'refunded_orders_after_shipment', 'quality_refunded_orders', 'cogs', 'net_sales',
        'total_sales', 'gross_margin', 'contribution_margin', 'aov', 'aov_net', 'sales_per_buyer', 'price_per_unit', 'units_per_order',
        'refund_rate_by_refund_date', 'refund_rate_by_refund_date_orders', 'refund_rate_before_shipment',
        'refund_rate_before_shipment_orders', 'refund_rate_after_shipment', 'refund_rate_after_shipment_orders', 'quality_refund_rate',
        'quality_refund_rate_orders', 'refund_rate_by_order_cohort', 'refund_rate_by_order_cohort_orders', 'refund_window_closed_share',
        'spend_share',
    ] + sales_counts() + sales_money()) }}
{% endmacro %}
