-- Seller, platform and creator together pay the discounts of an order, nobody less than nothing (but for what rounding leaves).
select order_key, discounts, discounts_seller, discounts_platform, discounts_creator
from {{ ref('fct_orders') }}
where discounts <> discounts_seller + discounts_platform + discounts_creator
    or (discounts >= 0 and least(discounts_seller, discounts_platform, discounts_creator) < -0.0001 * line_count)
