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
cast(dated.discounts as double) / nullif(cast(dated.gross_sales as double), 0) as discount_share,
cast(dated.returned_units as double) / nullif(dated.units, 0) as return_rate,
cast(dated.returns as double) / nullif(cast(dated.gross_sales - dated.discounts as double), 0) as return_value_rate,
cast(dated.units_past_return_window as double) / nullif(dated.units, 0) as return_window_closed_share,
cast(dated.review_count as bigint) as review_count,
cast(dated.rating_sum as decimal(18, 4)) as rating_sum,
cast(dated.rating_sum as double) / nullif(dated.review_count, 0) as rating,
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
end as lifecycle_stage
{% endmacro %}
