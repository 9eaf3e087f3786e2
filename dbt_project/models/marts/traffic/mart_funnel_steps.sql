{{ config(unique_key=['shop_id', 'date', 'conversion_window', 'step']) }}

{% set windows = [('24h', '1', 'day'), ('7d', '7', 'day')] %}
{% set longest = "interval '7' day" %}
{% set steps = ['product_view', 'cart', 'checkout', 'purchase'] %}
{% set backwards = 'partition by shop_id, visitor_id order by acted_at desc, step desc rows between unbounded preceding and current row' %}

{# A day of entry is computed again when anything happened in the seven days after its visitors entered, and while its windows
   are open. #}
{% call touched() %}
with spans as (
    select shop_id, started_at - {{ longest }} as first_at, ended_at as last_at from {{ changed('int_sessions') }}
    union
    select shop_id, event_at - {{ longest }}, event_at from {{ changed('int_events') }}
    union
    select shop_id, purchased_at - {{ longest }}, purchased_at from {{ changed('int_order_visits') }}
    where session_key is not null
    union
    select shop_id, {{ previous_as_of() }} - {{ longest }} - interval '1' day, {{ as_of() }} from {{ ref('int_shops') }}
),

days as (
    select distinct
        spans.shop_id,
        {{ local_date('spans.first_at', 'shops.timezone') }} as first_day,
        {{ local_date('spans.last_at', 'shops.timezone') }} as last_day
    from spans
    join {{ ref('int_shops') }} as shops on shops.shop_id = spans.shop_id
)

select distinct days.shop_id, spine.date_day as date
from days
join {{ ref('dim_dates') }} as spine on spine.date_day between days.first_day and days.last_day
union
select shop_id, date from {{ this }}
where shop_id in (select shop_id from {{ changed('int_order_shops') }})
{% endcall %}

{# Sessions of people in which an entry of the touched days may be, or what follows on it. #}
with sessions as (
    select sessions.shop_id, sessions.visitor_id, sessions.started_at, sessions.ended_at, sessions.product_view_at, shops.timezone
    from {{ ref('int_sessions') }} as sessions
    join {{ ref('int_shops') }} as shops on shops.shop_id = sessions.shop_id
    where not sessions.is_bot
    {%- if is_increment() %}
        and {{ in_days_near_touched('sessions.started_at', 'sessions.ended_at') }}
    {%- endif %}
),

all_entries as (
    select shop_id, visitor_id, product_view_at as acted_at, {{ local_date('product_view_at', 'timezone') }} as date
    from sessions
    where product_view_at is not null
),

entries as (
    select * from all_entries
    {%- if is_increment() %}
    where (shop_id, date) in (select (shop_id, date) from {{ touched_rows() }})
    {%- endif %}
),

acts as (
    select
        events.shop_id,
        events.visitor_id,
        events.event_at as acted_at,
        case events.event_type when 'add_to_cart' then 2 when 'begin_checkout' then 3 else 4 end as step
    from {{ ref('int_events') }} as events
    join sessions
        on sessions.shop_id = events.shop_id
        and sessions.visitor_id = events.visitor_id
        and sessions.started_at <= events.event_at
        and sessions.ended_at >= events.event_at
    where events.event_type in ('add_to_cart', 'begin_checkout', 'purchase')
        and (
            events.event_type <> 'purchase'
            or events.shop_id in (select shop_id from {{ ref('int_order_shops') }} where not has_orders)
        )
    {%- if is_increment() %}
        and {{ in_days_near_touched('events.event_at', 'events.event_at') }}
    {%- endif %}
    union all
    select shop_id, visitor_id, purchased_at, 4
    from {{ ref('int_order_visits') }}
    where session_key is not null
    {%- if is_increment() %}
        and {{ in_days_near_touched('purchased_at', 'purchased_at') }}
    {%- endif %}
),

{# Who never puts anything into the cart goes no step further. #}
carting as (
    select distinct shop_id, visitor_id from acts where step = 2
),

told as (
    select entries.shop_id, entries.visitor_id, entries.acted_at, 1 as step, entries.date
    from entries
    semi join carting on carting.shop_id = entries.shop_id and carting.visitor_id = entries.visitor_id
    union all
    select acts.shop_id, acts.visitor_id, acts.acted_at, acts.step, cast(null as date)
    from acts
    semi join carting on carting.shop_id = acts.shop_id and carting.visitor_id = acts.visitor_id
),

{# Of each row the first purchase after it; of each checkout with its purchase, the first after a row; and so on. #}
with_purchase as (
    select *, min(case when step = 4 then acted_at end) over going_back as purchase_at
    from told
    window going_back as ({{ backwards }})
),

with_checkout as (
    select
        *,
        min(case when step = 3 then acted_at end) over going_back as checkout_at,
        min(case when step = 3 then purchase_at end) over going_back as checkout_purchase_at
    from with_purchase
    window going_back as ({{ backwards }})
),

with_cart as (
    select
        shop_id, visitor_id, acted_at, step, date,
        min(case when step = 2 then acted_at end) over going_back as at_2,
        min(case when step = 2 then checkout_at end) over going_back as at_3,
        min(case when step = 2 then checkout_purchase_at end) over going_back as at_4
    from with_checkout
    window going_back as ({{ backwards }})
),

reaching as (
    {%- for name, number, unit in windows %}
    select
        shop_id, date, visitor_id, acted_at,
        '{{ name }}' as conversion_window,
        {%- for n in [2, 3, 4] %}
        case when at_{{ n }} <= acted_at + interval '{{ number }}' {{ unit }} then at_{{ n }} end as at_{{ n }}{{ ',' if not loop.last }}
        {%- endfor %}
    from with_cart
    where step = 1
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

{# Who enters several times on a day counts once, with the entry that leads furthest. #}
furthest as (
    select
        *,
        row_number() over (
            partition by shop_id, date, visitor_id, conversion_window
            order by
                case when at_4 is not null then 4 when at_3 is not null then 3 when at_2 is not null then 2 else 1 end desc,
                acted_at
        ) as place
    from reaching
),

converted as (
    select
        shop_id,
        date,
        conversion_window
        {%- for n in [2, 3, 4] %}
        {%- set before = 'acted_at' if n == 2 else 'at_' ~ (n - 1) %},
        count(at_{{ n }}) as visitors_{{ n }},
        median(cast({{ epoch_microseconds('at_' ~ n) }} - {{ epoch_microseconds('acted_at') }} as double) / 1000000) as seconds_{{ n }},
        median(cast({{ epoch_microseconds('at_' ~ n) }} - {{ epoch_microseconds(before) }} as double) / 1000000) as step_seconds_{{ n }}
        {%- endfor %}
    from furthest
    where place = 1
    group by shop_id, date, conversion_window
),

entered as (
    select shop_id, date, count(*) as visitors, max(acted_at) as last_at
    from (select shop_id, date, visitor_id, max(acted_at) as acted_at from entries group by shop_id, date, visitor_id) as visitors
    group by shop_id, date
),

counted as (
    {%- for name, number, unit in windows %}
    select
        entered.shop_id,
        entered.date,
        '{{ name }}' as conversion_window,
        entered.last_at + interval '{{ number }}' {{ unit }} <= {{ as_of() }} as is_window_closed,
        entered.visitors as visitors_1,
        cast(null as double) as seconds_1,
        cast(null as double) as step_seconds_1
        {%- for n in [2, 3, 4] %},
        coalesce(converted.visitors_{{ n }}, 0) as visitors_{{ n }},
        converted.seconds_{{ n }},
        converted.step_seconds_{{ n }}
        {%- endfor %}
    from entered
    left join converted
        on converted.shop_id = entered.shop_id
        and converted.date = entered.date
        and converted.conversion_window = '{{ name }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    {%- for name in steps %}
    {%- set n = loop.index %}
    select
        counted.shop_id,
        shops.platform,
        counted.date,
        counted.conversion_window,
        {{ n }} as step,
        '{{ name }}' as step_name,
        counted.is_window_closed and counted.date < shops.as_of_date as is_window_closed,
        cast(counted.visitors_1 as bigint) as entered_visitors,
        cast(counted.visitors_{{ [n - 1, 1] | max }} as bigint) as previous_visitors,
        cast(counted.visitors_{{ n }} as bigint) as visitors,
        {{ rate('counted.visitors_' ~ n, 'counted.visitors_1') }} as conversion_rate,
        {{ rate('counted.visitors_' ~ n, 'counted.visitors_' ~ ([n - 1, 1] | max)) }} as step_rate,
        counted.seconds_{{ n }} as median_seconds,
        counted.step_seconds_{{ n }} as median_step_seconds
    from counted
    join {{ ref('int_shops') }} as shops on shops.shop_id = counted.shop_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
