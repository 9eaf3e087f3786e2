{{ config(unique_key='order_line_key') }}

{% call touched() %}
with orders as (
    select shop_id, order_id from {{ changed('int_order_lines') }}
    union
    select shop_id, order_id from {{ changed('int_orders') }}
    union
    select shop_id, order_id from {{ changed('int_order_rates') }}
    union
    select lines.shop_id, lines.order_id from {{ ref('int_order_lines') }} as lines
    semi join {{ changed('int_unit_costs') }} as costs using (shop_id, variant_id)
    union
    select lines.shop_id, lines.order_id from {{ ref('int_order_lines') }} as lines
    semi join {{ changed('int_products') }} as products using (shop_id, variant_id)
    union
    select shop_id, order_id from {{ changed('int_order_promotions') }}
    union
    select taken_off.shop_id, taken_off.order_id from {{ ref('int_order_promotions') }} as taken_off
    semi join {{ changed('int_promotions') }} as promotions using (shop_id, promotion_id)
)

select shop_id, order_id, {{ entity_key(['shop_id', 'order_id']) }} as order_key from orders
{% endcall %}

with orders as (
    select given.order_key, given.created_at, coalesce(given.discount_total, 0) as discount_total, {{ rate_of_order() }} as shop_rate
    from {{ ref('int_orders') }} as given
    left join {{ ref('int_order_rates') }} as rates on rates.order_key = given.order_key
    {%- if is_increment() %}
    where given.order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

lines as (
    select
        *,
        {{ entity_key(['shop_id', 'order_id']) }} as order_key,
        {{ entity_key(['shop_id', 'variant_id']) }} as variant_key,
        coalesce(line_type, 'merchandise') as type
    from {{ ref('int_order_lines') }}
    {%- if is_increment() %}
    semi join {{ touched_rows() }} using (shop_id, order_id)
    {%- endif %}
),

parts as (
    select order_key, bundle_parent_id, sum(quantity * unit_price) as value from lines
    where bundle_parent_id is not null
    group by order_key, bundle_parent_id
),

{# A bundle counts once: by its own line where that has a price, else by its parts. #}
counted as (
    select
        lines.*,
        coalesce(bundles.quantity * bundles.unit_price <> 0, false)
            or coalesce(lines.quantity * lines.unit_price = 0 and parts.value <> 0, false) as is_counted_elsewhere
    from lines
    left join lines as bundles on bundles.order_key = lines.order_key and bundles.order_line_id = lines.bundle_parent_id
    left join parts on parts.order_key = lines.order_key and parts.bundle_parent_id = lines.order_line_id
),

valued as (
    select
        counted.*,
        orders.created_at,
        case when orders.order_key is null then 1 else orders.shop_rate end as shop_rate,
        coalesce({{ in_shop_currency('orders.discount_total') }}, 0) as order_discount,
        counted.type = 'merchandise' and not coalesce(counted.is_gift_card, false) and not coalesce(counted.is_giveaway, false)
            and not counted.is_counted_elsewhere as is_sale,
        {{ in_shop_currency(
            'case when counted.is_counted_elsewhere then 0 else counted.quantity * counted.unit_price end',
            'case when orders.order_key is null then 1 else orders.shop_rate end'
        ) }} as value,
        count(counted.discount) over (partition by counted.order_key) > 0 as has_line_discounts
    from counted
    left join orders on orders.order_key = counted.order_key
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
            when is_counted_elsewhere then 0
            when has_line_discounts then coalesce({{ in_shop_currency('discount') }}, 0)
            when share is null then 0
            when is_dearest then share + order_discount - sum(share) over (partition by order_key)
            else share
        end as shared_discount
    from shares
),

{# What others than the seller pay of a line's discount: what names the line, and of what was taken off the order as a
   whole a share by what no promotion of the line explains. Never more than the discount; the rest is the seller's. #}
applied as (
    select
        {{ entity_key(['applied.shop_id', 'applied.order_id']) }} as order_key,
        applied.order_line_id,
        {{ in_shop_currency('applied.amount', 'orders.shop_rate') }} as amount,
        coalesce(applied.funded_by, promotions.funded_by, 'seller') as payer
    from {{ ref('int_order_promotions') }} as applied
    left join {{ ref('int_promotions') }} as promotions
        on promotions.shop_id = applied.shop_id and promotions.promotion_id = applied.promotion_id
    join orders on orders.order_key = {{ entity_key(['applied.shop_id', 'applied.order_id']) }}
    {%- if is_increment() %}
    semi join {{ touched_rows() }} as touched on touched.shop_id = applied.shop_id and touched.order_id = applied.order_id
    {%- endif %}
),

payers as (
    select
        order_key,
        order_line_id,
        sum(amount) as amount,
        coalesce(sum(amount) filter (where payer = 'platform'), 0) as platform,
        coalesce(sum(amount) filter (where payer = 'creator'), 0) as creator
    from applied
    where order_key in (select others.order_key from applied as others where others.payer <> 'seller')
    group by order_key, order_line_id
),

paid_apart as (
    select
        discounted.order_line_key,
        discounted.order_key,
        least(coalesce(of_line.platform, 0), shared_discount) as platform,
        least(coalesce(of_line.creator, 0), shared_discount - least(coalesce(of_line.platform, 0), shared_discount)) as creator,
        greatest(shared_discount - coalesce(of_line.amount, 0), 0) as rest,
        sum(greatest(shared_discount - coalesce(of_line.amount, 0), 0)) over (partition by discounted.order_key) as rest_of_order,
        row_number() over (
            partition by discounted.order_key
            order by greatest(shared_discount - coalesce(of_line.amount, 0), 0) desc, discounted.order_line_key
        ) = 1 as is_largest,
        coalesce(of_order.platform, 0) as platform_of_order,
        coalesce(of_order.creator, 0) as creator_of_order
    from discounted
    semi join payers on payers.order_key = discounted.order_key
    left join payers as of_line
        on of_line.order_key = discounted.order_key and of_line.order_line_id = discounted.order_line_id
    left join payers as of_order on of_order.order_key = discounted.order_key and of_order.order_line_id is null
    where discounted.is_sale and shared_discount > 0
),
{% for payer, left_by in [('platform', 'rest_of_order'), ('creator', 'rest_of_order - least(platform_of_order, rest_of_order)')] %}
shares_of_{{ payer }} as (
    select
        *,
        least({{ payer }}_of_order, {{ left_by }}) as {{ payer }}_shared,
        cast(cast(least({{ payer }}_of_order, {{ left_by }}) as double) * cast(rest as double)
            / nullif(cast(rest_of_order as double), 0) as decimal(18, 4)) as {{ payer }}_share
    from {{ 'paid_apart' if loop.first else 'shares_of_platform' }}
),
{% endfor %}
funded as (
    select
        order_line_key,
        {%- for payer in ['platform', 'creator'] %}
        {{ payer }} + coalesce({{ payer }}_share, 0) + case
            when is_largest then {{ payer }}_shared - coalesce(sum({{ payer }}_share) over (partition by order_key), 0)
            else 0
        end as {{ payer }}{{ ',' if not loop.last }}
        {%- endfor %}
    from shares_of_creator
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

costed as (
    select
        discounted.*,
        coalesce(discounted.unit_cost, dated_costs.unit_cost, products.unit_cost) as known_unit_cost
    from discounted
    left join dated_costs on dated_costs.order_line_key = discounted.order_line_key
    left join {{ ref('int_products') }} as products on products.variant_key = discounted.variant_key
),

{# A bundle without a cost of its own costs what its parts do, if that is known of all of them. #}
costs_of_parts as (
    select
        order_key,
        bundle_parent_id,
        case when count(known_unit_cost) = count(*) then sum(quantity * known_unit_cost) end as cost
    from costed
    where bundle_parent_id is not null
    group by order_key, bundle_parent_id
),

final as (
    select
        costed.order_line_key,
        costed.order_key,
        costed.variant_key,
        costed.shop_id,
        costed.order_line_id,
        costed.order_id,
        costed.variant_id,
        costed.type as line_type,
        costed.quantity,
        {{ in_shop_currency('costed.unit_price', 'costed.shop_rate') }} as unit_price,
        costed.value,
        cast(costed.shared_discount as decimal(18, 4)) as discount,
        cast(coalesce(funded.platform, 0) as decimal(18, 4)) as discount_platform,
        cast(coalesce(funded.creator, 0) as decimal(18, 4)) as discount_creator,
        case when not costed.is_counted_elsewhere then {{ in_shop_currency('costed.tax', 'costed.shop_rate') }} end as tax,
        cast(coalesce(
            costed.known_unit_cost, {{ rate('costs_of_parts.cost', 'costed.quantity') }}
        ) as decimal(18, 4)) as unit_cost,
        costed.is_sale,
        coalesce(costed.is_gift_card, false) as is_gift_card,
        coalesce(costed.is_giveaway, false) as is_giveaway
    from costed
    left join funded on funded.order_line_key = costed.order_line_key
    left join costs_of_parts
        on costs_of_parts.order_key = costed.order_key and costs_of_parts.bundle_parent_id = costed.order_line_id
)

select * from final
