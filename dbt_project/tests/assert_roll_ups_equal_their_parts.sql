-- `all` rows carry the sum of what they roll up, for what adds up, and never more buyers than the parts together.
with parts as (
    select
        shop_id, period_type, date, sum(gross_sales) as gross_sales, sum(net_sales) as net_sales, sum(orders) as orders,
        sum(buyers) as buyers, sum(paid_amount) as paid_amount
    from {{ ref('mart_sales_daily') }}
    where platform <> 'all' and sales_channel <> 'all'
    group by 1, 2, 3
)

select rolled.shop_id, rolled.period_type, rolled.date
from {{ ref('mart_sales_daily') }} as rolled
left join parts on parts.shop_id = rolled.shop_id and parts.period_type = rolled.period_type and parts.date = rolled.date
where rolled.platform = 'all' and rolled.sales_channel = 'all'
    and (
        {# a day on which only advertising was paid has no parts #}
        rolled.gross_sales <> coalesce(parts.gross_sales, 0)
        or rolled.net_sales <> coalesce(parts.net_sales, 0)
        or rolled.orders <> coalesce(parts.orders, 0)
        or rolled.paid_amount <> coalesce(parts.paid_amount, 0)
        or rolled.buyers > coalesce(parts.buyers, 0)
    )
