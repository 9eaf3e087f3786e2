{{ config(unique_key='refund_key') }}

{#
  Refunds that name no order are matched to sales of the same customer and article, so a group of these is what has
  to be computed together; a refund that names its order is a group of its own.
#}
{% set group_of_refund %}
case
    when order_id is null and customer_id is not null and variant_id is not null
        then 'unlinked:' || {{ entity_key(['shop_id', 'customer_id', 'variant_id']) }}
    else refund_key
end
{% endset %}

{% call touched() %}
with changed_orders as (
    select {{ entity_key(['shop_id', 'order_id']) }} as order_key from {{ changed('int_order_lines') }}
    union
    select order_key from {{ changed('int_orders') }}
),

sold as (
    select 'unlinked:' || {{ entity_key(['orders.shop_id', 'orders.customer_id', 'lines.variant_id']) }} as match_group
    from {{ ref('int_orders') }} as orders
    join {{ ref('int_order_lines') }} as lines on lines.shop_id = orders.shop_id and lines.order_id = orders.order_id
    where orders.order_key in (select order_key from changed_orders) and orders.customer_id is not null
)

select {{ group_of_refund }} as match_group from {{ changed('int_refunds') }}
union
select match_group from {{ this }} where match_group in (select match_group from sold)
union
select match_group from {{ this }} where order_key in (select order_key from changed_orders)
{% endcall %}

with refunds as (
    select
        *,
        {{ group_of_refund }} as match_group,
        order_id is null and customer_id is not null and variant_id is not null as is_unlinked
    from {{ ref('int_refunds') }}
    {%- if is_increment() %}
    where {{ group_of_refund }} in (select match_group from {{ touched_rows() }})
    {%- endif %}
),

given as (
    select refund_key, shop_id, order_id from refunds where not is_unlinked
),

unlinked as (
    select refund_key, match_group, refunded_at as happened_at, coalesce(quantity, 0) as quantity from refunds
    where is_unlinked and coalesce(status, 'success') = 'success'
),

sales as (
    select
        'unlinked:' || {{ entity_key(['orders.shop_id', 'orders.customer_id', 'lines.variant_id']) }} as match_group,
        orders.created_at as happened_at,
        orders.order_id,
        lines.order_line_id,
        lines.quantity
    from {{ ref('int_orders') }} as orders
    join {{ ref('int_order_lines') }} as lines on lines.shop_id = orders.shop_id and lines.order_id = orders.order_id
    where lines.quantity > 0
    and 'unlinked:' || {{ entity_key(['orders.shop_id', 'orders.customer_id', 'lines.variant_id']) }} in (select match_group from unlinked)
),

{# Sales pile units up, refunds take them off the top: the unit on top is of the latest sale not yet returned.
   A refund of more than the pile holds empties it. Refunds come before sales of the same instant. #}
events as (
    select match_group, happened_at, 1 as is_sale, order_id || ':' || order_line_id as tie, quantity as change,
        null as refund_key, order_id, order_line_id
    from sales
    union all
    select match_group, happened_at, 0, refund_key, -quantity, refund_key, null, null
    from unlinked
),

running as (
    select
        *,
        row_number() over in_time as place,
        sum(change) over (in_time rows between unbounded preceding and current row) as balance
    from events
    window in_time as (partition by match_group order by happened_at, is_sale, tie)
),

piled as (
    select
        *,
        balance - least(0, min(balance) over (partition by match_group order by place rows between unbounded preceding and current row))
            as height
    from running
),

levels as (
    select *, coalesce(lag(height) over (partition by match_group order by place), 0) as height_before from piled
),

matched as (
    select
        taken.refund_key,
        sold.order_id,
        sold.order_line_id,
        greatest(-taken.change - taken.height_before, 0) as unmatched_quantity
    from levels as taken
    left join levels as sold
        on sold.match_group = taken.match_group
        and sold.is_sale = 1
        and sold.place < taken.place
        and sold.height_before < taken.height_before
        and sold.height >= taken.height_before
    where taken.is_sale = 0
    qualify row_number() over (partition by taken.refund_key order by sold.place desc nulls last) = 1
),

linked as (
    select
        refunds.*,
        case
            when refunds.order_id is not null then 'given'
            when matched.order_id is not null then 'matched'
            else 'none'
        end as order_match,
        coalesce(refunds.order_id, matched.order_id) as linked_order_id,
        coalesce(refunds.order_line_id, matched.order_line_id) as linked_order_line_id,
        case when refunds.order_id is null then coalesce(matched.unmatched_quantity, refunds.quantity, 0) else 0 end
            as unmatched_quantity
    from refunds
    left join matched on matched.refund_key = refunds.refund_key
),

{# A refund that names order and article but no line is of the order's largest line of that article. #}
lines_by_article as (
    select shop_id, order_id, variant_id, order_line_id from {{ ref('int_order_lines') }}
    where {{ entity_key(['shop_id', 'order_id']) }} in (
        select {{ entity_key(['shop_id', 'order_id']) }} from given where order_id is not null
    )
    qualify row_number() over (partition by shop_id, order_id, variant_id order by quantity desc, order_line_id) = 1
),

final as (
    select
        linked.refund_key,
        linked.match_group,
        case when linked.linked_order_id is not null
            then {{ entity_key(['linked.shop_id', 'linked.linked_order_id']) }} end as order_key,
        case when coalesce(linked.linked_order_line_id, lines_by_article.order_line_id) is not null
            then {{ entity_key(['linked.shop_id', 'linked.linked_order_id',
                'coalesce(linked.linked_order_line_id, lines_by_article.order_line_id)']) }} end as order_line_key,
        linked.shop_id,
        linked.refund_id,
        linked.linked_order_id as order_id,
        linked.customer_id,
        linked.variant_id,
        linked.order_match,
        coalesce(linked.kind, case when linked.quantity > 0 then 'return' else 'refund_only' end) as kind,
        linked.reason,
        coalesce(linked.status, 'success') as status,
        coalesce(linked.quantity, 0) as quantity,
        cast(linked.unmatched_quantity as bigint) as unmatched_quantity,
        linked.amount,
        cast(coalesce(
            linked.merchandise_amount,
            case
                when linked.kind = 'shipping' then 0
                else linked.amount - coalesce(linked.shipping_amount, 0) - coalesce(linked.tax_amount, 0)
            end
        ) as decimal(18, 4)) as merchandise_amount,
        cast(coalesce(linked.shipping_amount, case when linked.kind = 'shipping' then linked.amount else 0 end)
            as decimal(18, 4)) as shipping_amount,
        cast(coalesce(linked.tax_amount, 0) as decimal(18, 4)) as tax_amount,
        coalesce(linked.restocked, false) as is_restocked,
        linked.before_shipment as is_before_shipment,
        linked.requested_at,
        linked.refunded_at
    from linked
    left join lines_by_article
        on lines_by_article.shop_id = linked.shop_id
        and lines_by_article.order_id = linked.order_id
        and lines_by_article.variant_id = linked.variant_id
)

select * from final
