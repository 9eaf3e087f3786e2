{# The figures of a row of `dated`, see performance. #}
{% macro performance_columns() %}
dated.period_type,
dated.period_start,
dated.is_complete_period,
coalesce(dated.is_listed, false) or dated.units > 0 as is_on_sale,
dated.units > 0 as is_moving,
cast(dated.orders as bigint) as orders,
cast(dated.units as bigint) as units,
cast(dated.units_with_cost as bigint) as units_with_cost,
cast(dated.returned_units as bigint) as returned_units,
{%- for measure in ['gross_sales', 'discounts', 'returns', 'net_sales', 'cogs'] %}
cast(dated.{{ measure }} as decimal(18, 4)) as {{ measure }},
{%- endfor %}
cast(dated.net_sales - dated.cogs as decimal(18, 4)) as gross_margin,
{{ rate_of_money('dated.discounts', 'dated.gross_sales') }} as discount_share,
{{ rate('dated.returned_units', 'dated.units') }} as return_rate,
{{ rate_of_money('dated.returns', 'dated.gross_sales - dated.discounts') }} as return_value_rate,
{{ rate('dated.units_past_return_window', 'dated.units') }} as return_window_closed_share,
cast(dated.review_count as bigint) as review_count,
cast(dated.rating_sum as decimal(18, 4)) as rating_sum,
{{ rate('dated.rating_sum', 'dated.review_count') }} as rating,
case when dated.level in ('product', 'variant') then {{ abc_class('net_sales', of='dated.') }} end as abc_class,
case
    when dated.units <= 0 then null
    {%- set bounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000] %}
    {%- for bound in bounds | reverse %}
    when dated.gross_sales >= dated.units * {{ bound }} then '{{ bound }}{{ "+" if loop.first else "-" ~ bounds[-loop.index0] }}'
    {%- endfor %}
    else '0-1'
end as price_band,
cast(dated.days_since_listing as integer) as days_since_listing,
{# By the pace of sales: units a day against those of the period before. #}
case
    when dated.level not in ('product', 'variant') or dated.period_type = 'day' then null
    when dated.days_since_listing between 0 and 30 then 'new'
    when dated.units <= 0 and dated.units_before <= 0 then 'dormant'
    when dated.units * dated.days_before * 4 >= dated.units_before * dated.days_elapsed * 5 then 'growth'
    when dated.units * dated.days_before * 4 <= dated.units_before * dated.days_elapsed * 3 then 'decline'
    else 'mature'
end as lifecycle_stage,
{{ traffic_columns() }}
{% endmacro %}

{# What was seen: impressions and the like are told by events only. A total may tell of views, but not of how many viewed. #}
{% macro traffic_columns() %}
{%- for name in traffic_counts() %}
case when dated.measured_by {{ 'is not null' if name == 'views' else "in ('events', 'both')" }} then cast(coalesce(dated.{{ name }}, 0) as bigint) end
    as {{ name }},
{%- endfor %}
{%- for name in traffic_visits() %}
case when dated.measured_by is not null then cast(case when coalesce(dated.views, 0) = 0 then 0 else dated.{{ name }} end as bigint) end
    as {{ name }},
{%- endfor %}
case when dated.views > 0 then {{ rate('dated.cart_visits', 'dated.view_visits') }} end as view_to_cart_rate,
case when dated.views > 0 then {{ rate('dated.order_visits', 'dated.cart_visits') }} end as cart_to_order_rate,
dated.measured_by as traffic_measured_by
{% endmacro %}

{# The columns of int_product_traffic: what is counted each time, and what once for a session and article. #}
{% macro traffic_counts() %}{{ return(['impressions', 'clicks', 'views', 'cart_adds']) }}{% endmacro %}
{% macro traffic_visits() %}{{ return(['view_visits', 'cart_visits', 'order_visits']) }}{% endmacro %}

{# By what the traffic of a period is known, as a common table expression of performance. #}
{% macro traffic_measured() %}
{# Of a period in which nothing at all was seen nobody knows what was. #}
measured as (
    select
        periods.shop_id, periods.period_type, periods.period_start,
        case when min(days.measured_by) = max(days.measured_by) then min(days.measured_by) else 'both' end as measured_by
    from (
        select distinct shop_id, date as day, measured_by from {{ ref('int_product_traffic') }}
        where level = 'product'
        {%- if is_increment() %}
        and {{ in_touched_days('date', 'period_start', period_last_day('period_type', 'period_start')) }}
        {%- endif %}
    ) as days
    join days_of_periods as periods on periods.shop_id = days.shop_id and periods.day = days.day
    group by periods.shop_id, periods.period_type, periods.period_start
),
{% endmacro %}
