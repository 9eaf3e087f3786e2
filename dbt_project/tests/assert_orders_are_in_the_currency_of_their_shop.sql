-- Amounts are added in the shop's currency. An order in another one would be added as if one were worth the other.
select orders.order_key, orders.currency, shops.currency as currency_of_shop
from {{ ref('int_orders_summed') }} as orders
join {{ ref('int_shops') }} as shops on shops.shop_id = orders.shop_id
where upper(orders.currency) <> upper(shops.currency) and not orders.is_test
