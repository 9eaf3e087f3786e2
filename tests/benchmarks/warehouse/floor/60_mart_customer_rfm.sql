-- models: int_customer_windows mart_customer_rfm rfm_segments
create temp table segments as
from read_csv(getvariable('seeds') || '/rfm_segments.csv');

create temp macro score(value, cuts) as
1 + (value > cuts[1])::integer + (value > cuts[2])::integer + (value > cuts[3])::integer + (value > cuts[4])::integer;

create table mart_customer_rfm as
with customers as (
    select
        customer_key,
        datediff('day', max(created_date), getvariable('today')) as recency_days,
        count(*) as frequency,
        cast(sum(net_sales_reporting) as decimal(18, 4)) as monetary
    from fct_orders
    where is_valid and not is_anonymous and created_date > getvariable('today') - 365
    group by customer_key
),

cuts as (
    select
        quantile_cont(cast(-recency_days as double), [0.2, 0.4, 0.6, 0.8]) as of_recency,
        quantile_cont(cast(frequency as double), [0.2, 0.4, 0.6, 0.8]) as of_frequency,
        quantile_cont(cast(monetary as double), [0.2, 0.4, 0.6, 0.8]) as of_monetary
    from customers
),

scored as (
    select
        customers.*,
        score(cast(-recency_days as double), of_recency) as recency_score,
        score(cast(frequency as double), of_frequency) as frequency_score,
        score(cast(monetary as double), of_monetary) as monetary_score
    from customers cross join cuts
)

select
    customer_key,
    getvariable('today') as as_of_date,
    cast(recency_days as integer) as recency_days,
    frequency,
    monetary,
    recency_score,
    frequency_score,
    monetary_score,
    segment
from scored join segments using (recency_score, frequency_score, monetary_score);
