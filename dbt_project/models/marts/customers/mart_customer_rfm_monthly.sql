{{ config(unique_key=['customer_key', 'month']) }}

{# Scores are among the customers of a month: a month in which somebody changed is scored again, and so is the one that
   is not over, for everybody. #}
{% call touched() %}
select month from {{ changed('int_customer_windows_monthly') }}
union
{{ months_since_previous_as_of() }}
{% endcall %}

with customers as (
    select
        customer_key,
        month,
        {{ period_last_day("'month'", 'month') }} as as_of_date,
        {{ days_between('last_order_date', period_last_day("'month'", 'month')) }} as recency_days,
        frequency,
        monetary
    from {{ ref('int_customer_windows_monthly') }}
    {%- if is_increment() %}
    where month in (select month from {{ touched_rows() }})
    {%- endif %}
),

{{ rfm_scored() }},

{# The month that is not over stands as it does today. #}
months as (
    select
        customer_key, month, as_of_date, recency_days, frequency, monetary, recency_score, frequency_score, monetary_score, segment
    from segmented
    union all
    select
        customer_key, cast(date_trunc('month', as_of_date) as date), as_of_date, recency_days, frequency, monetary,
        recency_score, frequency_score, monetary_score, segment
    from {{ ref('mart_customer_rfm') }}
),

final as (
    select
        months.customer_key,
        months.month,
        months.as_of_date,
        {{ period_last_day("'month'", 'months.month') }} < today.first_date as is_complete_period,
        cast(months.recency_days as integer) as recency_days,
        months.frequency,
        months.monetary,
        months.recency_score,
        months.frequency_score,
        months.monetary_score,
        months.segment
    from months
    cross join (select min(as_of_date) as first_date from {{ ref('int_shops') }}) as today
)

select * from final
