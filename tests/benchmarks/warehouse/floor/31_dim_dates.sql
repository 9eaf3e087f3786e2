-- models: dim_dates
create table dim_dates as
select
    day as date_day,
    cast(year(day) as integer) as year,
    cast(quarter(day) as integer) as quarter,
    cast(month(day) as integer) as month,
    cast(week(day) as integer) as iso_week,
    cast(dayofmonth(day) as integer) as day_of_month,
    cast(isodow(day) as integer) as day_of_week,
    cast(date_trunc('week', day) as date) as week_start,
    cast(date_trunc('month', day) as date) as month_start,
    cast(date_trunc('quarter', day) as date) as quarter_start,
    cast(date_trunc('year', day) as date) as year_start,
    isodow(day) >= 6 as is_weekend
from (
    select cast(unnest(generate_series(
        date '1990-01-01', cast(make_date(year(getvariable('as_of')) + 1, 12, 31) as date), interval 1 day
    )) as date) as day
);
