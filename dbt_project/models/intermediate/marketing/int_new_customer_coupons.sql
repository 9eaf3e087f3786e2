{{ config(unique_key='order_key') }}

{% call touched() %}
select order_key from {{ changed('fct_orders') }}
union
select {{ entity_key(['shop_id', 'order_id']) }} as order_key from {{ changed('int_order_promotions') }}
union
select {{ entity_key(['taken_off.shop_id', 'taken_off.order_id']) }} as order_key from {{ ref('int_order_promotions') }} as taken_off
semi join {{ changed('int_promotions') }} as promotions using (shop_id, promotion_id)
{% endcall %}

with redeemed as (
    select
        {{ entity_key(['taken_off.shop_id', 'taken_off.order_id']) }} as order_key,
        sum(taken_off.amount) as amount
    from {{ ref('int_order_promotions') }} as taken_off
    join {{ ref('int_promotions') }} as promotions
        on promotions.shop_id = taken_off.shop_id and promotions.promotion_id = taken_off.promotion_id
    where promotions.kind = 'coupon' and coalesce(taken_off.funded_by, promotions.funded_by, 'seller') = 'seller'
    {%- if is_increment() %}
        and {{ entity_key(['taken_off.shop_id', 'taken_off.order_id']) }} in (select order_key from {{ touched_rows() }})
    {%- endif %}
    group by {{ entity_key(['taken_off.shop_id', 'taken_off.order_id']) }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where (is_first_order or order_number_anywhere = 1)
    {%- if is_increment() %}
        and order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
)

{# Never more than the shop gave off: some sources tell of coupons that were taken back. #}
select
    orders.order_key,
    orders.shop_id,
    orders.created_date,
    orders.is_first_order,
    orders.order_number_anywhere = 1 as is_first_order_anywhere,
    orders.reporting_rate,
    cast(least({{ in_shop_currency('redeemed.amount', rate_of_order()) }}, orders.discounts_seller) as decimal(18, 4)) as coupons
from orders
join redeemed on redeemed.order_key = orders.order_key
left join {{ ref('int_order_rates') }} as rates on rates.order_key = orders.order_key
