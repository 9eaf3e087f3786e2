{# Every session of a person is in its day, and in one channel, device and kind of visitor of it; every valid order is in a
   session or stands beside; every search of these sessions has its term. #}
with days as (
    select
        shop_id,
        sum(sessions) filter (where channel = 'all' and device = 'all' and visitor_type = 'all') as sessions,
        sum(sessions) filter (where channel <> 'all' and device <> 'all' and visitor_type <> 'all') as split_sessions,
        sum(page_views) filter (
            where channel = 'all' and device = 'all' and visitor_type = 'all' and measured_by = 'events'
        ) as page_views,
        sum(coalesce(orders, 0) + orders_without_session) filter (
            where channel = 'all' and device = 'all' and visitor_type = 'all'
        ) as orders
    from {{ ref('mart_funnel_daily') }}
    where period_type = 'day' and shop_id <> 'all'
    group by shop_id
),

sessions as (
    select shop_id, count(*) as sessions, sum(page_views) as page_views, sum(searches) as searches
    from {{ ref('fct_sessions') }}
    group by shop_id
),

orders as (
    select shop_id, count(*) as orders from {{ ref('fct_orders') }}
    where is_valid
    group by shop_id
),

searched as (
    select shop_id, sum(searches) as searches from {{ ref('mart_search') }}
    where term = 'all'
    group by shop_id
)

select shops.shop_id, sessions.sessions, days.sessions as counted, orders.orders, days.orders as counted_orders
from {{ ref('int_shops') }} as shops
left join days on days.shop_id = shops.shop_id
left join sessions on sessions.shop_id = shops.shop_id
left join orders on orders.shop_id = shops.shop_id
left join searched on searched.shop_id = shops.shop_id
where coalesce(sessions.sessions, 0) <> coalesce(days.sessions, 0)
    or coalesce(sessions.sessions, 0) <> coalesce(days.split_sessions, 0)
    or coalesce(sessions.page_views, 0) <> coalesce(days.page_views, 0)
    or coalesce(orders.orders, 0) <> coalesce(days.orders, 0)
    or coalesce(sessions.searches, 0) <> coalesce(searched.searches, 0)
