{{ config(materialized='table') }}

{# As of the first of each month, from what had arrived in the year before: so that a month's reorder points stay as they were. #}
with arrived as (
    select
        orders.shop_id,
        coalesce(orders.supplier_id, '') as supplier_id,
        {{ local_date('orders.received_at', 'shops.timezone') }} as received_date,
        {{ days_between(local_date('orders.ordered_at', 'shops.timezone'), local_date('orders.received_at', 'shops.timezone')) }} as days
    from {{ ref('int_purchase_orders') }} as orders
    join {{ ref('int_shops') }} as shops on shops.shop_id = orders.shop_id
    where orders.received_at <= {{ as_of() }} and orders.received_at >= orders.ordered_at
),

months as (
    select date_day as month_start from {{ ref('dim_dates') }}
    where date_day = month_start and date_day <= {{ latest_date(as_of(), 0) }}
)

select
    arrived.shop_id,
    arrived.supplier_id,
    months.month_start,
    count(*) as deliveries,
    cast(sum(arrived.days) as double) / count(*) as lead_days
from arrived
join months
    on months.month_start > arrived.received_date and months.month_start <= arrived.received_date + interval '365' day
group by arrived.shop_id, arrived.supplier_id, months.month_start
