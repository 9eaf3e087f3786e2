-- A line whose order was never delivered would vanish from every mart.
{{ config(severity='warn') }}
select lines.order_line_key
from {{ ref('int_order_lines_priced') }} as lines
left join {{ ref('int_orders') }} as orders on orders.order_key = lines.order_key
where orders.order_key is null
