-- Orders of live sessions and creators, and their bills, are in a creator's month once, and in the month of all.
with told as (
    select
        shop_id,
        coalesce(sum(orders) filter (where creator_id <> 'all'), 0) as orders,
        coalesce(sum(paid_amount) filter (where creator_id <> 'all'), 0) as paid_amount,
        coalesce(sum(slot_fees + other_fees) filter (where creator_id <> 'all'), 0) as fees,
        coalesce(sum(orders) filter (where creator_id = 'all'), 0) as orders_of_all,
        coalesce(sum(paid_amount) filter (where creator_id = 'all'), 0) as paid_amount_of_all,
        coalesce(sum(slot_fees + other_fees) filter (where creator_id = 'all'), 0) as fees_of_all
    from {{ ref('mart_live') }}
    where period_type = 'month'
    group by shop_id
),

facts as (
    select
        links.shop_id,
        count(orders.order_key) as orders,
        coalesce(sum(orders.paid_amount), 0) as paid_amount,
        coalesce(sum(costs.cost), 0) as fees
    from {{ ref('int_live_links') }} as links
    left join {{ ref('fct_orders') }} as orders on orders.order_key = links.order_key and orders.is_valid
    left join {{ ref('fct_order_costs') }} as costs on costs.cost_key = links.cost_key
    group by links.shop_id
)

select coalesce(told.shop_id, facts.shop_id) as shop_id
from told
full join facts on facts.shop_id = told.shop_id
where coalesce(told.orders, 0) <> coalesce(facts.orders, 0)
    or coalesce(told.paid_amount, 0) <> coalesce(facts.paid_amount, 0)
    or coalesce(told.fees, 0) <> coalesce(facts.fees, 0)
    or told.orders <> told.orders_of_all
    or told.paid_amount <> told.paid_amount_of_all
    or told.fees <> told.fees_of_all
