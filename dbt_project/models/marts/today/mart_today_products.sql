{{ config(materialized='table') }}

with sold as (
    select
        lines.shop_id,
        lines.created_date as day,
        lines.created_at as at,
        products.product_id,
        lines.units,
        lines.gross_sales
    from {{ ref('fct_order_lines') }} as lines
    join {{ ref('dim_products') }} as products on products.variant_key = lines.variant_key
    where lines.is_counted and lines.created_date between {{ earliest_date(as_of(), 7) }} and {{ latest_date(as_of(), 0) }}
),

facts as (
    {{ until_this_time('sold') }}
),

summed as (
    select
        shop_id,
        product_id,
        {%- for name, days in compared_days().items() %}
        coalesce(sum(units) filter (where days_ago = {{ days }}), 0) as units_{{ name }},
        coalesce(sum(gross_sales) filter (where days_ago = {{ days }}), 0) as gross_sales_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from facts
    group by shop_id, product_id
),

{# Against the mean of the two days; twice the change is a whole number, by which they are ranked without rounding. #}
changed as (
    select *, 2 * units_so_far - units_yesterday - units_last_week as twice_the_change from summed
),

final as (
    select
        changed.shop_id,
        shops.platform,
        shops.as_of_date as date,
        changed.product_id,
        {%- for name in compared_days() %}
        cast(changed.units_{{ name }} as bigint) as units_{{ name }},
        cast(changed.gross_sales_{{ name }} as decimal(18, 4)) as gross_sales_{{ name }},
        {%- endfor %}
        cast(changed.twice_the_change as double) / 2 as units_change,
        case
            when changed.twice_the_change > 0 then 'rising'
            when changed.twice_the_change < 0 then 'falling'
            else 'level'
        end as direction,
        cast(row_number() over (
            partition by changed.shop_id, changed.twice_the_change > 0, changed.twice_the_change < 0
            order by abs(changed.twice_the_change) desc, changed.gross_sales_so_far desc, changed.product_id
        ) as integer) as place
    from changed
    join {{ ref('int_shops') }} as shops on shops.shop_id = changed.shop_id
)

select * from final
