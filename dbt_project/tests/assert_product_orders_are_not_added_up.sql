-- Orders of several products are one order of the shop: the shop's row never has more than its products together, and never
-- fewer than the product with most; what sold was on sale.
with products as (
    select shop_id, period_type, period_start, sum(orders) as orders, max(orders) as most, sum(products_sold) as sold
    from {{ ref('mart_product_performance') }}
    where level = 'product'
    group by shop_id, period_type, period_start
)

select shops.shop_id, shops.period_type, shops.period_start
from {{ ref('mart_product_performance') }} as shops
join products
    on products.shop_id = shops.shop_id
    and products.period_type = shops.period_type
    and products.period_start = shops.period_start
where shops.level = 'shop'
    and (
        shops.orders > products.orders or shops.orders < products.most or shops.products_sold <> products.sold
        or shops.products_sold > shops.products_on_sale or shops.skus_sold > shops.skus_on_sale
    )
