-- An order in another currency than its shop's is converted at the rate of its date. One without a rate would be worth
-- nothing in every figure: publish the rate of the day, or of one within the days before it that a rate serves for.
select
    rates.order_currency || ' to ' || rates.shop_currency || ' on ' || rates.created_date as missing_rate,
    count(*) as orders,
    min(rates.order_key) as first_order_key
from {{ ref('int_order_rates') }} as rates
join {{ ref('fct_orders') }} as orders on orders.order_key = rates.order_key
where rates.shop_rate is null and not orders.is_test
group by rates.order_currency, rates.shop_currency, rates.created_date
