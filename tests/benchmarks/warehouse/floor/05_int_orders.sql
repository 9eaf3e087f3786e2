-- models: int_orders
create table int_orders as
select
    order_id, customer_id, email_hash, phone_hash, address_hash, device_hash, visitor_id, financial_status, fulfillment_status,
    sales_channel, currency, country, region, live_id, creator_id, is_test,
    utm_source, utm_medium, utm_campaign, utm_content, utm_term,
    cast(discount_total as decimal(18, 4)) as discount_total,
    cast(shipping_total as decimal(18, 4)) as shipping_total,
    cast(tax_total as decimal(18, 4)) as tax_total,
    cast(total as decimal(18, 4)) as total,
    created_at at time zone 'UTC' as created_at,
    paid_at at time zone 'UTC' as paid_at,
    cancelled_at at time zone 'UTC' as cancelled_at,
    deposit_paid_at at time zone 'UTC' as deposit_paid_at,
    ship_by at time zone 'UTC' as ship_by
from read_parquet(getvariable('files') || '/orders/*.parquet', filename = true, file_row_number = true)
qualify row_number() over (partition by order_id order by updated_at desc, filename desc, file_row_number desc) = 1;
