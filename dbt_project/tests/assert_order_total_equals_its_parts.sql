-- Where a source says what an order comes to, its lines must come to the same: value − discounts + shipping + tax,
-- within 0.02 for each line (rounding). Fees and adjustments are lines too.
{{ config(severity='warn') }}
with lines as (
    select order_key, count(*) as line_count, sum(value - discount) as value, sum(tax) as tax,
        sum(case when line_type = 'shipping' then value - discount else 0 end) as shipping
    from {{ ref('int_order_lines_priced') }}
    group by order_key
)

select orders.order_key, orders.total, lines.value, orders.shipping_total, orders.tax_total
from {{ ref('int_orders') }} as orders
join lines on lines.order_key = orders.order_key
where orders.total is not null
    and abs(
        orders.total
        - (lines.value + case when lines.shipping <> 0 then 0 else coalesce(orders.shipping_total, 0) end
            + coalesce(orders.tax_total, lines.tax, 0))
    ) > 0.02 * lines.line_count
