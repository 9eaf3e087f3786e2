-- models: int_refunds
create table int_refunds as
select
    refund_id, order_id, order_line_id, quantity, status, kind, reason, before_shipment, restocked,
    cast(amount as decimal(18, 4)) as amount,
    cast(merchandise_amount as decimal(18, 4)) as merchandise_amount,
    cast(shipping_amount as decimal(18, 4)) as shipping_amount,
    cast(tax_amount as decimal(18, 4)) as tax_amount,
    requested_at at time zone 'UTC' as requested_at,
    refunded_at at time zone 'UTC' as refunded_at
from read_parquet(getvariable('files') || '/refunds/*.parquet', filename = true, file_row_number = true)
qualify row_number() over (partition by refund_id, order_line_id order by updated_at desc, filename desc, file_row_number desc) = 1;
