-- Each cost of a valid order is among the costs of that order, once and under its kind.
with costs as (
    select order_key, cost_kind, sum(amount) as amount from {{ ref('fct_order_costs') }}
    where is_of_valid_order
    group by order_key, cost_kind
),

orders as (
    {%- for kind in cost_kinds() %}
    select order_key, '{{ kind }}' as cost_kind, {{ kind }} as amount from {{ ref('fct_orders') }} where {{ kind }} <> 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select coalesce(orders.order_key, costs.order_key) as order_key, orders.amount, costs.amount as amount_of_costs
from orders
full join costs on costs.order_key = orders.order_key and costs.cost_kind = orders.cost_kind
where coalesce(orders.amount, 0) <> coalesce(costs.amount, 0)
