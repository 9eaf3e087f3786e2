-- Money of several currencies is added in the reporting currency, at the rate of the order's date. An order without one
-- would be missing from every figure about people: publish the rate of the day, or of one within 5 days before it.
select
    currency || ' to {{ var("reporting_currency") }} on ' || created_date as missing_rate,
    count(*) as orders,
    min(order_key) as first_order_key
from {{ ref('fct_orders') }}
where is_valid and reporting_rate is null
group by currency, created_date
