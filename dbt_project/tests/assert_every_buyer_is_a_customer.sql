-- Orders and refunds name people that dim_customers knows; an order of nobody is nobody's.
select distinct orders.customer_key
from {{ ref('fct_orders') }} as orders
anti join {{ ref('dim_customers') }} as customers on customers.customer_key = orders.customer_key
where not orders.is_anonymous
