{{ config(unique_key=['shop_id', 'period_type', 'date', 'channel', 'device', 'visitor_type']) }}

{% set period_types = ['day', 'week', 'month', 'month_to_date'] %}
{% set counts, beside = funnel_counts(), funnel_counts_beside() %}
{% set kinds = ['visitors', 'cart_visitors', 'paying_buyers', 'buyers_without_session'] %}
{% set gaps = [
    ('cart', 'product_view_at', 'cart_at'), ('checkout', 'cart_at', 'checkout_at'), ('purchase', 'checkout_at', 'purchase_at')
] %}

{% call touched() %}{{ touched_funnel_periods(period_types) }}{% endcall %}

with sessions as (
    select session_key, shop_id, session_date as day, channel, device, visitor_type, visitor_id, product_view_at, cart_at, checkout_at,
        purchase_at, is_bounce, page_views, duration_seconds, orders, has_order, purchase_events_without_order
    from {{ ref('fct_sessions') }}
    {%- if is_increment() %}
    where {{ in_touched_periods('session_date') }}
    {%- endif %}
),

orders as (
    select session_key, customer_key from {{ ref('int_order_visits') }}
    where session_key is not null
    {%- if is_increment() %}
        and {{ in_touched_periods('session_date') }}
    {%- endif %}
),

orders_beside as (
    select shop_id, customer_key, created_date from {{ ref('int_order_visits') }}
    where session_key is null
    {%- if is_increment() %}
        and {{ in_touched_periods('created_date') }}
    {%- endif %}
),

days_of_sessions as (
    select
        shop_id, day, channel, device, visitor_type,
        {%- for name, sum in counts.items() %}
        {{ sum }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from sessions
    group by shop_id, day, channel, device, visitor_type
),

days_beside as (
    select
        shop_id, day,
        cast(sum(bot_sessions) as bigint) as bot_sessions,
        cast(sum(orders_without_session) as bigint) as orders_without_session
    from (
        select shop_id, session_date as day, 1 as bot_sessions, 0 as orders_without_session from {{ ref('int_sessions') }}
        where is_bot
        {%- if is_increment() %}
            and {{ in_touched_periods('session_date') }}
        {%- endif %}
        union all
        select shop_id, created_date, 0, 1 from orders_beside
    ) as rows_beside
    group by shop_id, day
),

days_of_shops as (
    select
        shop_id, day,
        {{ rolled_up_dimensions() }},
        {%- for name in counts %}
        sum({{ name }}) as {{ name }},
        {%- endfor %}
        {%- for name in beside %}
        0 as {{ name }},
        {%- endfor %}
        true as is_of_events
    from days_of_sessions
    {{ group_by_rollups(['shop_id', 'day']) }}
    union all
    select shop_id, day, 'all', 'all', 'all', {{ (['0'] * (counts | length)) | join(', ') }}, {{ beside | join(', ') }}, bot_sessions > 0
    from days_beside
),

days as (
    select * from days_of_shops
    {%- if several_shops() %}
    union all
    select
        'all', day, channel_or_all, device_or_all, visitor_type_or_all,
        {{ (counts | list + beside) | join(', ') }}, is_of_events
    from days_of_shops
    {%- endif %}
),

{# The platform's totals of the days of which a shop has no event: visitors of days, which do not add up. #}
totals as (
    select
        totals.shop_id,
        totals.date,
        coalesce(lower(trim(totals.device)), 'all') as device,
        sum(totals.pv) as page_views,
        max(totals.uv) as visitors,
        max(totals.cart_uv) as cart_visitors,
        max(totals.paying_buyers) as paying_buyers
    from {{ ref('int_traffic_daily') }} as totals
    join {{ ref('int_shops') }} as shops on shops.shop_id = totals.shop_id and totals.date <= shops.as_of_date
    left join days_of_shops as told
        on told.shop_id = totals.shop_id and told.day = totals.date and told.is_of_events
        and told.channel_or_all = 'all' and told.device_or_all = 'all' and told.visitor_type_or_all = 'all'
    where totals.scope = 'shop' and told.day is null
    {%- if is_increment() %}
        and {{ in_touched_periods('totals.date') }}
        and (totals.shop_id, totals.date) in (select (shop_id, date) from {{ touched_rows() }} where period_type = 'day')
    {%- endif %}
    group by totals.shop_id, totals.date, coalesce(lower(trim(totals.device)), 'all')
),

periods as (
    {{ periods_to_compute('days', period_types) }}
),

{{ days_of_periods('days', period_types) }}

sums as (
    select
        periods.shop_id, periods.period_type, periods.date,
        days.channel_or_all as channel, days.device_or_all as device, days.visitor_type_or_all as visitor_type,
        bool_or(days.is_of_events) as is_of_events,
        {%- for name in counts | list + beside %}
        sum(days.{{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from days
    join days_of_periods as periods on periods.shop_id = days.shop_id and periods.day = days.day
    group by
        periods.shop_id, periods.period_type, periods.date, days.channel_or_all, days.device_or_all, days.visitor_type_or_all
),

{# A visitor is one of a shop: nobody knows who of another shop it is. A buyer of two shops is one of all shops. #}
people_of_shops as (
    select 'visitors' as kind, shop_id, day, channel, device, visitor_type, visitor_id as entity from sessions
    union all
    select 'cart_visitors', shop_id, day, channel, device, visitor_type, visitor_id from sessions where cart_at is not null
    union all
    select
        'paying_buyers', sessions.shop_id, sessions.day, sessions.channel, sessions.device, sessions.visitor_type, orders.customer_key
    from orders
    join sessions on sessions.session_key = orders.session_key
    union all
    select 'buyers_without_session', shop_id, created_date, 'all', 'all', 'all', customer_key from orders_beside
),

people as (
    select * from people_of_shops
    {%- if several_shops() %}
    union all
    select kind, 'all', day, channel, device, visitor_type, entity from people_of_shops
    where kind in ('paying_buyers', 'buyers_without_session')
    {%- endif %}
),

{{ counted_people(kinds) }}

counted as (
    select * from appearances_in_shops
    {%- if several_shops() %}
    union all
    select 'all', channel, device, visitor_type, period_type, first_day, day, people, kind from appearances_in_shops
    where kind in ('visitors', 'cart_visitors')
    {%- endif %}
),

distinct_counts as (
    select
        periods.shop_id, periods.period_type, periods.date, counted.channel, counted.device, counted.visitor_type,
        {%- for kind in kinds %}
        sum(case when counted.kind = '{{ kind }}' then counted.people end) as {{ kind }}{{ ',' if not loop.last }}
        {%- endfor %}
    from periods
    join counted
        on counted.shop_id = periods.shop_id
        and counted.period_type = case when periods.period_type = 'month_to_date' then 'month' else periods.period_type end
        and counted.first_day = {{ period_first_day('periods.period_type', 'periods.date') }}
        and counted.day <= {{ period_last_day('periods.period_type', 'periods.date') }}
    group by periods.shop_id, periods.period_type, periods.date, counted.channel, counted.device, counted.visitor_type
),

{{ funnel_medians(gaps) }}

{{ funnel_figures(counts, beside, kinds, gaps) }}

select * from final
