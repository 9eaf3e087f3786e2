{{ config(unique_key='order_key') }}

{% set reporting = "'" ~ var('reporting_currency') ~ "'" %}

{% call touched() %}
select order_key from {{ changed('int_orders') }}
union
select orders.order_key from {{ this }} as orders
semi join {{ changed('int_fx_rates_daily') }} as rates
    on rates.date = orders.created_date and rates.currency in (orders.order_currency, orders.shop_currency)
{% endcall %}

with orders as (
    select * from {{ ref('int_orders') }}
    where currency is not null
    {%- if is_increment() %}
    and order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

foreign_orders as (
    select
        orders.order_key,
        orders.shop_id,
        orders.order_id,
        upper(orders.currency) as order_currency,
        upper(shops.currency) as shop_currency,
        {{ local_date('orders.created_at', 'shops.timezone') }} as created_date
    from orders
    join {{ ref('int_shops') }} as shops on shops.shop_id = orders.shop_id
    where upper(orders.currency) <> upper(shops.currency)
),

final as (
    select
        foreign_orders.*,
        cast(
            case when foreign_orders.order_currency = {{ reporting }} then 1 else of_order.rate end
            / nullif(case when foreign_orders.shop_currency = {{ reporting }} then 1 else of_shop.rate end, 0) as decimal(20, 10)
        ) as shop_rate
    from foreign_orders
    left join {{ ref('int_fx_rates_daily') }} as of_order
        on of_order.date = foreign_orders.created_date and of_order.currency = foreign_orders.order_currency
    left join {{ ref('int_fx_rates_daily') }} as of_shop
        on of_shop.date = foreign_orders.created_date and of_shop.currency = foreign_orders.shop_currency
)

select * from final
