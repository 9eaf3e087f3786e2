{{ config(unique_key=['identity', 'linked_identity']) }}

{#
  The links of an identity are read again when an order or account that has it came, went or changed, when the time of
  one has come, and when the account of an order that has it changed, which may be a test account now.
#}
{% call touched() %}
with records as (
    select shop_id, customer_id, email_hash, phone_hash from {{ changed('int_orders') }}
    union
    select shop_id, customer_id, email_hash, phone_hash from {{ changed('int_customers') }}
    union
    select orders.shop_id, orders.customer_id, orders.email_hash, orders.phone_hash from {{ ref('int_orders') }} as orders
    semi join {{ changed('int_customers') }} as customers using (shop_id, customer_id)
    union
    select shop_id, customer_id, email_hash, phone_hash from {{ ref('int_orders') }}
    where created_at > {{ previous_as_of() }} and created_at <= {{ as_of() }}
    union
    select shop_id, customer_id, email_hash, phone_hash from {{ ref('int_customers') }}
    where created_at > {{ previous_as_of() }} and created_at <= {{ as_of() }}
)

select
    {{ account_identity('shop_id', 'customer_id') }} as identity,
    shop_id, customer_id, cast(null as string) as email_hash, cast(null as string) as phone_hash
from records
where customer_id is not null
union
select {{ email_identity('records.email_hash', 'shops.identity_space') }}, null, null, records.email_hash, null
from records
left join {{ ref('int_shops') }} as shops on shops.shop_id = records.shop_id
where records.email_hash is not null
union
select {{ phone_identity('records.phone_hash', 'shops.identity_space') }}, null, null, null, records.phone_hash
from records
left join {{ ref('int_shops') }} as shops on shops.shop_id = records.shop_id
where records.phone_hash is not null
{% endcall %}

{% if is_increment() %}
{% set of_touched %}
    email_hash in (select email_hash from {{ touched_rows() }} where email_hash is not null)
        or phone_hash in (select phone_hash from {{ touched_rows() }} where phone_hash is not null)
        or (shop_id, customer_id) in (select (shop_id, customer_id) from {{ touched_rows() }} where customer_id is not null)
{% endset %}
{% endif %}

{# Nothing links before its time. #}
with orders as (
    select shop_id, customer_id, email_hash, phone_hash, coalesce(is_test, false) as is_test
    from {{ ref('int_orders') }}
    where created_at <= {{ as_of() }}
    {%- if is_increment() %}
    and ({{ of_touched }})
    {%- endif %}
),

accounts as (
    select shop_id, customer_id, email_hash, phone_hash
    from {{ ref('int_customers') }}
    where coalesce(created_at <= {{ as_of() }}, true)
    {%- if is_increment() %}
    and ({{ of_touched }})
    {%- endif %}
),

test_accounts as (
    select shop_id, customer_id from {{ ref('int_customers') }} where is_test
),

{# What is typed into a test order is anybody's: it links nobody. #}
records as (
    select orders.shop_id, orders.customer_id, orders.email_hash, orders.phone_hash
    from orders
    left join test_accounts
        on test_accounts.shop_id = orders.shop_id and test_accounts.customer_id = orders.customer_id
    where not orders.is_test and test_accounts.customer_id is null
    union
    select shop_id, customer_id, email_hash, phone_hash from accounts
),

identified as (
    select
        {{ account_identity('records.shop_id', 'records.customer_id') }} as account,
        {{ email_identity('records.email_hash', 'shops.identity_space') }} as email,
        {{ phone_identity('records.phone_hash', 'shops.identity_space') }} as phone
    from records
    left join {{ ref('int_shops') }} as shops on shops.shop_id = records.shop_id
),

pairs as (
    select account as identity, email as linked_identity from identified
    union
    select account, phone from identified
    union
    select email, phone from identified
),

both_ways as (
    select identity, linked_identity from pairs where identity is not null and linked_identity is not null
    union all
    select linked_identity, identity from pairs where identity is not null and linked_identity is not null
)

select identity, linked_identity from both_ways
{%- if is_increment() %}
where identity in (select identity from {{ touched_rows() }})
{%- endif %}
