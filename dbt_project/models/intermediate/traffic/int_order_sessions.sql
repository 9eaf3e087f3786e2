{{ config(unique_key='order_key') }}

{% set gap = "interval '" ~ var('thresholds').sessions.gap_minutes ~ "' minute" %}

{% call touched() %}
with moved as (
    select order_key, created_at from {{ changed('int_orders') }}
    union
    select order_key, created_at from {{ ref('int_orders') }}
    where created_at > {{ previous_as_of() }} and created_at <= {{ as_of() }}
    union
    select order_key, created_at from {{ ref('int_orders') }}
    where order_key in (select order_key from {{ changed('int_purchase_events') }})
    union
    select order_key, created_at from {{ this }}
    where session_key in (select session_key from {{ changed('int_sessions') }})
    union
    select orders.order_key, orders.created_at from {{ ref('int_orders') }} as orders
    semi join {{ changed('int_sessions') }} as sessions
        on sessions.shop_id = orders.shop_id
        and sessions.visitor_id = orders.visitor_id
        and sessions.started_at <= orders.created_at
        and sessions.ended_at >= orders.created_at - {{ gap }}
    {%- if is_increment() %}
    where {{ in_days_of(
        "(select started_at as first_day, ended_at + " ~ gap ~ " + interval '1' day as last_day from " ~ changed('int_sessions') ~ ") as days",
        'orders.created_at', 'orders.created_at'
    ) }}
    {%- endif %}
)

select order_key, created_at from moved
{% endcall %}

with orders as (
    select order_key, shop_id, visitor_id, created_at from {{ ref('int_orders') }}
    where created_at <= {{ as_of() }}
    {%- if is_increment() %}
        and order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

told as (
    select order_key, session_key, event_at from {{ ref('int_purchase_events') }}
    {%- if is_increment() %}
    where order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
    qualify row_number() over (partition by order_key order by event_at, event_id) = 1
),

{# Sessions of a visitor lie further apart than the gap, so that an order is not after two of them. #}
visiting as (
    select orders.order_key, sessions.session_key
    from orders
    join {{ ref('int_sessions') }} as sessions
        on sessions.shop_id = orders.shop_id
        and sessions.visitor_id = orders.visitor_id
        and sessions.started_at <= orders.created_at
        and sessions.ended_at >= orders.created_at - {{ gap }}
        {%- if is_increment() %}
        and {{ in_days_of(
            "(select created_at - " ~ gap ~ " as first_day, created_at + interval '1' day as last_day from " ~ touched_rows() ~ ") as touched",
            'sessions.started_at', 'sessions.ended_at'
        ) }}
        {%- endif %}
)

select
    orders.order_key,
    coalesce(told.session_key, visiting.session_key) as session_key,
    orders.shop_id,
    case when told.session_key is not null then 'purchase_event' else 'visitor' end as linked_by,
    told.event_at,
    orders.created_at
from orders
left join told on told.order_key = orders.order_key
left join visiting on visiting.order_key = orders.order_key
where told.session_key is not null or visiting.session_key is not null
