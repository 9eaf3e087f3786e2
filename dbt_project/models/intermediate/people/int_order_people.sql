{{ config(unique_key='order_key') }}

{# The orders of an identity are looked at again when it is another person's. #}
{% call touched() %}
select order_key from {{ changed('int_orders') }}
union
select order_key from {{ ref('int_orders') }}
where email_hash in (select identity_value from {{ changed('int_people') }} where identity_kind = 'email')
    or phone_hash in (select identity_value from {{ changed('int_people') }} where identity_kind = 'phone')
    or {{ entity_key(['shop_id', 'customer_id']) }} in (
        select identity_value from {{ changed('int_people') }} where identity_kind = 'account'
    )
{% endcall %}

with orders as (
    select
        orders.order_key,
        {{ account_identity('orders.shop_id', 'orders.customer_id') }} as account,
        {{ email_identity('orders.email_hash', 'shops.identity_space') }} as email,
        {{ phone_identity('orders.phone_hash', 'shops.identity_space') }} as phone
    from {{ ref('int_orders') }} as orders
    left join {{ ref('int_shops') }} as shops on shops.shop_id = orders.shop_id
    where (orders.customer_id is not null or orders.email_hash is not null or orders.phone_hash is not null)
    {%- if is_increment() %}
    and orders.order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

people as (
    select identity, customer_key, is_shared from {{ ref('int_people') }}
    where identity in (
        select account from orders
        union
        select email from orders
        union
        select phone from orders
    )
)

select
    orders.order_key,
    {{ person_key(
        ['orders.account', 'accounts'], ['orders.email', 'emails'], ['orders.phone', 'phones']
    ) }} as customer_key
from orders
left join people as accounts on accounts.identity = orders.account
left join people as emails on emails.identity = orders.email
left join people as phones on phones.identity = orders.phone
