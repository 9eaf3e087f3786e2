-- The days of a month add up to the month (for what adds up), and the last month-to-date row is the month.
with days as (
    select shop_id, platform, sales_channel, cast(date_trunc('month', date) as date) as month,
        sum(gross_sales) as gross_sales, sum(net_sales) as net_sales, sum(paid_amount) as paid_amount, sum(orders) as orders,
        sum(new_buyers) as new_buyers
    from {{ ref('mart_sales_daily') }}
    where period_type = 'day'
    group by 1, 2, 3, 4
),

months as (
    select * from {{ ref('mart_sales_daily') }} where period_type = 'month'
)

select months.shop_id, months.platform, months.sales_channel, months.date
from months
full join days
    on days.shop_id = months.shop_id
    and days.platform = months.platform
    and days.sales_channel = months.sales_channel
    and days.month = months.date
where months.gross_sales is distinct from days.gross_sales
    or months.net_sales is distinct from days.net_sales
    or months.paid_amount is distinct from days.paid_amount
    or months.orders is distinct from days.orders
    or months.new_buyers is distinct from days.new_buyers
