{{ config(unique_key='order_promotion_key') }}

{% call touched() %}
select order_promotion_key from {{ changed('int_order_promotions') }}
union
select applied.order_promotion_key from {{ ref('int_order_promotions') }} as applied
semi join {{ changed('int_promotions') }} as promotions using (shop_id, promotion_id)
union
select applied.order_promotion_key from {{ ref('int_order_promotions') }} as applied
semi join (
    select order_key from {{ changed('fct_orders') }}
    union
    select order_key from {{ changed('int_orders') }}
    union
    select {{ entity_key(['shop_id', 'order_id']) }} from {{ changed('int_order_rates') }}
    union
    select order_key from {{ ref('int_orders') }}
    where deposit_paid_at > {{ previous_as_of() }} and deposit_paid_at <= {{ as_of() }}
) as orders on orders.order_key = {{ entity_key(['applied.shop_id', 'applied.order_id']) }}
{% endcall %}

with applied as (
    select *, {{ entity_key(['shop_id', 'order_id']) }} as order_key
    from {{ ref('int_order_promotions') }}
    {%- if is_increment() %}
    where order_promotion_key in (select order_promotion_key from {{ touched_rows() }})
    {%- endif %}
),

orders as (
    select order_key, customer_key, platform, is_valid, is_test, created_date from {{ ref('fct_orders') }}
    where order_key in (select order_key from applied)
),

told as (
    select order_key, deposit_paid_at from {{ ref('int_orders') }}
    where order_key in (select order_key from applied) and deposit_paid_at <= {{ as_of() }}
),

rates as (
    select order_key, shop_rate from {{ ref('int_order_rates') }} where order_key in (select order_key from applied)
),

final as (
    select
        applied.order_promotion_key,
        {{ entity_key(['applied.shop_id', 'applied.promotion_id']) }} as promotion_key,
        applied.order_key,
        case
            when applied.order_line_id is not null
                then {{ entity_key(['applied.shop_id', 'applied.order_id', 'applied.order_line_id']) }}
        end as order_line_key,
        orders.customer_key,
        applied.shop_id,
        applied.promotion_id,
        applied.order_id,
        applied.order_line_id,
        orders.platform,
        coalesce(applied.funded_by, promotions.funded_by, 'seller') as funded_by,
        orders.is_valid as is_counted,
        told.order_key is not null and not orders.is_test as is_presale,
        cast(case when orders.is_valid then {{ in_shop_currency('applied.amount', rate_of_order()) }} else 0 end as decimal(18, 4))
            as discount,
        orders.created_date
    from applied
    join orders on orders.order_key = applied.order_key
    left join told on told.order_key = applied.order_key
    left join rates on rates.order_key = applied.order_key
    left join {{ ref('int_promotions') }} as promotions
        on promotions.shop_id = applied.shop_id and promotions.promotion_id = applied.promotion_id
)

select * from final
