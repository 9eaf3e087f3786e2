-- models: mart_bot_traffic
create table mart_bot_traffic as
with visits as (
    select session_date, visitor_id, events, page_views, unnest(['all', coalesce(bot_reason, 'people')]) as traffic from int_sessions
),

periods as (
    select 'day' as period_type, session_date as date, * from visits
    union all
    select 'week', date_trunc('week', session_date), * from visits
    union all
    select 'month', date_trunc('month', session_date), * from visits
    union all
    select 'month_to_date', days.date_day, visits.*
    from visits
    join dim_dates as days
        on days.month_start = date_trunc('month', visits.session_date)
        and days.date_day between visits.session_date and getvariable('today')
),

counted as (
    select
        period_type,
        cast(date as date) as date,
        traffic,
        count(*) as sessions,
        cast(sum(events) as bigint) as events,
        cast(sum(page_views) as bigint) as page_views,
        count(distinct visitor_id) as visitors
    from periods
    group by all
)

select
    'main' as shop_id,
    getvariable('platform') as platform,
    period_type,
    date,
    traffic,
    case period_type when 'week' then date + 6 when 'month' then last_day(date) else date end < getvariable('today') as is_complete_period,
    sessions,
    events,
    page_views,
    visitors,
    max(sessions) filter (where traffic = 'all') over (partition by period_type, date) as all_sessions,
    max(events) filter (where traffic = 'all') over (partition by period_type, date) as all_events,
    sessions / all_sessions as session_share,
    events / all_events as event_share
from counted;
