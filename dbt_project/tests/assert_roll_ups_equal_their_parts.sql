-- `all` rows carry the sum of what they roll up, for what adds up, and never more buyers than the parts together.
with parts as (
    select
        shop_id, period_type, date, sum(gross_sales) as gross_sales, sum(net_sales) as net_sales, sum(orders) as orders,
        sum(buyers) as buyers
    from {{ ref('mart_sales_daily') }}
    where platform <> 'all' and sales_channel <> 'all'
    group by 1, 2, 3
)

select rolled.shop_id, rolled.period_type, rolled.date
from {{ ref('mart_sales_daily') }} as rolled
left join parts on parts.shop_id = rolled.shop_id and parts.period_type = rolled.period_type and parts.date = rolled.date
where rolled.platform = 'all' and rolled.sales_channel = 'all'
    and (
        rolled.gross_sales is distinct from parts.gross_sales
        or rolled.net_sales is distinct from parts.net_sales
        or rolled.orders is distinct from parts.orders
        or rolled.buyers > parts.buyers
    )
