{{ config(unique_key='order_key') }}

{# Few columns, so that what readers see of an order does not change when something is refunded. #}
{% call touched() %}
select order_key from {{ changed('fct_orders') }}
union
select order_key from {{ changed('int_order_sessions') }}
union
select order_key from {{ ref('int_order_sessions') }}
where session_key in (select session_key from {{ changed('int_sessions') }})
{% endcall %}

with orders as (
    select order_key, shop_id, customer_key, created_at, created_date from {{ ref('fct_orders') }}
    where is_valid
    {%- if is_increment() %}
        and order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

links as (
    select order_key, session_key, event_at from {{ ref('int_order_sessions') }}
    {%- if is_increment() %}
    where order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

sessions as (
    select session_key, visitor_id, session_date from {{ ref('int_sessions') }}
    where not is_bot and session_key in (select session_key from links)
),

final as (
    select
        orders.order_key,
        orders.shop_id,
        orders.customer_key,
        orders.created_date,
        sessions.session_key,
        sessions.visitor_id,
        sessions.session_date,
        greatest(orders.created_at, coalesce(links.event_at, orders.created_at)) as purchased_at
    from orders
    left join links on links.order_key = orders.order_key
    left join sessions on sessions.session_key = links.session_key
)

select * from final
