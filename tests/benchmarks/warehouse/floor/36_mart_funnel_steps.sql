-- models: mart_funnel_steps
create temp table entries as
select
    visitor_id,
    product_view_at as entered_at,
    cast(timezone(getvariable('timezone'), timezone('UTC', product_view_at)) as date) as date
from fct_sessions
where product_view_at is not null;

create temp table acts as
select events.visitor_id, events.event_type, events.event_at
from int_events as events
join fct_sessions as sessions
    on sessions.visitor_id = events.visitor_id and events.event_at between sessions.started_at and sessions.ended_at
where events.event_type in ('add_to_cart', 'begin_checkout');

create temp table bought as
select visitor_id, greatest(fct_orders.created_at, coalesce(int_order_sessions.event_at, fct_orders.created_at)) as event_at
from fct_orders
join int_order_sessions using (order_key)
join fct_sessions using (session_key)
where fct_orders.is_valid;

create table mart_funnel_steps as
with chains as (
    select entries.*, carts.event_at as cart_at, checkouts.event_at as checkout_at, bought.event_at as purchase_at
    from entries
    asof left join (from acts where event_type = 'add_to_cart') as carts
        on carts.visitor_id = entries.visitor_id and carts.event_at >= entries.entered_at
    asof left join (from acts where event_type = 'begin_checkout') as checkouts
        on checkouts.visitor_id = entries.visitor_id and checkouts.event_at >= coalesce(carts.event_at, 'infinity')
    asof left join bought
        on bought.visitor_id = entries.visitor_id and bought.event_at >= coalesce(checkouts.event_at, 'infinity')
),

within as (
    select
        date, visitor_id, entered_at, conversion_window,
        [
            entered_at,
            if(cart_at <= entered_at + length, cart_at, null),
            if(checkout_at <= entered_at + length, checkout_at, null),
            if(purchase_at <= entered_at + length, purchase_at, null)
        ] as reached
    from chains
    cross join (values ('24h', interval 24 hour), ('7d', interval 168 hour)) as windows (conversion_window, length)
),

best as (
    select date, visitor_id, conversion_window, arg_min(reached, (-list_count(reached), entered_at)) as reached
    from within
    group by all
),

steps as (
    select
        date, conversion_window, step,
        count(*) as entered,
        count(reached[step]) as visitors,
        count(reached[greatest(step - 1, 1)]) as previous,
        median(if(step > 1, epoch_us(reached[step] - reached[1]) / 1e6, null)) as seconds,
        median(if(step > 1, epoch_us(reached[step] - reached[step - 1]) / 1e6, null)) as step_seconds
    from best
    cross join range(1, 5) as numbers (step)
    group by all
),

last_entries as (
    select date, max(entered_at) as entered_at from entries group by all
)

select
    'main' as shop_id,
    getvariable('platform') as platform,
    steps.date,
    conversion_window,
    step::integer as step,
    (['product_view', 'cart', 'checkout', 'purchase'])[step] as step_name,
    steps.date < getvariable('today')
    and last_entries.entered_at + if(conversion_window = '24h', interval 24 hour, interval 168 hour) <= getvariable('as_of') as is_window_closed,
    entered as entered_visitors,
    previous as previous_visitors,
    visitors,
    visitors / entered as conversion_rate,
    visitors / nullif(previous, 0) as step_rate,
    seconds as median_seconds,
    step_seconds as median_step_seconds
from steps
join last_entries using (date);
