-- The lines of an order carry the order's sales, discounts and units, and each refund of an order is shared out whole.
with lines as (
    select order_key, sum(gross_sales) as gross_sales, sum(discounts) as discounts,
         sum(discounts_seller) as discounts_seller, sum(returns) as returns, sum(units) as units
    from {{ ref('fct_order_lines') }}
    group by order_key
)

select orders.order_key, orders.gross_sales, lines.gross_sales as gross_sales_of_lines, orders.returns, lines.returns as returns_of_lines
from {{ ref('fct_orders') }} as orders
join lines on lines.order_key = orders.order_key
where orders.gross_sales <> lines.gross_sales
    or orders.discounts <> lines.discounts
    or orders.discounts_seller <> lines.discounts_seller
    or orders.units <> lines.units
    -- money given back for lines that are no sales (postage, fees) belongs to no sold line
    or lines.returns > orders.returns
