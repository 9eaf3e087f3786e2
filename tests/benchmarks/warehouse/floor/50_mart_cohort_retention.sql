-- models: int_cohort_cells mart_cohort_retention
-- Everybody is of one cohort and came by one channel, so that customers, too, add up over channels.
create temp macro cohorts(unit) as table
with by_channel as (
    select
        first_channel,
        cast(date_trunc(unit, first_order_date) as date) as cohort,
        cast(date_trunc(unit, created_date) as date) as activity,
        count(distinct customer_key) as active_customers,
        count(*) as orders,
        count(contribution_margin) as orders_with_margin,
        sum(net_sales) as net_sales,
        sum(returns) as returns,
        sum(gross_margin) as gross_margin,
        sum(contribution_margin) as contribution_margin
    from fct_orders
    where is_valid and not is_anonymous
    group by all
),

cells as (
    from by_channel
    union all by name
    select 'all' as first_channel, cohort, activity, sum(columns(* exclude (first_channel, cohort, activity)))
    from by_channel
    group by cohort, activity
),

periods as (
    select cohorts.first_channel, cohorts.cohort, cohorts.active_customers as cohort_size, spine.activity
    from cells as cohorts
    join (
        select distinct cast(date_trunc(unit, day) as date) as activity
        from (
            select unnest(generate_series((select min(created_date) from fct_orders), getvariable('today'), interval 1 day)) as day
        )
    ) as spine on spine.activity >= cohorts.cohort
    where cohorts.activity = cohorts.cohort
)

select
    'main' as shop_id,
    first_channel,
    cohort,
    cast(if(unit = 'month', datediff('month', cohort, activity), datediff('day', cohort, activity) // 7) as integer) as period_number,
    activity,
    activity + if(unit = 'month', interval 1 month, interval 7 day) <= getvariable('today') as is_complete_period,
    getvariable('currency') as currency,
    cohort_size,
    cast(coalesce(active_customers, 0) as bigint) as active,
    cast(active as double) / cohort_size as retention_rate,
    cast(coalesce(orders, 0) as bigint) as orders_then,
    cast(coalesce(orders_with_margin, 0) as bigint) as orders_with_margin,
    cast(sum(orders) over so_far as bigint) as cumulative_orders,
    cast(coalesce(net_sales + returns, 0) as decimal(18, 4)) as sales_before_returns,
    cast(coalesce(net_sales, 0) as decimal(18, 4)) as net_sales,
    cast(coalesce(gross_margin, 0) as decimal(18, 4)) as gross_margin,
    cast(coalesce(contribution_margin, 0) as decimal(18, 4)) as contribution_margin,
    cast(sum(cells.net_sales) over so_far as decimal(18, 4)) as cumulative_net_sales,
    cast(sum(cells.contribution_margin) over so_far as decimal(18, 4)) as cumulative_contribution_margin,
    cast(cast(cumulative_net_sales as double) / cohort_size as decimal(18, 4)) as cumulative_revenue_ltv,
    cast(cast(cumulative_contribution_margin as double) / cohort_size as decimal(18, 4)) as cumulative_ltv,
    cast(coalesce(net_sales, 0) as decimal(18, 4)) as net_sales_reporting,
    cast(coalesce(gross_margin, 0) as decimal(18, 4)) as gross_margin_reporting,
    cast(coalesce(contribution_margin, 0) as decimal(18, 4)) as contribution_margin_reporting,
    cumulative_revenue_ltv as cumulative_revenue_ltv_reporting,
    cumulative_ltv as cumulative_ltv_reporting
from periods
left join cells using (first_channel, cohort, activity)
window so_far as (partition by first_channel, cohort order by activity);

create table mart_cohort_retention as
select * rename (cohort as cohort_month, activity as activity_month, active as active_customers, orders_then as orders)
from cohorts('month');
