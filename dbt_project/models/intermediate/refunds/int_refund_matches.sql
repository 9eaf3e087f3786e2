{{ config(unique_key='refund_key') }}

{# What is matched together: sales and returns of one article by one customer. #}
{% set group_of_refund = entity_key(['refunds.shop_id', 'refunds.customer_id', 'refunds.variant_id']) %}
{% set group_of_sale = entity_key(['orders.shop_id', 'orders.customer_id', 'lines.variant_id']) %}

{% call touched() %}
with changed_orders as (
    select order_key from {{ changed('int_order_lines_priced') }}
    union
    select order_key from {{ changed('int_orders') }}
),

{# Who bought what in these orders, as it stands and as it stood. #}
buyers as (
    select order_key, shop_id, customer_id from {{ ref('int_orders') }} where order_key in (select order_key from changed_orders)
    union
    select order_key, shop_id, customer_id from {{ changed('int_orders') }}
),

articles as (
    select order_key, variant_id from {{ ref('int_order_lines_priced') }} where order_key in (select order_key from changed_orders)
    union
    select order_key, variant_id from {{ changed('int_order_lines_priced') }}
)

select {{ group_of_sale }} as match_group
from buyers as orders
join articles as lines on lines.order_key = orders.order_key
where orders.customer_id is not null
union
select {{ group_of_refund }} from {{ changed('int_refunds') }} as refunds
where refunds.order_id is null and refunds.customer_id is not null and refunds.variant_id is not null
{% endcall %}

with refunds as (
    select
        refunds.refund_key,
        refunds.customer_id,
        {{ group_of_refund }} as match_group,
        refunds.refunded_at as happened_at,
        coalesce(refunds.quantity, 0) as quantity,
        refunds._file,
        refunds._position
    from {{ ref('int_refunds') }} as refunds
    where refunds.order_id is null
        and refunds.customer_id is not null
        and refunds.variant_id is not null
        and coalesce(refunds.status, 'success') = 'success'
        {%- if is_increment() %}
        and {{ group_of_refund }} in (select match_group from {{ touched_rows() }})
        {%- endif %}
),

sales as (
    select
        {{ group_of_sale }} as match_group,
        orders.created_at as happened_at,
        lines.order_line_key,
        lines.quantity
    from {{ ref('int_orders') }} as orders
    join {{ ref('int_order_lines_priced') }} as lines on lines.order_key = orders.order_key
    where orders.customer_id in (select customer_id from refunds)
        and lines.quantity > 0
        and {{ group_of_sale }} in (select match_group from refunds)
),

{# Sales pile units up, refunds take them off the top: the unit on top is of the latest sale not yet returned.
   A refund of more than the pile holds empties it. Refunds come before sales of the same instant, and those of one
   instant in the order in which the source has them. #}
events as (
    select match_group, happened_at, 1 as is_sale, order_line_key as event_key, quantity as change, null as file, null as position
    from sales
    union all
    select match_group, happened_at, 0 as is_sale, refund_key as event_key, -quantity as change, _file as file, _position as position
    from refunds
),

running as (
    select
        *,
        row_number() over in_time as place,
        sum(change) over in_time as balance
    from events
    window in_time as (
        partition by match_group order by happened_at, is_sale, file, position, event_key
        rows between unbounded preceding and current row
    )
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

{# The unit on top was put there by the last sale that began below the present height. #}
final as (
    select
        taken.event_key as refund_key,
        taken.match_group,
        sold.event_key as order_line_key,
        cast(greatest(-taken.change - taken.height_before, 0) as bigint) as unmatched_quantity
    from levels as taken
    left join levels as sold
        on sold.match_group = taken.match_group
        and sold.is_sale = 1
        and sold.place < taken.place
        and sold.height_before < taken.height_before
    where taken.is_sale = 0
    qualify row_number() over (partition by taken.event_key order by sold.place desc nulls last) = 1
)

select * from final
