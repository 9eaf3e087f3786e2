-- models: fct_order_costs
-- Of all costs of selling these files have payment fees.
create table fct_order_costs as
select
    'payment:main:' || payments.payment_id as cost_key,
    orders.order_key,
    'main' as shop_id,
    payments.order_id,
    orders.platform,
    orders.sales_channel,
    'payment_fees' as cost_kind,
    payments.kind,
    'payments' as told_by,
    not orders.is_test as is_counted,
    orders.is_valid as is_of_valid_order,
    payments.fee as amount,
    if(is_counted, payments.fee, 0) as cost,
    orders.reporting_rate,
    cast(null as varchar) as live_id,
    cast(null as varchar) as creator_id,
    payments.processed_at as incurred_at,
    cast(timezone(getvariable('timezone'), timezone('UTC', payments.processed_at)) as date) as incurred_date,
    orders.created_date as order_created_date
from int_payments as payments
join fct_orders as orders using (order_id)
where payments.fee <> 0 and payments.status = 'success' and payments.processed_at <= getvariable('as_of');
