-- models: fct_touches
-- A visit leads to the next order of its person, if that follows within 30 days; and a session to the order placed in it.
create table fct_touches as
with orders as (
    select order_key, customer_key, order_id, created_at, created_date from fct_orders where is_valid
),

visits as (
    select orders.order_key, sessions.session_key, sessions.started_at
    from (select session_key, customer_key, started_at from fct_sessions where customer_key is not null) as sessions
    asof join (
        select * from orders qualify row_number() over (partition by customer_key, created_at order by order_id) = 1
    ) as orders on orders.customer_key = sessions.customer_key and orders.created_at >= sessions.started_at
    where sessions.started_at >= orders.created_at - interval 30 days
    union
    select orders.order_key, sessions.session_key, sessions.started_at
    from orders
    join int_order_sessions as links using (order_key)
    join fct_sessions as sessions on sessions.session_key = links.session_key
    where sessions.started_at between orders.created_at - interval 30 days and orders.created_at + interval 1 day
),

path as (
    select
        visits.order_key,
        links.order_key is not null as is_own,
        sessions.session_key, sessions.channel, sessions.ad_platform, sessions.campaign_id, sessions.campaign, sessions.started_at, sessions.session_date,
        (sessions.channel, sessions.ad_platform, coalesce(sessions.campaign_id, sessions.campaign)) as way,
        way is distinct from lag(way) over steps as is_other
    from visits
    join fct_sessions as sessions using (session_key)
    left join int_order_sessions as links on links.order_key = visits.order_key and links.session_key = visits.session_key
    window steps as (partition by visits.order_key order by sessions.started_at, sessions.session_key)
),

numbered as (
    select *, count(*) filter (where is_other) over (partition by order_key order by started_at, session_key) as touch_number from path
),

touched as (
    select
        order_key,
        touch_number,
        count(*) as sessions,
        bool_or(is_own) as has_order_session,
        max(started_at) as last_session_at,
        arg_min(
            {'session_key': session_key, 'channel': channel, 'ad_platform': ad_platform, 'campaign_id': campaign_id, 'campaign': campaign,
             'touched_at': started_at, 'session_date': session_date},
            (started_at, session_key)
        ) as first
    from numbered
    group by order_key, touch_number
)

select
    touched.order_key,
    touch_number,
    max(touch_number) over (partition by touched.order_key) as touches,
    'main' as shop_id,
    getvariable('platform') as platform,
    orders.customer_key,
    first.session_key,
    first.channel,
    first.ad_platform,
    first.campaign_id,
    first.campaign,
    sessions,
    has_order_session,
    first.touched_at,
    least(first.session_date, orders.created_date) as touch_date,
    last_session_at,
    orders.created_at as ordered_at,
    orders.created_date as order_date,
    greatest((epoch_us(orders.created_at) - epoch_us(first.touched_at)) / 86400000000, 0) as days_before_order
from touched
join orders on orders.order_key = touched.order_key;
