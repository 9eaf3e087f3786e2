-- Customers in RFM = customers with a valid order in the window.
with bought as (
    select distinct orders.customer_key
    from {{ ref('fct_orders') }} as orders
    join {{ ref('int_shops') }} as shops on shops.shop_id = orders.shop_id
    where orders.is_valid and not orders.is_anonymous
        and orders.created_date > shops.as_of_date - interval '{{ var("thresholds").rfm_window_days }}' day
)

select coalesce(rfm.customer_key, bought.customer_key) as customer_key
from {{ ref('mart_customer_rfm') }} as rfm
full join bought on bought.customer_key = rfm.customer_key
where rfm.customer_key is null or bought.customer_key is null
