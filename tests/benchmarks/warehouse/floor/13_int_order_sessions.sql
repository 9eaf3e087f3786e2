-- models: int_order_sessions int_order_shops
-- The session of the order's first purchase event, else the one that its visitor was in or had just ended.
create table int_order_sessions as
with told as (
    select order_key, arg_min(session_key, (event_at, event_id)) as session_key, min(event_at) as event_at
    from int_purchase_events
    group by order_key
),

visiting as (
    select 'main:' || orders.order_id as order_key, sessions.session_key
    from int_orders as orders
    asof join int_sessions as sessions on sessions.visitor_id = orders.visitor_id and sessions.started_at <= orders.created_at
    where orders.created_at <= sessions.ended_at + interval 30 minutes
)

select
    'main:' || orders.order_id as order_key,
    coalesce(told.session_key, visiting.session_key) as session_key,
    'main' as shop_id,
    if(told.session_key is not null, 'purchase_event', 'visitor') as linked_by,
    told.event_at,
    orders.created_at
from int_orders as orders
left join told on told.order_key = 'main:' || orders.order_id
left join visiting on visiting.order_key = 'main:' || orders.order_id
where orders.created_at <= getvariable('as_of') and coalesce(told.session_key, visiting.session_key) is not null;
