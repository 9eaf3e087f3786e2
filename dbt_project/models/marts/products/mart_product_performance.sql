{{ config(unique_key=['shop_id', 'product_id', 'period_type', 'period_start']) }}

{% set period_types = ['day', 'week', 'month'] %}
{% set return_window = var('thresholds').return_window_days %}

{# A period is computed again when a line sold in it changed (its later returns included), when it may have become
   complete, and when return windows of its days closed. #}
{% call touched() %}
with days as (
    select shop_id, created_date as day from {{ changed('fct_order_lines') }}
    union
    {{ days_since_previous_as_of() }}
    union
    select shop_id, cast(day - interval '{{ return_window }}' day as date) from ({{ days_since_previous_as_of() }}) as closing
    union
    {# a variant that changed its product #}
    select lines.shop_id, lines.created_date from {{ ref('fct_order_lines') }} as lines
    semi join {{ changed('dim_products') }} as products using (variant_key)
)

select shop_id, period_type, date as period_start from ({{ periods_of_days('days', period_types) }}) as periods
{% endcall %}

with lines as (
    select
        lines.shop_id,
        lines.created_date as day,
        products.product_id,
        lines.order_key,
        lines.units, lines.units_with_cost, lines.returned_units, lines.gross_sales, lines.discounts, lines.returns, lines.net_sales,
        lines.cogs - lines.restocked_cogs as cogs,
        case when lines.created_date + interval '{{ return_window }}' day < shops.as_of_date then lines.units else 0 end
            as units_past_return_window
    from {{ ref('fct_order_lines') }} as lines
    join {{ ref('dim_products') }} as products on products.variant_key = lines.variant_key
    join {{ ref('int_shops') }} as shops on shops.shop_id = lines.shop_id
    where lines.is_counted
    {%- if is_increment() %}
    and {{ in_touched_days('lines.created_date', 'period_start', period_last_day('period_type', 'period_start')) }}
    {%- endif %}
),

periods as (
    {%- if is_increment() %}
    select * from {{ touched_rows() }}
    {%- else %}
    select shop_id, period_type, date as period_start from ({{ periods_of_days('lines', period_types) }}) as all_periods
    {%- endif %}
),

summed as (
    select
        periods.shop_id,
        periods.period_type,
        periods.period_start,
        lines.product_id,
        count(distinct lines.order_key) as orders,
        sum(lines.units) as units,
        sum(lines.returned_units) as returned_units,
        sum(lines.units_past_return_window) as units_past_return_window,
        sum(lines.units_with_cost) as units_with_cost,
        sum(lines.gross_sales) as gross_sales,
        sum(lines.discounts) as discounts,
        sum(lines.returns) as returns,
        sum(lines.net_sales) as net_sales,
        sum(lines.cogs) as cogs
    from periods
    join lines
        on lines.shop_id = periods.shop_id
        and lines.day between periods.period_start and {{ period_last_day('periods.period_type', 'periods.period_start') }}
    group by 1, 2, 3, 4
),

{# What stands before a product in the ranking decides its class, so the best seller is always an A; products that
   sold the same stand beside each other, before neither. #}
ranked as (
    select
        *,
        sum(greatest(net_sales, 0)) over (
            partition by shop_id, period_type, period_start order by net_sales desc
            range between unbounded preceding and current row
        ) - sum(greatest(net_sales, 0)) over (partition by shop_id, period_type, period_start, net_sales) as sales_before,
        sum(greatest(net_sales, 0)) over (partition by shop_id, period_type, period_start) as sales_of_all
    from summed
),

final as (
    select
        ranked.shop_id,
        ranked.product_id,
        ranked.period_type,
        ranked.period_start,
        {{ period_last_day('ranked.period_type', 'ranked.period_start') }} < shops.as_of_date as is_complete_period,
        ranked.orders,
        cast(ranked.units as bigint) as units,
        cast(ranked.units_with_cost as bigint) as units_with_cost,
        cast(ranked.returned_units as bigint) as returned_units,
        cast(ranked.gross_sales as decimal(18, 4)) as gross_sales,
        cast(ranked.discounts as decimal(18, 4)) as discounts,
        cast(ranked.returns as decimal(18, 4)) as returns,
        cast(ranked.net_sales as decimal(18, 4)) as net_sales,
        cast(ranked.cogs as decimal(18, 4)) as cogs,
        cast(ranked.net_sales - ranked.cogs as decimal(18, 4)) as gross_margin,
        cast(ranked.discounts as double) / nullif(cast(ranked.gross_sales as double), 0) as discount_share,
        cast(ranked.returned_units as double) / nullif(ranked.units, 0) as return_rate,
        cast(ranked.units_past_return_window as double) / nullif(ranked.units, 0) as return_window_closed_share,
        case
            when ranked.net_sales <= 0 then 'C'
            when ranked.sales_before * 100 < ranked.sales_of_all * 80 then 'A'
            when ranked.sales_before * 100 < ranked.sales_of_all * 95 then 'B'
            else 'C'
        end as abc_class
    from ranked
    join {{ ref('int_shops') }} as shops on shops.shop_id = ranked.shop_id
)

select * from final
