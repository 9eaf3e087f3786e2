{{ config(unique_key=['shop_id', 'period_type', 'date']) }}

{# A period's row is of who was active in it, in the one before and, for days, in those that it looks back on. #}
{% call touched() %}
with changed_days as (
    select shop_id, date as day from {{ changed('int_active_days') }}
    union
    {{ days_since_previous_as_of() }}
),

days as (
    select shop_id, day from changed_days
    {%- if several_shops() %}
    union
    select 'all', day from changed_days
    {%- endif %}
)

{{ periods_of_activity('days') }}
{% endcall %}

with active as (
    select * from {{ ref('int_active_days') }}
    {%- if is_increment() %}
    where {{ in_touched_days('date', growth_first_day(), period_last_day()) }}
    {%- endif %}
),

shops as ({{ shops_and_all() }}),

{# Each person once per shop and day, and once over all shops. #}
people as (
    select shop_id, person_key, date, first_date from active
    {%- if several_shops() %}
    union all
    select distinct 'all', person_key, date, first_date_anywhere from active
    {%- endif %}
),

periods as (
    {%- if is_increment() %}
    select shop_id, period_type, date from {{ touched_rows() }}
    {%- else %}
    {{ periods_of_activity('(select distinct shop_id, date as day from people)') }}
    {%- endif %}
),

{# Each person once per period. #}
placed as (
    {%- for type, length in growth_periods().items() %}
    select{{ ' distinct' if type != 'day' }}
        shop_id,
        '{{ type }}' as period_type,
        person_key,
        cast(date_trunc('{{ type }}', date) as date) as date,
        cast(date_trunc('{{ type }}', date) - {{ length }} as date) as previous_date,
        cast(date_trunc('{{ type }}', date) + {{ length }} as date) as next_date,
        date_trunc('{{ type }}', first_date) = date_trunc('{{ type }}', date) as is_new
    from people
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

followed as (
    select
        *,
        lag(date) over (partition by shop_id, period_type, person_key order by date) as date_before,
        lead(date) over (partition by shop_id, period_type, person_key order by date) as date_after
    from placed
),

{# Who was active counts in their period, and in the next as one who was: there they come again or are lost. #}
counted as (
    select
        shop_id,
        period_type,
        date,
        1 as active,
        case when is_new then 1 else 0 end as new,
        case when date_before = previous_date then 1 else 0 end as retained,
        0 as active_before,
        0 as churned
    from followed
    union all
    select
        shop_id,
        period_type,
        next_date,
        0,
        0,
        0,
        1,
        case when date_after = next_date then 0 else 1 end
    from followed
),

figures as (
    select
        shop_id,
        period_type,
        date,
        sum(active) as active,
        sum(new) as new,
        sum(retained) as retained,
        sum(active_before) as active_before,
        sum(churned) as churned
    from counted
    group by shop_id, period_type, date
),

{# A person is in the trailing count from their day until it lies too far back, or until they are active again. #}
steps as (
    select shop_id, date, 1 as wau, 1 as mau from followed where period_type = 'day'
    {%- for name, days in trailing_days().items() %}
    union all
    select
        shop_id,
        cast(least(date + interval '{{ days }}' day, coalesce(date_after, date + interval '{{ days }}' day)) as date),
        {{ '-1, 0' if name == 'wau' else '0, -1' }}
    from followed
    where period_type = 'day'
    {%- endfor %}
    union all
    select shop_id, date, 0, 0 from periods where period_type = 'day'
),

summed as (
    select shop_id, date, sum(wau) as wau, sum(mau) as mau from steps group by shop_id, date
),

looking_back as (
    select
        shop_id,
        date,
        sum(wau) over (partition by shop_id order by date) as wau,
        sum(mau) over (partition by shop_id order by date) as mau
    from summed
),

joined as (
    select
        periods.shop_id,
        periods.period_type,
        periods.date,
        {{ period_last_day('periods.period_type', 'periods.date') }} < shops.first_date as is_complete_period,
        {%- for name in ['active', 'new', 'retained', 'active_before', 'churned'] %}
        cast(coalesce(figures.{{ name }}, 0) as bigint) as {{ name }},
        {%- endfor %}
        case when periods.period_type = 'day' then cast(coalesce(figures.active, 0) as bigint) end as dau,
        cast(looking_back.wau as bigint) as wau,
        cast(looking_back.mau as bigint) as mau
    from periods
    join shops on shops.shop_id = periods.shop_id and periods.date <= shops.last_date
    left join figures
        on figures.shop_id = periods.shop_id and figures.period_type = periods.period_type and figures.date = periods.date
    left join looking_back
        on looking_back.shop_id = periods.shop_id and looking_back.date = periods.date and periods.period_type = 'day'
),

final as (
    select
        shop_id,
        period_type,
        date,
        is_complete_period,
        active_before,
        new,
        retained,
        active - new - retained as resurrected,
        churned,
        active,
        {{ rate('retained', 'active_before') }} as retention_rate,
        {{ rate('churned', 'active_before') }} as churn_rate,
        {{ rate('active - retained', 'churned') }} as quick_ratio,
        dau,
        wau,
        mau,
        {{ rate('dau', 'mau') }} as stickiness
    from joined
    where active > 0 or active_before > 0 or mau > 0
)

select * from final
