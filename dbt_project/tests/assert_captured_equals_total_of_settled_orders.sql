-- What was captured is what a fully paid order came to, where payments are known; one authorization, one capture and
-- one sale of the same money must not count twice.
{{ config(severity='warn') }}
with captured as (
    select {{ entity_key(['shop_id', 'order_id']) }} as order_key, sum(amount) as amount
    from {{ ref('int_payments') }}
    where kind in ('capture', 'sale') and status = 'success'
    group by 1
)

select orders.order_key, orders.total, captured.amount
from {{ ref('int_orders') }} as orders
join captured on captured.order_key = orders.order_key
where orders.total is not null
    and orders.financial_status in ('paid', 'partially_refunded', 'refunded')
    and abs(orders.total - captured.amount) > 0.02
