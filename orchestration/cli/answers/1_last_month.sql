-- How did the last full month go?
with months as (
    select
        shop_id,
        date as month,
        sum(net_sales) as net_sales,
        sum(orders) as orders,
        sum(gross_sales - discounts) / nullif(sum(orders), 0) as aov
    from mart_sales_daily
    where period_type = 'month' and is_complete_period and platform = 'all' and sales_channel = 'all'
    group by shop_id, date
),

compared as (
    select *, lag(net_sales) over (partition by shop_id order by month) as net_sales_before
    from months
    qualify row_number() over (partition by shop_id order by month desc) = 1
),

currencies as (select shop_id, max(currency) as currency from fct_orders group by shop_id)

select
    compared.shop_id || ', ' || strftime(month, '%B %Y') || ': net sales ' || currency || ' ' || format('{:,.0f}', net_sales::double)
    || ' from ' || format('{:,}', orders::bigint) || ' orders of ' || format('{:,.2f}', aov::double) || ' on average'
    || coalesce(', ' || format('{:+.1f}', (100 * (net_sales / nullif(net_sales_before, 0) - 1))::double) || ' % against the month before', '') || '.'
from compared
inner join currencies on currencies.shop_id = compared.shop_id
order by compared.shop_id
