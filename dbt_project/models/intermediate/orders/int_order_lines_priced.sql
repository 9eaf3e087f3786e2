{{ config(unique_key='order_line_key') }}

{% call touched() %}
select {{ entity_key(['shop_id', 'order_id']) }} as order_key from {{ changed('int_order_lines') }}
union
select order_key from {{ changed('int_orders') }}
union
select {{ entity_key(['lines.shop_id', 'lines.order_id']) }} from {{ ref('int_order_lines') }} as lines
semi join {{ changed('int_unit_costs') }} as costs using (shop_id, variant_id)
union
select {{ entity_key(['lines.shop_id', 'lines.order_id']) }} from {{ ref('int_order_lines') }} as lines
semi join {{ changed('int_products') }} as products using (shop_id, variant_id)
{% endcall %}

with orders as (
    select order_key, created_at, coalesce(discount_total, 0) as discount_total from {{ ref('int_orders') }}
),

lines as (
    select
        *,
        {{ entity_key(['shop_id', 'order_id']) }} as order_key,
        {{ entity_key(['shop_id', 'variant_id']) }} as variant_key,
        coalesce(line_type, 'merchandise') as type
    from {{ ref('int_order_lines') }}
    {%- if is_increment() %}
    where {{ entity_key(['shop_id', 'order_id']) }} in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

valued as (
    select
        lines.*,
        orders.created_at,
        coalesce(orders.discount_total, 0) as order_discount,
        lines.type = 'merchandise' and not coalesce(lines.is_gift_card, false) and not coalesce(lines.is_giveaway, false)
            as is_sale,
        cast(lines.quantity * lines.unit_price as decimal(18, 4)) as value,
        count(lines.discount) over (partition by lines.order_key) > 0 as has_line_discounts
    from lines
    left join orders on orders.order_key = lines.order_key
),

{# Where only the order says what was taken off, its lines share it by value; the dearest takes what rounding leaves. #}
shares as (
    select
        *,
        case
            when is_sale and not has_line_discounts and order_discount > 0
                then cast(order_discount * cast(value as double)
                    / nullif(cast(sum(case when is_sale then value end) over (partition by order_key) as double), 0) as decimal(18, 4))
        end as share,
        row_number() over (partition by order_key order by is_sale desc, value desc, order_line_key) = 1 as is_dearest
    from valued
),

discounted as (
    select
        *,
        case
            when has_line_discounts then coalesce(discount, 0)
            when share is null then 0
            when is_dearest then share + order_discount - sum(share) over (partition by order_key)
            else share
        end as shared_discount
    from shares
),

dated_costs as (
    select discounted.order_line_key, costs.unit_cost
    from discounted
    join {{ ref('int_unit_costs') }} as costs
        on costs.shop_id = discounted.shop_id
        and costs.variant_id = discounted.variant_id
        and costs.valid_from <= discounted.created_at
    qualify row_number() over (partition by discounted.order_line_key order by costs.valid_from desc) = 1
),

final as (
    select
        discounted.order_line_key,
        discounted.order_key,
        discounted.variant_key,
        discounted.shop_id,
        discounted.order_line_id,
        discounted.order_id,
        discounted.variant_id,
        discounted.type as line_type,
        discounted.quantity,
        discounted.unit_price,
        discounted.value,
        cast(discounted.shared_discount as decimal(18, 4)) as discount,
        discounted.tax,
        cast(coalesce(discounted.unit_cost, dated_costs.unit_cost, products.unit_cost) as decimal(18, 4)) as unit_cost,
        discounted.is_sale,
        coalesce(discounted.is_gift_card, false) as is_gift_card,
        coalesce(discounted.is_giveaway, false) as is_giveaway
    from discounted
    left join dated_costs on dated_costs.order_line_key = discounted.order_line_key
    left join {{ ref('int_products') }} as products on products.variant_key = discounted.variant_key
)

select * from final
