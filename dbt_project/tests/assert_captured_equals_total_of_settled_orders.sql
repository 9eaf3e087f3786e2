-- What was taken is what a fully paid order came to, where payments are known; an authorization, a capture and a sale
-- of the same money must not count twice.
{{ config(severity='warn') }}
select orders.order_key, orders.total, orders.paid_amount
from {{ ref('int_orders_summed') }} as orders
semi join {{ ref('int_payments') }} as payments using (shop_id, order_id)
where orders.is_paid
    and orders.financial_status in ('paid', 'partially_refunded', 'refunded')
    and abs(orders.total - orders.paid_amount) > 0.02
