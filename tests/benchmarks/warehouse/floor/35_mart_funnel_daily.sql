-- models: int_order_visits mart_funnel_daily
-- Each session stands once for every roll-up that it is of.
create temp table rolled_sessions as
select
    session_key, session_date, visitor_id, product_view_at, cart_at, checkout_at, purchase_at, is_bounce, page_views, duration_seconds,
    orders, purchase_events_without_order,
    unnest([channel, 'all', channel, 'all', channel, 'all', channel, 'all']) as channel,
    unnest([device, device, 'all', 'all', device, device, 'all', 'all']) as device,
    unnest([visitor_type, visitor_type, visitor_type, visitor_type, 'all', 'all', 'all', 'all']) as visitor_type
from fct_sessions;

create temp table visited_orders as
select order_key, fct_orders.customer_key, fct_orders.created_date, fct_sessions.session_key
from fct_orders
left join int_order_sessions using (order_key)
left join fct_sessions using (session_key)
where fct_orders.is_valid;

create temp table funnel_days as
select
    session_date as day, channel, device, visitor_type,
    count(*) as sessions,
    count(product_view_at) as product_view_sessions,
    count(cart_at) as cart_sessions,
    count(checkout_at) as checkout_sessions,
    count(purchase_at) as purchase_sessions,
    count_if(is_bounce) as bounces,
    sum(page_views) as page_views,
    sum(duration_seconds) as session_seconds,
    sum(orders) as orders,
    count_if(orders > 0) as order_sessions,
    sum(purchase_events_without_order) as purchase_events_without_order,
    0 as bot_sessions,
    0 as orders_without_session,
    true as is_told
from rolled_sessions
group by all
union all by name
select
    session_date as day, 'all' as channel, 'all' as device, 'all' as visitor_type,
    0 as sessions, 0 as product_view_sessions, 0 as cart_sessions, 0 as checkout_sessions, 0 as purchase_sessions, 0 as bounces,
    0 as page_views, 0 as session_seconds, 0 as orders, 0 as order_sessions, 0 as purchase_events_without_order,
    count(*) as bot_sessions, 0 as orders_without_session, true as is_told
from int_sessions
where is_bot
group by all
union all by name
select
    created_date as day, 'all' as channel, 'all' as device, 'all' as visitor_type,
    0 as sessions, 0 as product_view_sessions, 0 as cart_sessions, 0 as checkout_sessions, 0 as purchase_sessions, 0 as bounces,
    0 as page_views, 0 as session_seconds, 0 as orders, 0 as order_sessions, 0 as purchase_events_without_order,
    0 as bot_sessions, count(*) as orders_without_session, false as is_told
from visited_orders
where session_key is null
group by all;

-- Who is counted, and on which days of which cells.
create temp table counted as
select distinct 'visitors' as what, session_date as day, channel, device, visitor_type, visitor_id as who from rolled_sessions
union all
select distinct 'cart_visitors', session_date, channel, device, visitor_type, visitor_id from rolled_sessions where cart_at is not null
union all
select distinct 'paying_buyers', session_date, channel, device, visitor_type, customer_key from rolled_sessions join visited_orders using (session_key)
union all
select distinct 'buyers_without_session', created_date, 'all', 'all', 'all', customer_key from visited_orders where session_key is null;

create temp macro in_units() as table
select unnest(['day', 'week', 'month']) as unit;

create temp macro to_date_days() as table
select
    unnest(generate_series(first_day, least(last_day(first_day), getvariable('today')), interval 1 day))::date as date
from (select min(day) as first_day from funnel_days group by date_trunc('month', day));

create table mart_funnel_daily as
with sums as (
    select
        unit as period_type,
        date_trunc(unit, day)::date as date,
        channel, device, visitor_type,
        bool_or(is_told) as is_told,
        sum(columns(funnel_days.* exclude (day, channel, device, visitor_type, is_told)))
    from funnel_days, in_units()
    group by all
    union all by name
    select
        'month_to_date' as period_type,
        date,
        channel, device, visitor_type,
        bool_or(is_told) as is_told,
        sum(columns(funnel_days.* exclude (day, channel, device, visitor_type, is_told)))
    from funnel_days
    join to_date_days() on day between date_trunc('month', date) and date
    group by all
),

