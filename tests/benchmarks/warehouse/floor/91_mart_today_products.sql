-- models: mart_today_products
create table mart_today_products as
with summed as (
    select
        products.product_id,
        coalesce(sum(lines.units) filter (where ago = 0), 0) as units_so_far,
        coalesce(sum(lines.units) filter (where ago = 1), 0) as units_yesterday,
        coalesce(sum(lines.units) filter (where ago = 7), 0) as units_last_week,
        coalesce(sum(lines.gross_sales) filter (where ago = 0), 0) as gross_sales_so_far,
        coalesce(sum(lines.gross_sales) filter (where ago = 1), 0) as gross_sales_yesterday,
        coalesce(sum(lines.gross_sales) filter (where ago = 7), 0) as gross_sales_last_week,
        2 * units_so_far - units_yesterday - units_last_week as change
    from fct_order_lines as lines
    join days_compared
        on day = lines.created_date and timezone(getvariable('timezone'), timezone('UTC', lines.created_at)) <= until
    join dim_products as products using (variant_key)
    where lines.is_counted
    group by products.product_id
)

select
    'main' as shop_id,
    getvariable('platform') as platform,
    getvariable('today') as date,
    product_id,
    cast(units_so_far as bigint) as units_so_far,
    cast(gross_sales_so_far as decimal(18, 4)) as gross_sales_so_far,
    cast(units_yesterday as bigint) as units_yesterday,
    cast(gross_sales_yesterday as decimal(18, 4)) as gross_sales_yesterday,
    cast(units_last_week as bigint) as units_last_week,
    cast(gross_sales_last_week as decimal(18, 4)) as gross_sales_last_week,
    cast(change as double) / 2 as units_change,
    case sign(change) when 1 then 'rising' when -1 then 'falling' else 'level' end as direction,
    cast(
        row_number() over (partition by sign(change) order by abs(change) desc, gross_sales_so_far desc, product_id) as integer
    ) as place
from summed;
