-- models: mart_cohort_ltv
create table mart_cohort_ltv as
with orders as (
    select
        *,
        first_order_date + interval 30 day >= created_date as in_30,
        first_order_date + interval 90 day >= created_date as in_90,
        first_order_date + interval 180 day >= created_date as in_180,
        first_order_date + interval 365 day >= created_date as in_365
    from fct_orders
    where is_valid and not is_anonymous
),

by_channel as (
    select
        first_channel,
        cohort_month,
        count(*) filter (where customer_order_number = 1) as cohort_size,
        count(*) filter (where in_30) as orders_30,
        count(contribution_margin) filter (where in_30) as orders_with_margin_30,
        count(*) filter (where in_30 and customer_order_number = 2) as repurchasers_30,
        sum(net_sales) filter (where in_30) as net_sales_30,
        sum(contribution_margin) filter (where in_30) as contribution_margin_30,
        count(*) filter (where in_90) as orders_90,
        count(contribution_margin) filter (where in_90) as orders_with_margin_90,
        count(*) filter (where in_90 and customer_order_number = 2) as repurchasers_90,
        sum(net_sales) filter (where in_90) as net_sales_90,
        sum(contribution_margin) filter (where in_90) as contribution_margin_90,
        count(*) filter (where in_180) as orders_180,
        count(contribution_margin) filter (where in_180) as orders_with_margin_180,
        count(*) filter (where in_180 and customer_order_number = 2) as repurchasers_180,
        sum(net_sales) filter (where in_180) as net_sales_180,
        sum(contribution_margin) filter (where in_180) as contribution_margin_180,
        count(*) filter (where in_365) as orders_365,
        count(contribution_margin) filter (where in_365) as orders_with_margin_365,
        count(*) filter (where in_365 and customer_order_number = 2) as repurchasers_365,
        sum(net_sales) filter (where in_365) as net_sales_365,
        sum(contribution_margin) filter (where in_365) as contribution_margin_365
    from orders
    group by first_channel, cohort_month
),

cohorts as (
    from by_channel
    union all by name
    select 'all' as first_channel, cohort_month, sum(columns(* exclude (first_channel, cohort_month)))
    from by_channel
    group by cohort_month
)

select
    'main' as shop_id,
    first_channel,
    cohort_month,
    getvariable('currency') as currency,
    cast(cohort_size as bigint) as cohort_size,
    last_day(cohort_month) + interval 30 day < getvariable('today') as is_window_30_closed,
    cast(orders_30 as bigint) as orders_30,
    cast(orders_with_margin_30 as bigint) as orders_with_margin_30,
    cast(repurchasers_30 as bigint) as repurchasers_30,
    cast(repurchasers_30 as double) / cohort_size as repurchase_rate_30,
    cast(net_sales_30 as decimal(18, 4)) as net_sales_30,
    cast(cast(net_sales_30 as double) / cohort_size as decimal(18, 4)) as revenue_ltv_30,
    cast(contribution_margin_30 as decimal(18, 4)) as contribution_margin_30,
    cast(cast(contribution_margin_30 as double) / cohort_size as decimal(18, 4)) as ltv_30,
    cast(net_sales_30 as decimal(18, 4)) as net_sales_30_reporting,
    revenue_ltv_30 as revenue_ltv_30_reporting,
    cast(contribution_margin_30 as decimal(18, 4)) as contribution_margin_30_reporting,
    ltv_30 as ltv_30_reporting,
    last_day(cohort_month) + interval 90 day < getvariable('today') as is_window_90_closed,
    cast(orders_90 as bigint) as orders_90,
    cast(orders_with_margin_90 as bigint) as orders_with_margin_90,
    cast(repurchasers_90 as bigint) as repurchasers_90,
    cast(repurchasers_90 as double) / cohort_size as repurchase_rate_90,
    cast(net_sales_90 as decimal(18, 4)) as net_sales_90,
    cast(cast(net_sales_90 as double) / cohort_size as decimal(18, 4)) as revenue_ltv_90,
    cast(contribution_margin_90 as decimal(18, 4)) as contribution_margin_90,
    cast(cast(contribution_margin_90 as double) / cohort_size as decimal(18, 4)) as ltv_90,
    cast(net_sales_90 as decimal(18, 4)) as net_sales_90_reporting,
    revenue_ltv_90 as revenue_ltv_90_reporting,
    cast(contribution_margin_90 as decimal(18, 4)) as contribution_margin_90_reporting,
    ltv_90 as ltv_90_reporting,
    last_day(cohort_month) + interval 180 day < getvariable('today') as is_window_180_closed,
    cast(orders_180 as bigint) as orders_180,
    cast(orders_with_margin_180 as bigint) as orders_with_margin_180,
    cast(repurchasers_180 as bigint) as repurchasers_180,
    cast(repurchasers_180 as double) / cohort_size as repurchase_rate_180,
    cast(net_sales_180 as decimal(18, 4)) as net_sales_180,
    cast(cast(net_sales_180 as double) / cohort_size as decimal(18, 4)) as revenue_ltv_180,
    cast(contribution_margin_180 as decimal(18, 4)) as contribution_margin_180,
    cast(cast(contribution_margin_180 as double) / cohort_size as decimal(18, 4)) as ltv_180,
    cast(net_sales_180 as decimal(18, 4)) as net_sales_180_reporting,
    revenue_ltv_180 as revenue_ltv_180_reporting,
    cast(contribution_margin_180 as decimal(18, 4)) as contribution_margin_180_reporting,
    ltv_180 as ltv_180_reporting,
    last_day(cohort_month) + interval 365 day < getvariable('today') as is_window_365_closed,
    cast(orders_365 as bigint) as orders_365,
    cast(orders_with_margin_365 as bigint) as orders_with_margin_365,
    cast(repurchasers_365 as bigint) as repurchasers_365,
    cast(repurchasers_365 as double) / cohort_size as repurchase_rate_365,
    cast(net_sales_365 as decimal(18, 4)) as net_sales_365,
    cast(cast(net_sales_365 as double) / cohort_size as decimal(18, 4)) as revenue_ltv_365,
    cast(contribution_margin_365 as decimal(18, 4)) as contribution_margin_365,
    cast(cast(contribution_margin_365 as double) / cohort_size as decimal(18, 4)) as ltv_365,
    cast(net_sales_365 as decimal(18, 4)) as net_sales_365_reporting,
    revenue_ltv_365 as revenue_ltv_365_reporting,
    cast(contribution_margin_365 as decimal(18, 4)) as contribution_margin_365_reporting,
    ltv_365 as ltv_365_reporting
from cohorts;
