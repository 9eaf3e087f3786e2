{{ config(unique_key=['shop_id', 'period_type', 'date', 'traffic']) }}

{% set figures = ['sessions', 'events', 'page_views', 'visitors'] %}

{% call touched() %}
with days as (
    select shop_id, session_date as day from {{ changed('int_sessions') }}
    union
    select shop_id, day from ({{ days_since_previous_as_of() }}) as passed
)

{{ periods_of_days('days', ['day', 'week', 'month', 'month_to_date']) }}
{% endcall %}

with visits as (
    select shop_id, session_date as day, visitor_id, coalesce(bot_reason, 'people') as traffic, events, page_views
    from {{ ref('int_sessions') }}
    {%- if is_increment() %}
    where {{ in_touched_days('session_date', period_first_day(), period_last_day()) }}
    {%- endif %}
),

classed as (
    select shop_id, day, visitor_id, traffic, count(*) as sessions, sum(events) as events, sum(page_views) as page_views
    from visits
    group by shop_id, day, visitor_id, traffic
    union all
    select shop_id, day, visitor_id, 'all', count(*), sum(events), sum(page_views)
    from visits
    group by shop_id, day, visitor_id
),

{# A visitor counts on the day of the month on which they first came. #}
arrived as (
    select shop_id, day, traffic, sessions, events, page_views,
        row_number() over (partition by shop_id, traffic, visitor_id, date_trunc('month', day) order by day) = 1 as is_first
    from classed
),

daily as (
    select
        shop_id,
        day,
        traffic,
        sum(sessions) as sessions,
        sum(events) as events,
        sum(page_views) as page_views,
        count(*) filter (where is_first) as visitors
    from arrived
    group by shop_id, day, traffic
),

months as (
    select shop_id, traffic, cast(date_trunc('month', day) as date) as month_start, min(day) as first_day
    from daily
    group by 1, 2, 3
),

to_date as (
    select
        months.shop_id,
        'month_to_date' as period_type,
        spine.date_day as date,
        months.traffic,
        {%- for figure in figures %}
        sum(coalesce(daily.{{ figure }}, 0)) over (
            partition by months.shop_id, months.traffic, months.month_start order by spine.date_day
            rows between unbounded preceding and current row
        ) as {{ figure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from months
    join {{ ref('int_shops') }} as shops on shops.shop_id = months.shop_id
    join (
        select date_day, month_start from {{ ref('dim_dates') }}
        {%- if is_increment() %}
        where {{ in_touched_days('date_day', period_first_day(), period_last_day()) }}
        {%- endif %}
    ) as spine
        on spine.month_start = months.month_start
        and spine.date_day >= months.first_day
        and spine.date_day <= shops.as_of_date
    left join daily on daily.shop_id = months.shop_id and daily.traffic = months.traffic and daily.day = spine.date_day
),

counted as (
    {%- for type in ['day', 'week', 'month'] %}
    select
        shop_id,
        '{{ type }}' as period_type,
        cast(date_trunc('{{ type }}', day) as date) as date,
        traffic,
        sum(sessions) as sessions,
        sum(events) as events,
        sum(page_views) as page_views,
        count({{ '*' if type == 'day' else 'distinct visitor_id' }}) as visitors
    from classed
    group by 1, 2, 3, 4
    union all
    {%- endfor %}
    select * from to_date
),

final as (
    select
        counted.shop_id,
        shops.platform,
        counted.period_type,
        counted.date,
        counted.traffic,
        {{ period_last_day('counted.period_type', 'counted.date') }} < shops.as_of_date as is_complete_period,
        {%- for figure in figures %}
        cast(counted.{{ figure }} as bigint) as {{ figure }},
        {%- endfor %}
        cast(totals.sessions as bigint) as all_sessions,
        cast(totals.events as bigint) as all_events,
        {{ rate('counted.sessions', 'totals.sessions') }} as session_share,
        {{ rate('counted.events', 'totals.events') }} as event_share
    from counted
    join counted as totals
        on totals.shop_id = counted.shop_id
        and totals.period_type = counted.period_type
        and totals.date = counted.date
        and totals.traffic = 'all'
    join {{ ref('int_shops') }} as shops on shops.shop_id = counted.shop_id
    {%- if is_increment() %}
    semi join {{ touched_rows() }} as touched
        on touched.shop_id = counted.shop_id and touched.period_type = counted.period_type and touched.date = counted.date
    {%- endif %}
)

select * from final
