{{ config(materialized='table') }}

{# One row per customer is read and all are written: recency and the cut points move for everybody every day. #}
with customers as (
    select
        windows.customer_key,
        as_of.as_of_date,
        {{ days_between('windows.last_order_date', 'as_of.as_of_date') }} as recency_days,
        windows.frequency,
        windows.monetary
    from {{ ref('int_customer_windows') }} as windows
    cross join (select max(as_of_date) as as_of_date from {{ ref('int_shops') }}) as as_of
),

{{ rfm_scored() }},

final as (
    select
        customer_key,
        as_of_date,
        cast(recency_days as integer) as recency_days,
        frequency,
        monetary,
        recency_score,
        frequency_score,
        monetary_score,
        segment
    from segmented
)

select * from final
