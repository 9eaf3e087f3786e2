-- How did the last full month go?
with months as (
    select
        date as month,
        sum(net_sales) as net_sales,
        sum(orders) as orders,
        sum(gross_sales - discounts) / nullif(sum(orders), 0) as aov
    from mart_sales_daily
    where period_type = 'month' and is_complete_period and platform = 'all' and sales_channel = 'all'
    group by date
),

compared as (
    select *, lag(net_sales) over (order by month) as net_sales_before
    from months
)

select
    strftime(month, '%B %Y') || ': net sales ' || format('{:,.0f}', net_sales::double)
    || ' from ' || format('{:,}', orders::bigint) || ' orders of ' || format('{:,.2f}', aov::double) || ' on average'
    || coalesce(', ' || format('{:+.1f}', (100 * (net_sales / nullif(net_sales_before, 0) - 1))::double) || ' % against the month before', '') || '.'
from compared
order by month desc
limit 1
