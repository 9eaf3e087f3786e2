-- models: int_sessions int_purchase_events
-- One pass over the visitors' events in their order; then one over the few that are steps of a purchase.
create temp table visits as
with gaps as (
    select
        event_id, visitor_id, customer_id, event_at, received_at, event_type, order_id, page_path, referrer, utm_source, utm_medium,
        utm_campaign, utm_content, utm_term, device, country, user_agent_class, engaged_ms,
        row_number() over visitor as place,
        coalesce(event_at - lag(event_at) over visitor > interval 30 minutes, true) as is_first
    from int_events
    where event_at <= getvariable('as_of')
    window visitor as (partition by visitor_id order by event_at, event_id)
)

select *, sum(is_first::integer) over (partition by visitor_id order by place) as number
from gaps;

create temp table taken as
with views as (
    select visitor_id, number, min(place) as place, min(event_at) as product_view_at
    from visits
    where event_type = 'product_view'
    group by all
),

carts as (
    select views.visitor_id, views.number, views.product_view_at, min(visits.place) as place, min(visits.event_at) as cart_at
    from views
    left join visits
        on visits.visitor_id = views.visitor_id and visits.number = views.number
        and visits.event_type = 'add_to_cart' and visits.place > views.place
    group by all
),

checkouts as (
    select carts.* exclude (place), min(visits.place) as place, min(visits.event_at) as checkout_at
    from carts
    left join visits
        on visits.visitor_id = carts.visitor_id and visits.number = carts.number
        and visits.event_type = 'begin_checkout' and visits.place > carts.place
    group by all
)

select checkouts.* exclude (place), min(visits.event_at) as purchase_event_at
from checkouts
left join visits
    on visits.visitor_id = checkouts.visitor_id and visits.number = checkouts.number
    and visits.event_type = 'purchase' and visits.place > checkouts.place
group by all;

create table int_sessions as
with summed as (
    select
        visitor_id,
        number,
        any_value('main:' || event_id) filter (where is_first) as session_key,
        min(event_at) as started_at,
        max(event_at) as ended_at,
        count(*) as events,
        count(*) filter (where event_type = 'page_view') as page_views,
        count(*) filter (where event_type = 'product_view') as product_views,
        count(*) filter (where event_type = 'search') as searches,
        count(*) filter (where event_type = 'add_to_cart') as cart_adds,
        count(*) filter (where event_type = 'begin_checkout') as checkouts,
        count(*) filter (where event_type = 'purchase') as purchase_events,
        cast(sum(engaged_ms) as bigint) as engaged_ms,
        any_value(device) filter (where is_first) as device,
        any_value(country) filter (where is_first) as country,
        any_value(page_path) filter (where is_first) as landing_path,
        any_value(referrer) filter (where is_first) as referrer,
        any_value(utm_source) filter (where is_first) as utm_source,
        any_value(utm_medium) filter (where is_first) as utm_medium,
        any_value(utm_campaign) filter (where is_first) as utm_campaign,
        any_value(utm_content) filter (where is_first) as utm_content,
        any_value(utm_term) filter (where is_first) as utm_term,
        arg_max(customer_id, place) as customer_id,
        count(distinct customer_id) as customer_ids,
        min(event_at) filter (where customer_id is not null) as signed_in_at,
        min(coalesce(received_at, event_at)) filter (where customer_id is not null) as signed_in_received_at,
        bool_or(user_agent_class = 'bot') as is_declared,
        min(page_path) is not distinct from max(page_path)
        and count(*) filter (where event_type = 'page_view') < 2
        and count(*) filter (where event_type = 'product_view') < 2
        and (count(*) filter (where event_type in ('page_view', 'product_view')) < 2
            or count(*) filter (where event_type in ('page_view', 'product_view') and page_path is null) = 0)
        and bool_and(event_type in ('page_view', 'product_view', 'login', 'impression')) as is_bounce
    from visits
    group by visitor_id, number
)

select
    summed.session_key,
    'main' as shop_id,
    summed.visitor_id,
    cast(timezone(getvariable('timezone'), timezone('UTC', summed.started_at)) as date) as session_date,
    summed.* exclude (visitor_id, number, session_key, is_declared, is_bounce),
    taken.product_view_at,
    taken.cart_at,
    taken.checkout_at,
    taken.purchase_event_at,
    summed.is_bounce,
    case
        when is_declared then 'declared'
        when page_views + product_views >= 30 and epoch_us(ended_at) - epoch_us(started_at) < 1000000 * (page_views + product_views) then 'pace'
    end as bot_reason,
    bot_reason is not null as is_bot
from summed
left join taken using (visitor_id, number);

create table int_purchase_events as
select
    'main:' || visits.event_id as event_key,
    sessions.session_key,
    'main:' || visits.order_id as order_key,
    'main' as shop_id,
    visits.event_id,
    visits.event_at
from visits
join int_sessions as sessions
    on sessions.visitor_id = visits.visitor_id and visits.event_at between sessions.started_at and sessions.ended_at
where visits.event_type = 'purchase';
