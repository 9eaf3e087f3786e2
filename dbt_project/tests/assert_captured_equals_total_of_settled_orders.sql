-- What was taken is what a fully paid order came to, where payments are known; an authorization, a capture and a sale
-- of the same money must not count twice.
{{ config(severity='warn') }}
select order_key, total, paid_amount
from {{ ref('int_orders_summed') }}
where is_paid
    and financial_status in ('paid', 'partially_refunded', 'refunded')
    and order_key in (select {{ entity_key(['shop_id', 'order_id']) }} from {{ ref('int_payments') }})
    and abs(total - paid_amount) > 0.02
