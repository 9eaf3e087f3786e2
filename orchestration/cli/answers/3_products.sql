-- Which article sells best, and does it come back?
with months as (
    select *, row_number() over (partition by shop_id, product_id order by period_start desc) as recent
    from mart_product_performance
    where period_type = 'month' and level = 'product'
),

products as (
    select
        shop_id,
        product_id,
        sum(net_sales) as net_sales,
        sum(units) as units,
        sum(returned_units) as returned_units
    from months
    where recent <= 12
    group by shop_id, product_id
    qualify row_number() over (partition by shop_id order by sum(net_sales) desc, product_id) = 1
),

currencies as (select shop_id, max(currency) as currency from fct_orders group by shop_id),

titles as (select shop_id, product_id, min(title) as title from dim_products group by shop_id, product_id)

select
    products.shop_id || ', ' || coalesce(titles.title, products.product_id) || ': ' || format('{:,}', units::bigint) || ' units in a year, net sales '
    || currency || ' ' || format('{:,.0f}', net_sales::double) || ', '
    || format('{:.1f}', coalesce(100 * returned_units / nullif(units, 0), 0)::double) || ' % came back.'
from products
inner join currencies on currencies.shop_id = products.shop_id
left join titles on titles.shop_id = products.shop_id and titles.product_id = products.product_id
order by products.shop_id
