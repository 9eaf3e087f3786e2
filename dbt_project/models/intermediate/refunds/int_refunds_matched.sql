{{ config(unique_key='refund_key') }}

{% call touched() %}
select refund_key from {{ changed('int_refunds') }}
union
select refund_key from {{ changed('int_refund_matches') }}
union
select refund_key from {{ this }}
where order_key in (
    select order_key from {{ changed('int_order_lines_priced') }}
    union
    select order_key from {{ changed('int_order_rates') }}
)
union
{# a variant that changed its product: of the refund, or of a line of its order #}
select refunds.refund_key from {{ this }} as refunds
semi join {{ changed('int_products') }} as products using (shop_id, variant_id)
union
select refund_key from {{ this }}
where order_key in (
    select order_key from {{ ref('int_order_lines_priced') }}
    where variant_key in (select variant_key from {{ changed('int_products') }})
)
{% endcall %}

with refunds as (
    select
        *,
        {{ entity_key(['shop_id', 'variant_id']) }} as variant_key,
        case when order_id is not null then {{ entity_key(['shop_id', 'order_id']) }} end as given_order_key,
        case when order_id is not null and order_line_id is not null
            then {{ entity_key(['shop_id', 'order_id', 'order_line_id']) }} end as given_line_key
    from {{ ref('int_refunds') }}
    {%- if is_increment() %}
    where refund_key in (select refund_key from {{ touched_rows() }})
    {%- endif %}
),

matches as (
    select matches.refund_key, matches.unmatched_quantity, lines.order_line_key, lines.order_key, lines.order_id
    from {{ ref('int_refund_matches') }} as matches
    left join {{ ref('int_order_lines_priced') }} as lines on lines.order_line_key = matches.order_line_key
    where matches.refund_key in (select refund_key from refunds)
),

linked as (
    select
        refunds.*,
        case
            when refunds.order_id is not null then 'given'
            when matches.order_id is not null then 'matched'
            else 'none'
        end as order_match,
        coalesce(refunds.given_order_key, matches.order_key) as order_key,
        coalesce(refunds.order_id, matches.order_id) as linked_order_id,
        coalesce(refunds.given_line_key, matches.order_line_key) as line_key,
        case when refunds.order_id is null then coalesce(matches.unmatched_quantity, refunds.quantity, 0) else 0 end
            as unmatched_quantity
    from refunds
    left join matches on matches.refund_key = refunds.refund_key
),

lines as (
    select
        lines.order_key,
        lines.order_line_key,
        lines.variant_key,
        lines.quantity,
        lines.line_type,
        lines.unit_cost,
        coalesce(products.product_id, lines.variant_id) as product_id,
        lines.line_type = 'merchandise' and not lines.is_gift_card as is_goods,
        lines.line_type = 'merchandise' and not lines.is_gift_card and not lines.is_giveaway as is_sold
    from {{ ref('int_order_lines_priced') }} as lines
    left join {{ ref('int_products') }} as products on products.variant_key = lines.variant_key
    where lines.order_key in (select order_key from linked)
),

{# The line that a refund undoes: the one it names, else the order's largest of the article, else the largest of the
   product, since shops book a return to another size. A refund that fits no line is of its order as a whole. #}
placed as (
    select linked.refund_key, lines.order_line_key, lines.line_type, lines.unit_cost, lines.is_goods, lines.is_sold
    from linked
    join lines on lines.order_key = linked.order_key
    left join {{ ref('int_products') }} as products on products.variant_key = linked.variant_key
    where lines.order_line_key = linked.line_key
        or lines.variant_key = linked.variant_key
        or lines.product_id = products.product_id
    qualify row_number() over (
        partition by linked.refund_key
        order by
            coalesce(lines.order_line_key = linked.line_key, false) desc,
            coalesce(lines.variant_key = linked.variant_key, false) desc,
            lines.quantity desc,
            lines.order_line_key
    ) = 1
),

goods as (
    select order_key, bool_or(is_goods) as has_goods, bool_or(is_sold) as has_sales from lines group by order_key
),

{# Money given back for postage, fees or gift cards gives no goods back: they were no sales. #}
judged as (
    select
        linked.*,
        placed.order_line_key,
        placed.unit_cost,
        coalesce(placed.is_goods, goods.has_goods, true) as is_of_goods,
        coalesce(placed.is_sold, goods.has_sales, true) as is_of_sale,
        {{ rate_of_order() }} as shop_rate,
        coalesce(linked.kind, '') = 'shipping' or coalesce(placed.line_type, '') = 'shipping' as is_of_shipping
    from linked
    left join placed on placed.refund_key = linked.refund_key
    left join goods on goods.order_key = linked.order_key
    left join {{ ref('int_order_rates') }} as rates on rates.order_key = linked.order_key
),

final as (
    select
        refund_key,
        order_key,
        order_line_key,
        shop_id,
        refund_id,
        linked_order_id as order_id,
        customer_id,
        variant_id,
        order_match,
        coalesce(kind, case when is_of_shipping then 'shipping' when quantity > 0 then 'return' else 'refund_only' end) as kind,
        reason,
        coalesce(status, 'success') as status,
        coalesce(quantity, 0) as quantity,
        unit_cost,
        cast(unmatched_quantity as bigint) as unmatched_quantity,
        {{ in_shop_currency('amount') }} as amount,
        {{ in_shop_currency("case
            when not is_of_goods then 0
            when merchandise_amount is not null then merchandise_amount
            when is_of_shipping then 0
            else amount - coalesce(shipping_amount, 0) - coalesce(tax_amount, 0)
        end") }} as merchandise_amount,
        {{ in_shop_currency("case
            when shipping_amount is not null then shipping_amount
            when is_of_shipping then amount - coalesce(tax_amount, 0)
            else 0
        end") }} as shipping_amount,
        {{ in_shop_currency('coalesce(tax_amount, 0)') }} as tax_amount,
        is_of_sale and not is_of_shipping as is_of_sale,
        coalesce(restocked, false) as is_restocked,
        before_shipment as is_before_shipment,
        requested_at,
        refunded_at
    from judged
)

select * from final
