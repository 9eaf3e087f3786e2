-- models: int_session_searches mart_search
-- What people did with articles and searches, with the session they did it in: for the traffic of products as well.
create temp table browsed as
select
    sessions.session_key, sessions.visitor_id, sessions.session_date, sessions.orders, sessions.purchase_at,
    events.event_id, events.event_at, events.event_type, events.variant_id, events.product_id, events.search_term, events.search_results
from int_events as events
join fct_sessions as sessions
    on sessions.visitor_id = events.visitor_id and events.event_at between sessions.started_at and sessions.ended_at
where events.event_type in ('search', 'click', 'product_view', 'add_to_cart', 'impression');

create table mart_search as
with numbered as (
    select
        *,
        count_if(event_type = 'search') over (
            partition by session_key order by event_at, event_id rows unbounded preceding
        ) as number
    from browsed
    where event_type <> 'impression'
),

searches as (
    select
        session_key,
        any_value(visitor_id) as visitor_id,
        cast(date_trunc('week', any_value(session_date)) as date) as week_start,
        any_value(orders) as session_orders,
        any_value(purchase_at) as purchase_at,
        min(event_at) as searched_at,
        any_value(search_results) filter (where event_type = 'search') as results,
        coalesce(
            nullif(trim(regexp_replace(lower(any_value(search_term) filter (where event_type = 'search')), '\s+', ' ', 'g')), ''), 'unknown'
        ) as term,
        bool_or(event_type in ('click', 'product_view')) as is_viewed,
        bool_or(event_type = 'add_to_cart') as is_carted
    from numbered
    where number > 0
    group by session_key, number
),

of_sessions as (
    select
        session_key,
        visitor_id,
        week_start,
        case when grouping(term) = 1 then 'all' else term end as term_or_all,
        count(*) as searches,
        count(results) as known,
        count(*) filter (where results <= 0) as without,
        count_if(is_viewed) as viewed,
        count_if(is_carted) as carted,
        any_value(session_orders) filter (where session_orders > 0 and coalesce(searched_at <= purchase_at, true)) as orders
    from searches
    group by grouping sets ((session_key, visitor_id, week_start, term), (session_key, visitor_id, week_start))
)

select
    'main' as shop_id,
    getvariable('platform') as platform,
    week_start,
    week_start + 6 < getvariable('today') as is_complete_period,
    term_or_all as term,
    cast(sum(searches) as bigint) as searches,
    count(*) as sessions,
    count(distinct visitor_id) as visitors,
    cast(sum(known) as bigint) as searches_with_known_results,
    cast(sum(without) as bigint) as zero_result_searches,
    sum(without) / nullif(sum(known), 0) as zero_result_rate,
    cast(sum(viewed) as bigint) as viewed_searches,
    sum(viewed) / sum(searches) as view_rate,
    cast(sum(carted) as bigint) as carted_searches,
    sum(carted) / sum(searches) as cart_rate,
    cast(coalesce(sum(orders), 0) as bigint) as orders,
    count(orders) as order_sessions,
    count(orders) / count(*) as conversion_rate
from of_sessions
group by all;
