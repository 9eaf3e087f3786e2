-- models: int_active_days mart_growth_accounting
create table mart_growth_accounting as
with days as (
    select distinct customer_key as person, created_date as day, first_order_date as first_day
    from fct_orders
    where is_valid and not is_anonymous
),

lengths as (
    select * from (values ('day', interval '1' day), ('week', interval '7' day), ('month', interval '1' month), ('quarter', interval '3' month))
        as lengths (period_type, length)
),

active as (
    select distinct
        period_type,
        length,
        person,
        cast(date_trunc(period_type, day) as date) as date,
        date_trunc(period_type, day) = date_trunc(period_type, first_day) as is_new
    from days
    cross join lengths
),

turns as (
    select
        *,
        coalesce(lag(date) over person_periods = cast(date - length as date), false) as is_retained,
        coalesce(lead(date) over person_periods = cast(date + length as date), false) as stays
    from active
    window person_periods as (partition by period_type, person order by date)
),

came as (
    select
        period_type,
        any_value(length) as length,
        date,
        count(*) as active,
        count(*) filter (where is_new) as new,
        count(*) filter (where is_retained) as retained,
        count(*) filter (where not stays) as lost
    from turns
    group by period_type, date
),

periods as (
    select period_type, date from came
    union
    select period_type, cast(date + length as date) from came
    union
    select 'day', cast(day + offs.n * interval '1' day as date)
    from (select distinct day from days) as known
    cross join (select unnest(range(1, 28)) as n) as offs
),

reach as (
    select day + offs.n as date, count(distinct person) filter (where offs.n < 7) as wau, count(distinct person) as mau
    from days
    cross join (select cast(unnest(range(0, 28)) as integer) as n) as offs
    group by 1
)

select
    'main' as shop_id,
    periods.period_type,
    periods.date,
    cast(periods.date + lengths.length - interval '1' day as date) < getvariable('today') as is_complete_period,
    coalesce(previous.active, 0) as active_before,
    coalesce(came.new, 0) as new,
    coalesce(came.retained, 0) as retained,
    coalesce(came.active, 0) - coalesce(came.new, 0) - coalesce(came.retained, 0) as resurrected,
    coalesce(previous.lost, 0) as churned,
    coalesce(came.active, 0) as active,
    coalesce(came.retained, 0) / nullif(previous.active, 0) as retention_rate,
    previous.lost / nullif(previous.active, 0) as churn_rate,
    (coalesce(came.active, 0) - coalesce(came.retained, 0)) / nullif(previous.lost, 0) as quick_ratio,
    if(periods.period_type = 'day', coalesce(came.active, 0), null) as dau,
    reach.wau,
    reach.mau,
    coalesce(came.active, 0) / reach.mau as stickiness
from periods
join lengths using (period_type)
left join came using (period_type, date)
left join came as previous
    on previous.period_type = periods.period_type and cast(previous.date + previous.length as date) = periods.date
left join reach on reach.date = periods.date and periods.period_type = 'day'
where periods.date <= getvariable('today');
