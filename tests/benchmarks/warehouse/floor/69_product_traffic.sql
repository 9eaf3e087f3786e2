-- models: int_product_traffic
-- Once by variant and once by product: what a session did with it.
create temp table product_traffic as
with of_sessions as (
    select
        browsed.session_key,
        browsed.session_date,
        'main:' || browsed.variant_id as variant_key,
        coalesce(dim_products.product_id, browsed.product_id, browsed.variant_id) as product_id,
        count_if(event_type = 'impression') as impressions,
        count_if(event_type = 'click') as clicks,
        count_if(event_type = 'product_view') as views,
        count_if(event_type = 'add_to_cart') as cart_adds,
        min(event_at) filter (where event_type = 'product_view') as viewed_at,
        max(event_at) filter (where event_type = 'add_to_cart') as carted_at
    from browsed
    left join dim_products on dim_products.variant_key = 'main:' || browsed.variant_id
    where browsed.event_type <> 'search' and coalesce(browsed.variant_id, browsed.product_id) is not null
    group by all
),

of_levels as (
    select
        session_key,
        session_date as date,
        if(grouping(variant_key) = 0, 'variant', 'product') as level,
        if(grouping(variant_key) = 0, variant_key, product_id) as item,
        sum(impressions) as impressions, sum(clicks) as clicks, sum(views) as views, sum(cart_adds) as cart_adds,
        min(viewed_at) as viewed_at,
        max(carted_at) as carted_at
    from of_sessions
    group by grouping sets ((session_key, session_date, variant_key), (session_key, session_date, product_id))
    having item is not null
),

ordered as (
    select distinct session_key, unnest(['main:' || lines.variant_id, coalesce(dim_products.product_id, lines.variant_id)]) as item,
        unnest(['variant', 'product']) as level
    from int_order_sessions
    join (select 'main:' || order_id as order_key, variant_id from int_order_lines) as lines using (order_key)
    left join dim_products on dim_products.variant_key = 'main:' || lines.variant_id
)

select
    date, level, item,
    sum(impressions) as impressions, sum(clicks) as clicks, sum(views) as views, sum(cart_adds) as cart_adds,
    count(viewed_at) as view_visits,
    count_if(carted_at >= viewed_at) as cart_visits,
    count_if(carted_at >= viewed_at and ordered.item is not null) as order_visits
from of_levels
left join ordered using (session_key, level, item)
group by all;
