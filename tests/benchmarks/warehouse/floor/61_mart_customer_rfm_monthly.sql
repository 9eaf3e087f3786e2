-- models: int_customer_windows_monthly mart_customer_rfm_monthly
-- An order counts from the month in which it was placed and paid, with what went back only later still in it.
create table mart_customer_rfm_monthly as
with orders as (
    select
        order_id,
        customer_key,
        created_date,
        net_sales_reporting,
        date_trunc('month', greatest(created_date, paid_date)) as first_month,
        least(created_date + 364, cast(date_trunc('month', getvariable('today')) as date) - 1) as last_day
    from fct_orders
    where is_valid and not is_anonymous
),

amounts as (
    select customer_key, created_date, net_sales_reporting as amount, 1 as orders, first_month, last_day from orders
    union all
    select orders.customer_key, null, refunds.returns, 0, orders.first_month, least(orders.last_day, refunds.refunded_date - 1)
    from orders
    join fct_refunds as refunds using (order_id)
    where refunds.is_counted
),

by_month as (
    select
        *,
        cast(unnest(generate_series(first_month, date_trunc('month', last_day + 1) - interval 1 month, interval 1 month)) as date) as month
    from amounts
),

customers as (
    select
        customer_key,
        month,
        datediff('day', max(created_date), last_day(month)) as recency_days,
        cast(sum(orders) as bigint) as frequency,
        cast(sum(amount) as decimal(18, 4)) as monetary
    from by_month
    group by customer_key, month
),

cuts as (
    select
        month,
        quantile_cont(cast(-recency_days as double), [0.2, 0.4, 0.6, 0.8]) as of_recency,
        quantile_cont(cast(frequency as double), [0.2, 0.4, 0.6, 0.8]) as of_frequency,
        quantile_cont(cast(monetary as double), [0.2, 0.4, 0.6, 0.8]) as of_monetary
    from customers
    group by month
),

scored as (
    select
        customers.*,
        score(cast(-recency_days as double), of_recency) as recency_score,
        score(cast(frequency as double), of_frequency) as frequency_score,
        score(cast(monetary as double), of_monetary) as monetary_score
    from customers join cuts using (month)
)

select
    customer_key,
    month,
    last_day(month) as as_of_date,
    true as is_complete_period,
    cast(recency_days as integer) as recency_days,
    frequency,
    monetary,
    recency_score,
    frequency_score,
    monetary_score,
    segment
from scored join segments using (recency_score, frequency_score, monetary_score)
union all
select
    customer_key,
    cast(date_trunc('month', as_of_date) as date),
    as_of_date,
    last_day(as_of_date) < as_of_date,
    * exclude (customer_key, as_of_date)
from mart_customer_rfm;
