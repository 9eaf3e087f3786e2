{{ config(unique_key='customer_key') }}

{# An account's person is its identity's in int_people; one that has no links is a person of its own. #}
{% call touched() %}
with accounts as (
    select customer_account_key from {{ changed('int_customers') }}
    union
    select customer_account_key from {{ ref('int_customers') }}
    where created_at > {{ previous_as_of() }} and created_at <= {{ as_of() }}
)

select customer_key from {{ changed('fct_orders') }}
union
select customer_key from {{ changed('int_people') }}
union
{# an account that was a person of its own until now, or is from now on #}
select {{ lone_key('identity') }} from {{ changed('int_people') }} where identity_kind = 'account'
union
select {{ lone_key("'account:' || customer_account_key") }} from accounts
union
select customer_key from {{ ref('int_people') }}
where identity in (select 'account:' || customer_account_key from accounts)
{% endcall %}

{# An account that is opened after as_of has not been opened. #}
with candidates as (
    select * from {{ ref('int_customers') }}
    where coalesce(created_at <= {{ as_of() }}, true)
    {%- if is_increment() %}
    and (
        {{ lone_key("'account:' || customer_account_key") }} in (select customer_key from {{ touched_rows() }})
        or 'account:' || customer_account_key in (
            select identity from {{ ref('int_people') }} where customer_key in (select customer_key from {{ touched_rows() }})
        )
    )
    {%- endif %}
),

linked as (
    select identity, customer_key from {{ ref('int_people') }}
    where identity in (select 'account:' || customer_account_key from candidates)
),

accounts as (
    select
        candidates.*,
        coalesce(linked.customer_key, {{ lone_key("'account:' || candidates.customer_account_key") }}) as customer_key
    from candidates
    left join linked on linked.identity = 'account:' || candidates.customer_account_key
    {%- if is_increment() %}
    where coalesce(linked.customer_key, {{ lone_key("'account:' || candidates.customer_account_key") }})
        in (select customer_key from {{ touched_rows() }})
    {%- endif %}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where not is_anonymous
    {%- if is_increment() %}
    and customer_key in (select customer_key from {{ touched_rows() }})
    {%- endif %}
),

{# All shops of a person have one scope: identities are shared within it only. #}
people as (
    select known.customer_key, min(shops.identity_scope) as identity_scope
    from (
        select customer_key, shop_id from accounts
        union
        select customer_key, shop_id from orders
    ) as known
    left join {{ ref('int_shops') }} as shops on shops.shop_id = known.shop_id
    group by known.customer_key
),

{# Of several accounts of one person the newest that knows says where they live, else the last order that does. #}
homes as (
    select customer_key, country, region, city from accounts
    where country is not null
    qualify row_number() over (partition by customer_key order by created_at desc nulls last, customer_account_key desc) = 1
),

destinations as (
    select customer_key, country, region from orders
    where country is not null
    qualify row_number() over (partition by customer_key order by created_at desc, order_key desc) = 1
),

{# Any consent counts, any test account taints. #}
described as (
    select
        customer_key,
        count(*) as account_count,
        min(created_at) as registered_at,
        bool_or(accepts_marketing) as accepts_marketing,
        coalesce(bool_or(is_test), false) as is_test
    from accounts
    group by customer_key
),

bought as (
    select
        customer_key,
        count(*) filter (where is_valid) as orders,
        min(created_at) filter (where is_valid) as first_order_at,
        max(created_at) filter (where is_valid) as last_order_at,
        min(created_date) filter (where is_valid) as first_order_date,
        max(created_date) filter (where is_valid) as last_order_date,
        coalesce(sum(gross_sales_reporting), 0) as gross_sales_reporting,
        coalesce(sum(net_sales_reporting), 0) as net_sales_reporting
    from orders
    group by customer_key
),

final as (
    select
        people.customer_key,
        people.identity_scope,
        coalesce(homes.country, destinations.country) as country,
        case when homes.customer_key is not null then homes.region else destinations.region end as region,
        homes.city,
        described.accepts_marketing,
        coalesce(described.is_test, false) as is_test,
        described.customer_key is not null as is_registered,
        coalesce(described.account_count, 0) as account_count,
        coalesce(bought.orders, 0) as orders,
        cast(coalesce(bought.gross_sales_reporting, 0) as decimal(18, 4)) as gross_sales_reporting,
        cast(coalesce(bought.net_sales_reporting, 0) as decimal(18, 4)) as net_sales_reporting,
        described.registered_at,
        bought.first_order_at,
        bought.last_order_at,
        bought.first_order_date,
        bought.last_order_date
    from people
    left join described on described.customer_key = people.customer_key
    left join bought on bought.customer_key = people.customer_key
    left join homes on homes.customer_key = people.customer_key
    left join destinations on destinations.customer_key = people.customer_key
)

select * from final
