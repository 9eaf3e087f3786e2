{# What was seen on a day is in the rows of its products, in those of each roll-up and in its month, once. #}
with traffic as (
    select shop_id, sum(views) as views, sum(view_visits) as visits from {{ ref('int_product_traffic') }}
    where level = 'product'
    group by shop_id
),

performed as (
    select shop_id, level, period_type, sum(views) as views, sum(view_visits) as visits
    from {{ ref('mart_product_performance') }}
    where views is not null
    group by shop_id, level, period_type
)

select performed.*
from performed
left join traffic on traffic.shop_id = performed.shop_id
where performed.views <> coalesce(traffic.views, 0) or performed.visits <> coalesce(traffic.visits, 0)
union all
select shop_id, 'variant', period_type, sum(views), sum(view_visits)
from {{ ref('mart_variant_performance') }}
where view_visits > views or cart_visits > view_visits or (order_visits > cart_visits and traffic_measured_by = 'events')
group by shop_id, period_type
