{{ config(unique_key='event_key') }}

{# The purchases of a session that changed may be another's now. #}
{% call touched() %}
with moved as (
    select event_key, event_at from {{ changed('int_events') }}
    where event_type = 'purchase'
    union
    select event_key, event_at from {{ ref('int_events') }}
    where event_type = 'purchase' and event_at > {{ previous_as_of() }} and event_at <= {{ as_of() }}
    union
    select event_key, event_at from {{ this }}
    where session_key in (select session_key from {{ changed('int_sessions') }})
)

select event_key, event_at from moved
{% endcall %}

with purchases as (
    select event_key, shop_id, visitor_id, event_id, event_at, order_id
    from {{ ref('int_events') }}
    where event_type = 'purchase' and event_at <= {{ as_of() }}
    {%- if is_increment() %}
        and event_key in (select event_key from {{ touched_rows() }})
        and {{ in_touched_days('event_at', 'event_at', "event_at + interval '1' day") }}
    {%- endif %}
)

select
    purchases.event_key,
    sessions.session_key,
    case when purchases.order_id is not null then {{ entity_key(['purchases.shop_id', 'purchases.order_id']) }} end as order_key,
    purchases.shop_id,
    purchases.event_id,
    purchases.event_at
from purchases
join {{ ref('int_sessions') }} as sessions
    on sessions.shop_id = purchases.shop_id
    and sessions.visitor_id = purchases.visitor_id
    and sessions.started_at <= purchases.event_at
    and sessions.ended_at >= purchases.event_at
    {%- if is_increment() %}
    and {{ in_days_of(
        "(select event_at as first_day, event_at + interval '1' day as last_day from " ~ touched_rows() ~ ") as touched",
        'sessions.started_at', 'sessions.ended_at'
    ) }}
    {%- endif %}
