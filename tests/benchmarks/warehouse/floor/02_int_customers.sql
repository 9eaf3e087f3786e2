-- models: int_customers
create table int_customers as
select
    customer_id, email_hash, phone_hash, country, region, city, accepts_marketing, is_test,
    created_at at time zone 'UTC' as created_at
from read_parquet(getvariable('files') || '/customers/*.parquet', filename = true, file_row_number = true)
qualify row_number() over (partition by customer_id order by updated_at desc, filename desc, file_row_number desc) = 1;
