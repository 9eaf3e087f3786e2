{{ config(materialized='table') }}

{# From a year with no data before it in any shop that is likely to be loaded, to the end of next year. #}
with days as (
    select spine.date_day
    from {{ date_spine(
        "date '1990-01-01'",
        "cast(date_trunc('year', " ~ as_of() ~ ") + interval '2' year - interval '1' day as date)"
    ) }} as spine
),

final as (
    select
        date_day,
        cast(extract(year from date_day) as integer) as year,
        cast(extract(quarter from date_day) as integer) as quarter,
        cast(extract(month from date_day) as integer) as month,
        cast(extract(week from date_day) as integer) as iso_week,
        cast(extract(day from date_day) as integer) as day_of_month,
        {{ iso_weekday('date_day') }} as day_of_week,
        cast(date_trunc('week', date_day) as date) as week_start,
        cast(date_trunc('month', date_day) as date) as month_start,
        cast(date_trunc('quarter', date_day) as date) as quarter_start,
        cast(date_trunc('year', date_day) as date) as year_start,
        {{ iso_weekday('date_day') }} >= 6 as is_weekend
    from days
)

select * from final
