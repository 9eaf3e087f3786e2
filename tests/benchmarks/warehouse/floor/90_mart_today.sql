-- models: mart_today
-- Whether an order has left, its status says.
create temp table now_there as
select timezone(getvariable('timezone'), timezone('UTC', getvariable('as_of'))) as now_at;

create temp table days_compared as
select cast(now_at as date) - ago as day, ago, now_at - to_days(ago) as until
from now_there cross join (values (0), (1), (7)) as days (ago);

create table mart_today as
with facts as (
    select ago, hour(timezone(getvariable('timezone'), timezone('UTC', created_at))) as at_hour, customer_key, gross_sales, 0 as paid_amount
    from fct_orders
    join days_compared on day = created_date and timezone(getvariable('timezone'), timezone('UTC', created_at)) <= until
    where is_valid
    union all
    select ago, hour(timezone(getvariable('timezone'), timezone('UTC', paid_at))), null, 0, paid_amount
    from fct_orders
    join days_compared on day = paid_date and timezone(getvariable('timezone'), timezone('UTC', paid_at)) <= until
    where is_valid
),

hours as (
    select cast(range as integer) as hour, hour(now_at) as hour_now
    from now_there cross join range(24)
    where range <= hour(now_at)
),

counted as (
    select
        hour,
        any_value(hour_now) as hour_now,
        count(customer_key) filter (where ago = 0 and at_hour = hour) as orders,
        sum(gross_sales) filter (where ago = 0 and at_hour = hour) as gross_sales,
        sum(paid_amount) filter (where ago = 0 and at_hour = hour) as paid_amount,
        count(customer_key) filter (where ago = 0) as orders_so_far,
        count(distinct customer_key) filter (where ago = 0) as buyers_so_far,
        sum(gross_sales) filter (where ago = 0) as gross_sales_so_far,
        sum(paid_amount) filter (where ago = 0) as paid_amount_so_far,
        count(customer_key) filter (where ago = 1) as orders_yesterday,
        count(distinct customer_key) filter (where ago = 1) as buyers_yesterday,
        sum(gross_sales) filter (where ago = 1) as gross_sales_yesterday,
        sum(paid_amount) filter (where ago = 1) as paid_amount_yesterday,
        count(customer_key) filter (where ago = 7) as orders_last_week,
        count(distinct customer_key) filter (where ago = 7) as buyers_last_week,
        sum(gross_sales) filter (where ago = 7) as gross_sales_last_week,
        sum(paid_amount) filter (where ago = 7) as paid_amount_last_week
    from hours left join facts on at_hour <= hour
    group by hour
),

waiting as (
    select
        count(*) filter (where waits) as orders_to_ship,
        count(*) filter (where waits and ship_by > getvariable('as_of') and ship_by <= getvariable('as_of') + interval 24 hour) as due,
        count(*) filter (where waits and ship_by <= getvariable('as_of')) as past_due
    from (
        select told.ship_by, orders.fulfillment_status in ('unfulfilled', 'partial') as waits
        from fct_orders as orders join int_orders as told using (order_id)
        where orders.is_valid and orders.cancelled_at is null and orders.financial_status <> 'refunded'
            and orders.created_at >= getvariable('as_of') - interval 90 day
    )
),

pending as (
    select count(distinct refund_id) as refunds_pending, coalesce(sum(amount), 0) as refunds_pending_amount
    from fct_refunds
    where status = 'pending' and refunded_at >= getvariable('as_of') - interval 90 day
),

in_vain as (
    select
        count(*) filter (where out_of_stock_sessions_7_days > 0) as campaigns_out_of_stock,
        coalesce(sum(spend_out_of_stock), 0) as spend_out_of_stock
    from mart_today_ads
    where product_id = 'all'
)

select
    'main' as shop_id,
    getvariable('platform') as platform,
    getvariable('today') as date,
    hour,
    hour < hour_now as is_complete_period,
    * exclude (hour, hour_now, orders_to_ship, due, past_due, refunds_pending, refunds_pending_amount, campaigns_out_of_stock,
        spend_out_of_stock)
        replace (
            cast(coalesce(gross_sales, 0) as decimal(18, 4)) as gross_sales,
            cast(coalesce(paid_amount, 0) as decimal(18, 4)) as paid_amount,
            cast(coalesce(gross_sales_so_far, 0) as decimal(18, 4)) as gross_sales_so_far,
            cast(coalesce(paid_amount_so_far, 0) as decimal(18, 4)) as paid_amount_so_far,
            cast(coalesce(gross_sales_yesterday, 0) as decimal(18, 4)) as gross_sales_yesterday,
            cast(coalesce(paid_amount_yesterday, 0) as decimal(18, 4)) as paid_amount_yesterday,
            cast(coalesce(gross_sales_last_week, 0) as decimal(18, 4)) as gross_sales_last_week,
            cast(coalesce(paid_amount_last_week, 0) as decimal(18, 4)) as paid_amount_last_week
        ),
    cast(coalesce(paid_amount_so_far, 0) as double) / nullif(cast(paid_amount_yesterday as double), 0) as paid_amount_to_yesterday,
    cast(coalesce(paid_amount_so_far, 0) as double) / nullif(cast(paid_amount_last_week as double), 0) as paid_amount_to_last_week,
    if(hour = hour_now, orders_to_ship, null) as orders_to_ship,
    if(hour = hour_now, due, null) as orders_due_within_24h,
    if(hour = hour_now, past_due, null) as orders_past_due,
    if(hour = hour_now, refunds_pending, null) as refunds_pending,
    cast(if(hour = hour_now, refunds_pending_amount, null) as decimal(18, 4)) as refunds_pending_amount,
    if(hour = hour_now, campaigns_out_of_stock, null) as campaigns_out_of_stock,
    cast(if(hour = hour_now, spend_out_of_stock, null) as decimal(18, 4)) as spend_out_of_stock
from counted cross join waiting cross join pending cross join in_vain;
