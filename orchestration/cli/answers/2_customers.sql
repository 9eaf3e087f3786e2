-- Which customers are worth winning back?
select
    segment || ': ' || format('{:,}', count(*)) || ' customers who spent '
    || coalesce((select max(currency) from fct_orders where reporting_rate = 1) || ' ', '') || format('{:,.0f}', sum(monetary)::double)
    || ' in a year and have not bought for ' || format('{:.0f}', median(recency_days)::double) || ' days (median).'
from mart_customer_rfm
where recency_score <= 2
group by segment
order by sum(monetary) desc
limit 1
