{{ config(unique_key='session_key') }}

{% set settings = var('thresholds').sessions %}
{% set gap = "interval '" ~ settings.gap_minutes ~ "' minute" %}
{% set before = 'partition by shop_id, visitor_id order by event_at, event_id' %}
{% set landing = [
    'device', 'country', 'page_path', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'
] %}

{#
  What a new, changed or deleted event can join, merge or split are the visitor's sessions within the gap around it: from
  the first of them to the last, events are read again. No other event is so near to any of these.
#}
{% call touched() %}
with moved as (
    select shop_id, visitor_id, event_at from {{ changed('int_events') }}
    union
    select shop_id, visitor_id, event_at from {{ ref('int_events') }}
    where event_at > {{ previous_as_of() }} and event_at <= {{ as_of() }}
)

select
    sessions.session_key,
    moved.shop_id,
    moved.visitor_id,
    least(moved.event_at, coalesce(sessions.started_at, moved.event_at)) as first_at,
    greatest(moved.event_at, coalesce(sessions.ended_at, moved.event_at)) as last_at
from moved
left join (
    select session_key, shop_id, visitor_id, started_at, ended_at from {{ this }}
    {%- if is_increment() %}
    where {{ in_days_of(
        "(select event_at - " ~ gap ~ " as first_day, event_at + " ~ gap ~ " + interval '1' day as last_day from " ~ changed('int_events')
        ~ " union select " ~ previous_as_of() ~ " - " ~ gap ~ ", " ~ as_of() ~ " + interval '1' day) as days",
        'started_at', 'ended_at'
    ) }}
    {%- endif %}
) as sessions
    on sessions.shop_id = moved.shop_id
    and sessions.visitor_id = moved.visitor_id
    and sessions.started_at <= moved.event_at + {{ gap }}
    and sessions.ended_at >= moved.event_at - {{ gap }}
{% endcall %}

with events as (
    select
        events.event_key, events.shop_id, events.visitor_id, events.event_id, events.event_at, events.received_at, events.event_type,
        events.customer_id, events.page_path, events.user_agent_class, events.engaged_ms
    from {{ ref('int_events') }} as events
    {%- if is_increment() %}
    semi join {{ touched_rows() }} as touched
        on touched.shop_id = events.shop_id
        and touched.visitor_id = events.visitor_id
        and touched.first_at <= events.event_at
        and touched.last_at >= events.event_at
    {%- endif %}
    where events.event_at <= {{ as_of() }}
    {%- if is_increment() %}
        and {{ in_touched_days('events.event_at', 'first_at', "last_at + interval '1' day") }}
    {%- endif %}
),

placed as (
    select
        *,
        row_number() over ({{ before }}) as place,
        coalesce(event_at > lag(event_at) over ({{ before }}) + {{ gap }}, true) as is_first
    from events
),

parted as (
    select
        *,
        {{ last_known('case when is_first then event_key end', 'partition by shop_id, visitor_id order by place') }} as session_key
    from placed
),

summed as (
    select
        session_key,
        max(shop_id) as shop_id,
        max(visitor_id) as visitor_id,
        min(event_at) as started_at,
        max(event_at) as ended_at,
        count(*) as events,
        count(*) filter (where event_type = 'page_view') as page_views,
        count(*) filter (where event_type = 'product_view') as product_views,
        count(*) filter (where event_type = 'search') as searches,
        count(*) filter (where event_type = 'add_to_cart') as cart_adds,
        count(*) filter (where event_type = 'begin_checkout') as checkouts,
        count(*) filter (where event_type = 'purchase') as purchase_events,
        count(*) filter (where event_type in ('click', 'remove_from_cart')) as other_acts,
        sum(engaged_ms) as engaged_ms,
        coalesce(min(page_path) = max(page_path), true) as is_one_page,
        count(*) filter (where event_type in ('page_view', 'product_view') and page_path is null) as pages_without_path,
        bool_or(user_agent_class = 'bot') as is_declared_bot,
        min(case when event_type = 'product_view' then place end) as product_view_place,
        min(case when event_type = 'product_view' then event_at end) as product_view_at
    from parted
    group by session_key
),

{# Later events have later places, so that the first event after a place is the earliest. #}
carts as (
    select parted.session_key, min(parted.place) as place, min(parted.event_at) as event_at
    from parted
    join summed on summed.session_key = parted.session_key
    where parted.event_type = 'add_to_cart' and parted.place > summed.product_view_place
    group by parted.session_key
),

checkouts as (
    select parted.session_key, min(parted.place) as place, min(parted.event_at) as event_at
    from parted
    join carts on carts.session_key = parted.session_key
    where parted.event_type = 'begin_checkout' and parted.place > carts.place
    group by parted.session_key
),

purchases as (
    select parted.session_key, min(parted.event_at) as event_at
    from parted
    join checkouts on checkouts.session_key = parted.session_key
    where parted.event_type = 'purchase' and parted.place > checkouts.place
    group by parted.session_key
),

signed_in as (
    select
        session_key,
        max_by(customer_id, place) as customer_id,
        count(distinct customer_id) as customer_ids,
        min(event_at) as signed_in_at,
        min(coalesce(received_at, event_at)) as signed_in_received_at
    from parted
    where customer_id is not null
    group by session_key
),

{# What only the first event says is looked up, not carried through. #}
landings as (
    select event_key, {{ landing | join(', ') }} from {{ ref('int_events') }}
    {%- if is_increment() %}
    where event_key in (select session_key from summed)
        and {{ in_touched_days('event_at', 'first_at', "last_at + interval '1' day") }}
    {%- endif %}
),

judged as (
    select
        *,
        case
            when is_declared_bot then 'declared'
            when
                page_views + product_views >= {{ settings.bot_pages }}
                and {{ epoch_microseconds('ended_at') }} - {{ epoch_microseconds('started_at') }}
                < {{ settings.bot_seconds_per_page }} * 1000000 * (page_views + product_views)
                then 'pace'
        end as bot_reason
    from summed
),

final as (
    select
        judged.session_key,
        judged.shop_id,
        judged.visitor_id,
        {{ local_date('judged.started_at', 'shops.timezone') }} as session_date,
        judged.started_at,
        judged.ended_at,
        judged.events,
        judged.page_views,
        judged.product_views,
        judged.searches,
        judged.cart_adds,
        judged.checkouts,
        judged.purchase_events,
        cast(judged.engaged_ms as bigint) as engaged_ms,
        landings.device,
        landings.country,
        landings.page_path as landing_path,
        landings.referrer,
        landings.utm_source,
        landings.utm_medium,
        landings.utm_campaign,
        landings.utm_content,
        landings.utm_term,
        signed_in.customer_id,
        coalesce(signed_in.customer_ids, 0) as customer_ids,
        signed_in.signed_in_at,
        signed_in.signed_in_received_at,
        judged.product_view_at,
        carts.event_at as cart_at,
        checkouts.event_at as checkout_at,
        purchases.event_at as purchase_event_at,
        judged.is_one_page and judged.page_views <= 1 and judged.product_views <= 1
        and (judged.pages_without_path = 0 or judged.page_views + judged.product_views <= 1)
        and judged.searches + judged.cart_adds + judged.checkouts + judged.purchase_events + judged.other_acts = 0 as is_bounce,
        judged.bot_reason is not null as is_bot,
        judged.bot_reason
    from judged
    join {{ ref('int_shops') }} as shops on shops.shop_id = judged.shop_id
    join landings on landings.event_key = judged.session_key
    left join signed_in on signed_in.session_key = judged.session_key
    left join carts on carts.session_key = judged.session_key
    left join checkouts on checkouts.session_key = judged.session_key
    left join purchases on purchases.session_key = judged.session_key
)

select * from final
