-- models: int_payments
create table int_payments as
select
    payment_id, order_id, kind, status, gateway,
    cast(amount as decimal(18, 4)) as amount,
    cast(fee as decimal(18, 4)) as fee,
    processed_at at time zone 'UTC' as processed_at
from read_parquet(getvariable('files') || '/payments/*.parquet', filename = true, file_row_number = true)
qualify row_number() over (partition by payment_id order by updated_at desc, filename desc, file_row_number desc) = 1;
