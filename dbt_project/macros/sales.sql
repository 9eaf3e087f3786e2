{# What adds up in the sales of a period, money first. #}
{% macro sales_money() %}
    {{ return([
        'gross_sales', 'discounts', 'discounts_seller', 'discounts_platform', 'discounts_creator', 'shipping', 'tax', 'gmv', 'shopify_net_sales',
        'jd_deal_amount', 'closed_net_sales', 'paid_amount', 'gross_sales_by_paid_date', 'cohort_refunded_amount', 'refund_window_closed_amount',
        'gross_sales_by_fulfilled_date', 'returns_by_refund_date', 'refunded_amount', 'refunded_before_shipment', 'refunded_after_shipment',
        'quality_refunded_amount', 'ad_spend',
    ] + cost_kinds()) }}
{% endmacro %}
{% macro sales_counts() %}
    {{ return([
        'orders', 'orders_placed', 'units', 'units_with_cost', 'closed_orders', 'paid_orders', 'cohort_refunded_orders', 'fulfilled_orders',
        'refund_lines',
    ]) }}
{% endmacro %}

{#
  The clocks of sales: each says in which relation, by which date and under which condition something counts, and what of
  it. An order counts when it was placed, again when it was paid, when its last parcel left, and on the date of its deal;
  refunds, costs and advertising on theirs. What a clock does not name is 0 of it (or unknown, of what is no number).
#}
{% macro sales_clocks() %}
{% set window = var('thresholds').return_window_days %}
{% set valid = 'case when is_valid then 1 else 0 end' %}
{% set placed = {
    'who': 'customer_key', 'is_sale': 'is_valid', 'is_anonymous': 'is_anonymous', 'is_new': 'is_first_order',
    'is_new_365d': 'is_new_buyer_365d', 'first_order_date': 'first_order_date', 'is_new_anywhere': 'coalesce(order_number_anywhere = 1, false)',
    'is_new_365d_anywhere': 'is_new_buyer_365d_anywhere', 'first_order_date_anywhere': 'first_order_date_anywhere', 'cogs': 'cogs', 'orders': valid, 'orders_placed': '1',
    'gmv': 'order_total', 'shopify_net_sales': 'placed_gross_sales - placed_discounts',
    'closed_orders': 'case when is_valid and created_date + interval \'' ~ window ~ '\' day < as_of_date then 1 else 0 end',
    'closed_net_sales': 'case when is_valid and created_date + interval \'' ~ window ~ '\' day < as_of_date then net_sales else 0 end',
} %}
{% for name in ['units', 'units_with_cost', 'gross_sales', 'discounts', 'discounts_seller', 'discounts_platform', 'discounts_creator', 'shipping',
    'tax'] %}{% do placed.update({name: name}) %}{% endfor %}
{% set refunded = {
    'who': 'refund_id', 'is_counted_refund': 'is_counted', 'order_key': 'order_key', 'cogs': 'restocked_cogs', 'returns_by_refund_date': 'returns',
    'is_before_shipment': 'is_before_shipment', 'is_quality': 'is_quality', 'refund_lines': 'case when is_counted then 1 else 0 end',
    'shipping': '-returned_shipping', 'tax': '-returned_tax', 'refunded_amount': 'refunded_amount', 'shopify_net_sales': '-merchandise_amount',
    'refunded_before_shipment': 'case when is_before_shipment then refunded_amount else 0 end',
    'refunded_after_shipment': 'case when is_before_shipment then 0 else refunded_amount end',
    'quality_refunded_amount': 'case when is_quality then refunded_amount else 0 end',
} %}
{% set paid = {
    'who': 'customer_key', 'paid_amount': 'paid_amount', 'paid_orders': '1', 'gross_sales_by_paid_date': 'gross_sales',
    'cohort_refunded_amount': 'refunded_amount', 'cohort_refunded_orders': 'case when refunded_amount > 0 then 1 else 0 end',
    'refund_window_closed_amount': 'case when paid_date + interval \'' ~ window ~ '\' day < as_of_date then paid_amount else 0 end',
} %}
{% set costs = {} %}
{% for kind in cost_kinds() %}{% do costs.update({kind: "case when cost_kind = '" ~ kind ~ "' then cost else 0 end"}) %}{% endfor %}
{{ return([
    ('placed', ref('fct_orders'), 'created_date', 'not is_test', placed),
    ('paid', ref('fct_orders'), 'paid_date', 'is_valid and paid_date is not null', paid),
    ('deal', ref('fct_orders'), 'deal_date', 'is_valid and deal_date is not null',
        {'jd_deal_amount': 'gross_sales - discounts_seller + tax + shipping'}),
    ('fulfilled', ref('fct_orders'), 'fulfilled_date', 'is_valid and fulfilled_date is not null',
        {'gross_sales_by_fulfilled_date': 'gross_sales', 'fulfilled_orders': '1'}),
    ('refunded', ref('fct_refunds'), 'refunded_date', "status = 'success'", refunded),
    ('costs', ref('fct_order_costs'), 'incurred_date', 'is_counted', costs),
    ('ads', ref('int_ad_spend_daily'), 'date', 'true', {'ad_spend': 'spend', 'sales_channel': 'cast(null as string)'}),
]) }}
{% endmacro %}

{# The facts of all clocks as one relation. #}
{% macro sales_facts() %}
{%- set words = {'sales_channel': 'sales_channel', 'who': 'cast(null as string)', 'order_key': 'cast(null as string)', 'is_sale': 'false',
    'is_counted_refund': 'false', 'is_anonymous': 'false', 'is_new': 'false', 'is_new_365d': 'false', 'first_order_date': 'cast(null as date)',
    'is_new_anywhere': 'false', 'is_new_365d_anywhere': 'false', 'first_order_date_anywhere': 'cast(null as date)',
    'is_before_shipment': 'cast(null as boolean)', 'is_quality': 'false', 'cogs': 'cast(null as decimal(18, 4))'} -%}
{%- for clock, relation, day, condition, given in sales_clocks() %}
select
    facts.shop_id,
    {{ day }} as day,
    facts.platform,
    '{{ clock }}' as clock,
    facts.reporting_rate,
    {%- for name, otherwise in words.items() %}
    {{ given.get(name, otherwise) }} as {{ name }},
    {%- endfor %}
    {%- for name in sales_counts() %}
    cast({{ given.get(name, '0') }} as bigint) as {{ name }},
    {%- endfor %}
    {%- for name in sales_money() %}
    cast({{ given.get(name, '0') }} as decimal(18, 4)) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ relation }} as facts
join (select shop_id as shop, as_of_date from {{ ref('int_shops') }}) as shops on shops.shop = facts.shop_id
where {{ condition }}
{%- if is_increment() %}
    and {{ in_touched_days(day, period_first_day(), period_last_day()) }}
{%- endif %}
{{ 'union all' if not loop.last }}
{%- endfor %}
{% endmacro %}
