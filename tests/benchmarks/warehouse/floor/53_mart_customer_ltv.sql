-- models: mart_customer_ltv
create table mart_customer_ltv as
with orders as (
    select
        *,
        datediff('day', first_order_date, created_date) as days
    from fct_orders
    where is_valid and not is_anonymous
)

select
    customer_key,
    any_value(cohort_month) as cohort_month,
    any_value(first_order_date) as first_order_date,
    'main' as first_shop_id,
    any_value(first_channel) as first_channel,
    count(*) as orders,
    count(contribution_margin) as orders_with_margin,
    cast(sum(net_sales) as decimal(18, 4)) as revenue_ltv,
    cast(sum(contribution_margin) as decimal(18, 4)) as ltv,
    datediff('day', any_value(first_order_date), getvariable('today')) > 30 as is_window_30_closed,
    count(*) filter (where days <= 30) as orders_30,
    cast(sum(net_sales) filter (where days <= 30) as decimal(18, 4)) as revenue_ltv_30,
    cast(sum(contribution_margin) filter (where days <= 30) as decimal(18, 4)) as ltv_30,
    datediff('day', any_value(first_order_date), getvariable('today')) > 90 as is_window_90_closed,
    count(*) filter (where days <= 90) as orders_90,
    cast(sum(net_sales) filter (where days <= 90) as decimal(18, 4)) as revenue_ltv_90,
    cast(sum(contribution_margin) filter (where days <= 90) as decimal(18, 4)) as ltv_90,
    datediff('day', any_value(first_order_date), getvariable('today')) > 180 as is_window_180_closed,
    count(*) filter (where days <= 180) as orders_180,
    cast(sum(net_sales) filter (where days <= 180) as decimal(18, 4)) as revenue_ltv_180,
    cast(sum(contribution_margin) filter (where days <= 180) as decimal(18, 4)) as ltv_180,
    datediff('day', any_value(first_order_date), getvariable('today')) > 365 as is_window_365_closed,
    count(*) filter (where days <= 365) as orders_365,
    cast(sum(net_sales) filter (where days <= 365) as decimal(18, 4)) as revenue_ltv_365,
    cast(sum(contribution_margin) filter (where days <= 365) as decimal(18, 4)) as ltv_365
from orders
group by customer_key;
