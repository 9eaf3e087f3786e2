-- models: fct_refunds quality_reasons
create table fct_refunds as
select
    'main:' || refunds.refund_id || ':' || refunds.order_line_id as refund_key,
    orders.order_key,
    lines.order_line_key,
    lines.variant_key,
    orders.customer_key,
    'main' as shop_id,
    refunds.refund_id,
    refunds.order_id,
    orders.platform,
    orders.sales_channel,
    refunds.kind,
    refunds.reason,
    refunds.status,
    'given' as order_match,
    refunds.status = 'success' and orders.is_valid as is_counted,
    coalesce(lower(trim(refunds.reason)) in (select reason from read_csv(getvariable('seeds') || '/quality_reasons.csv')), false) as is_quality,
    coalesce(refunds.restocked, false) as is_restocked,
    refunds.before_shipment as is_before_shipment,
    refunds.quantity,
    cast(0 as bigint) as unmatched_quantity,
    refunds.amount,
    cast(if(refunds.status = 'success' and not orders.is_test, refunds.merchandise_amount, 0) as decimal(18, 4)) as merchandise_amount,
    orders.reporting_rate,
    cast(if(is_counted, refunds.amount, 0) as decimal(18, 4)) as refunded_amount,
    cast(if(is_counted, refunds.merchandise_amount, 0) as decimal(18, 4)) as returns,
    cast(if(is_counted, refunds.shipping_amount, 0) as decimal(18, 4)) as returned_shipping,
    cast(if(is_counted, refunds.tax_amount, 0) as decimal(18, 4)) as returned_tax,
    cast(if(is_counted and is_restocked and lines.is_counted, refunds.quantity * lines.unit_cost, 0) as decimal(18, 4)) as restocked_cogs,
    refunds.requested_at,
    refunds.refunded_at,
    cast(timezone(getvariable('timezone'), timezone('UTC', refunds.refunded_at)) as date) as refunded_date,
    orders.created_date as order_created_date
from known_refunds as refunds
join fct_orders as orders using (order_id)
join fct_order_lines as lines on lines.order_id = refunds.order_id and lines.order_line_id = refunds.order_line_id;
