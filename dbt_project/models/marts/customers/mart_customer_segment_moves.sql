{{ config(unique_key=['month', 'from_segment', 'to_segment']) }}

{# A month's moves are from the end of the month before: both months' customers say them. #}
{% call touched() %}
select month from {{ changed('mart_customer_rfm_monthly') }}
union
select cast(month + interval '1' month as date) from {{ changed('mart_customer_rfm_monthly') }}
union
{{ months_since_previous_as_of() }}
{% endcall %}

with snapshots as (
    select customer_key, month, segment from {{ ref('mart_customer_rfm_monthly') }}
    {%- if is_increment() %}
    where {{ in_touched_days('month', "cast(month - interval '1' month as date)", 'month') }}
    {%- endif %}
),

{# Each customer's month and the one after it, in which they either stay or are gone. #}
moves as (
    select
        coalesce(later.month, earlier.next_month) as month,
        coalesce(earlier.segment, 'none') as from_segment,
        coalesce(later.segment, 'none') as to_segment,
        count(*) as customers
    from snapshots as later
    full join (select *, cast(month + interval '1' month as date) as next_month from snapshots) as earlier
        on earlier.customer_key = later.customer_key and earlier.next_month = later.month
    group by coalesce(later.month, earlier.next_month), coalesce(earlier.segment, 'none'), coalesce(later.segment, 'none')
),

{# How many there are in each of the two segments; of those who are in none nothing is said. #}
counted as (
    select
        *,
        case when from_segment <> 'none' then sum(customers) over (partition by month, from_segment) end as from_customers,
        case when to_segment <> 'none' then sum(customers) over (partition by month, to_segment) end as to_customers
    from moves
),

final as (
    select
        counted.month,
        counted.from_segment,
        counted.to_segment,
        {{ period_last_day("'month'", 'counted.month') }} < today.first_date as is_complete_period,
        counted.customers,
        cast(counted.from_customers as bigint) as from_customers,
        cast(counted.to_customers as bigint) as to_customers,
        cast(counted.customers as double) / counted.from_customers as move_rate
    from counted
    cross join (select min(as_of_date) as first_date, max(as_of_date) as last_date from {{ ref('int_shops') }}) as today
    where counted.month <= today.last_date
    {%- if is_increment() %}
    and counted.month in (select month from {{ touched_rows() }})
    {%- endif %}
)

select * from final