distinct_counts as (
    select
        unit as period_type,
        date_trunc(unit, day)::date as date,
        channel, device, visitor_type,
        count(distinct who) filter (where what = 'visitors') as visitors,
        count(distinct who) filter (where what = 'cart_visitors') as cart_visitors,
        count(distinct who) filter (where what = 'paying_buyers') as paying_buyers,
        count(distinct who) filter (where what = 'buyers_without_session') as buyers_without_session
    from counted, in_units()
    group by all
),

first_days as (
    select what, min(day) as day, channel, device, visitor_type, who
    from counted
    group by what, date_trunc('month', day), channel, device, visitor_type, who
),

new_people as (
    select day, channel, device, visitor_type, what, count(*) as people from first_days group by all
),

to_date as (
    select
        'month_to_date' as period_type,
        date,
        channel, device, visitor_type,
        sum(people) filter (where what = 'visitors') as visitors,
        sum(people) filter (where what = 'cart_visitors') as cart_visitors,
        sum(people) filter (where what = 'paying_buyers') as paying_buyers,
        sum(people) filter (where what = 'buyers_without_session') as buyers_without_session
    from new_people
    join to_date_days() on day between date_trunc('month', date) and date
    group by all
),

medians as (
    select
        unit as period_type,
        date_trunc(unit, session_date)::date as date,
        channel, device, visitor_type,
        median(epoch_us(cart_at - product_view_at) / 1e6) as median_seconds_to_cart,
        median(epoch_us(checkout_at - cart_at) / 1e6) as median_seconds_to_checkout,
        median(epoch_us(purchase_at - checkout_at) / 1e6) as median_seconds_to_purchase
    from rolled_sessions, in_units()
    where cart_at is not null
    group by all
),

people as (
    from distinct_counts union all by name from to_date
)

select
    sums.date,
    sums.period_type,
    'main' as shop_id,
    getvariable('platform') as platform,
    sums.channel, sums.device, sums.visitor_type,
    if(is_told, 'events', null) as measured_by,
    case sums.period_type
        when 'week' then sums.date + 6 when 'month' then last_day(sums.date) else sums.date
    end < getvariable('today') as is_complete_period,
    case when is_told then columns(
        'product_view_sessions|cart_sessions|checkout_sessions|purchase_sessions|bounces|page_views|session_seconds|order_sessions'
    ) end,
    case when is_told then sums.sessions end as sessions,
    case when is_told then sums.orders end as orders,
    case when is_told then sums.purchase_events_without_order end as purchase_events_without_order,
    case when is_told then coalesce(people.visitors, 0) end as visitors,
    case when is_told then coalesce(people.cart_visitors, 0) end as cart_visitors,
    case when is_told then coalesce(people.paying_buyers, 0) end as paying_buyers,
    case when is_whole then coalesce(people.buyers_without_session, 0) end as buyers_without_session,
    case when is_whole then sums.bot_sessions end as bot_sessions,
    case when is_whole then sums.orders_without_session end as orders_without_session,
    median_seconds_to_cart, median_seconds_to_checkout, median_seconds_to_purchase,
    case when is_told then sums.cart_sessions - sums.purchase_sessions end as abandoned_carts,
    case when is_told then sums.product_view_sessions / nullif(sums.sessions, 0) end as product_view_rate,
    case when is_told then sums.cart_sessions / nullif(sums.product_view_sessions, 0) end as cart_rate,
    case when is_told then sums.checkout_sessions / nullif(sums.cart_sessions, 0) end as checkout_rate,
    case when is_told then sums.purchase_sessions / nullif(sums.checkout_sessions, 0) end as purchase_rate,
    case when is_told then sums.purchase_sessions / nullif(sums.sessions, 0) end as overall_rate,
    case when is_told then 1 - sums.purchase_sessions / nullif(sums.cart_sessions, 0) end as cart_abandonment_rate,
    case when is_told then sums.bounces / nullif(sums.sessions, 0) end as bounce_rate,
    case when is_told then sums.page_views / nullif(sums.sessions, 0) end as pages_per_session,
    case when is_told then sums.session_seconds / nullif(sums.sessions, 0) end as seconds_per_session,
    case when is_told then sums.orders / nullif(sums.sessions, 0) end as session_cvr,
    case when is_told then coalesce(people.paying_buyers, 0) / nullif(people.visitors, 0) end as buyer_cvr
from (select *, channel = 'all' and device = 'all' and visitor_type = 'all' as is_whole from sums) as sums
left join people using (period_type, date, channel, device, visitor_type)
left join medians using (period_type, date, channel, device, visitor_type);
