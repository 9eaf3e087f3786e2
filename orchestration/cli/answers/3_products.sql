-- Which article sells best, and does it come back?
with months as (
    select *, row_number() over (partition by product_id order by period_start desc) as recent
    from mart_product_performance
    where period_type = 'month'
),

products as (
    select
        product_id,
        sum(net_sales) as net_sales,
        sum(units) as units,
        sum(returned_units) as returned_units
    from months
    where recent <= 12
    group by product_id
)

select
    coalesce(any_value(dim_products.title), products.product_id) || ': ' || format('{:,}', any_value(products.units)::bigint) || ' units, net sales '
    || format('{:,.0f}', any_value(products.net_sales)::double) || ', '
    || format('{:.1f}', coalesce(100 * any_value(products.returned_units) / nullif(any_value(products.units), 0), 0)::double) || ' % came back.'
from products
left join dim_products on dim_products.product_id = products.product_id
group by products.product_id
order by any_value(products.net_sales) desc
limit 1
