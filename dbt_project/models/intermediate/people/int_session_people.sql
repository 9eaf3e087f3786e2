{{ config(unique_key='session_key') }}

{% set settings = var('thresholds') %}
{% set gap = "interval '" ~ settings.sessions.gap_minutes ~ "' minute" %}
{% set of_visitor = 'partition by sessions.shop_id, sessions.visitor_id order by' %}
{% set before = 'rows between unbounded preceding and 1 preceding' %}
{% set earlier = of_visitor ~ ' sessions.started_at, sessions.session_key ' ~ before %}
{% set later = of_visitor ~ ' sessions.started_at desc, sessions.session_key desc ' ~ before %}

{# Who one session was of says something of all sessions of its visitor: these are looked at again together. #}
{% call touched() %}
with linked_sessions as (
    select session_key from {{ changed('int_order_sessions') }}
    union
    select session_key from {{ ref('int_order_sessions') }}
    where order_key in (
        select order_key from {{ changed('int_order_people') }}
        union
        select order_key from {{ changed('int_orders') }}
    )
)

select shop_id, visitor_id from {{ changed('int_sessions') }}
union
select shop_id, visitor_id from {{ ref('int_sessions') }}
where session_key in (select session_key from linked_sessions)
    or {{ account_identity('shop_id', 'customer_id') }} in (
        select identity from {{ changed('int_people') }} where identity_kind = 'account'
    )
{% endcall %}

{# Machines are nobody. #}
with sessions as (
    select
        session_key,
        shop_id,
        visitor_id,
        session_date,
        started_at,
        ended_at,
        {{ account_identity('shop_id', 'customer_id') }} as account,
        signed_in_at,
        signed_in_received_at
    from {{ ref('int_sessions') }}
    where not is_bot
    {%- if is_increment() %}
        and (shop_id, visitor_id) in (select (shop_id, visitor_id) from {{ touched_rows() }})
    {%- endif %}
),

order_sessions as (
    select order_key, session_key, created_at from {{ ref('int_order_sessions') }}
    {%- if is_increment() %}
    where session_key in (select session_key from sessions)
    {%- endif %}
),

order_people as (
    select order_key, customer_key from {{ ref('int_order_people') }}
    {%- if is_increment() %}
    where order_key in (select order_key from order_sessions)
    {%- endif %}
),

test_orders as (
    select order_key from {{ ref('int_orders') }}
    where is_test
    {%- if is_increment() %}
        and order_key in (select order_key from order_sessions)
    {%- endif %}
),

account_people as (
    select identity, customer_key, is_shared from {{ ref('int_people') }}
    {%- if is_increment() %}
    where identity in (select account from sessions)
    {%- endif %}
),

{# What is typed into a test order is anybody's, and an account that too many share is nobody's in particular. #}
evidence as (
    select
        sessions.session_key,
        sessions.shop_id,
        sessions.visitor_id,
        coalesce(people.customer_key, {{ lone_key('sessions.account') }}) as customer_key,
        'login' as identified_by,
        sessions.signed_in_at as identified_at,
        sessions.signed_in_received_at as known_at
    from sessions
    left join account_people as people on people.identity = sessions.account
    where sessions.account is not null and not coalesce(people.is_shared, false)
    union all
    select
        sessions.session_key,
        sessions.shop_id,
        sessions.visitor_id,
        people.customer_key,
        'order',
        order_sessions.created_at,
        order_sessions.created_at
    from sessions
    join order_sessions on order_sessions.session_key = sessions.session_key
    join order_people as people on people.order_key = order_sessions.order_key
    where order_sessions.order_key not in (select order_key from test_orders)
),

{# The last that a session says of who it was of; what was typed into the order at the same instant rather than the account. #}
own as (
    select session_key, customer_key, identified_by, identified_at, known_at from evidence
    qualify row_number() over (
        partition by session_key order by identified_at desc, identified_by desc, customer_key
    ) = 1
),

visitors as (
    select shop_id, visitor_id, count(distinct customer_key) <= {{ settings.identity_max_links }} as is_personal
    from evidence
    group by shop_id, visitor_id
),

{# The nearest sessions on both sides that say of themselves who they were of. #}
neighbours as (
    select
        sessions.*,
        visitors.is_personal,
        own.customer_key,
        own.identified_by,
        own.identified_at,
        own.known_at,
        {%- for name in ['customer_key', 'identified_at', 'known_at'] %}
        {{ last_known('own.' ~ name, earlier) }} as {{ name }}_earlier,
        {{ last_known('own.' ~ name, later) }} as {{ name }}_later{{ ',' if not loop.last }}
        {%- endfor %}
    from sessions
    join visitors on visitors.shop_id = sessions.shop_id and visitors.visitor_id = sessions.visitor_id
    left join own on own.session_key = sessions.session_key
),

{# The next of them says it, after the last one that one; what was known already then is not heard of later. #}
identified as (
    select
        session_key,
        shop_id,
        visitor_id,
        session_date,
        ended_at,
        coalesce(customer_key, customer_key_later, customer_key_earlier) as customer_key,
        coalesce(identified_by, 'visitor') as identified_by,
        case
            when customer_key is not null then identified_at
            when customer_key_earlier = coalesce(customer_key_later, customer_key_earlier) then identified_at_earlier
            else identified_at_later
        end as identified_at,
        case
            when customer_key is not null then known_at
            when customer_key_earlier = coalesce(customer_key_later, customer_key_earlier) then known_at_earlier
            else known_at_later
        end as known_at,
        case when is_personal and known_at_earlier <= ended_at + {{ gap }} then customer_key_earlier end as customer_key_then
    from neighbours
    where is_personal or customer_key is not null
),

judged as (
    select
        *,
        known_at > ended_at + {{ gap }} and coalesce(customer_key_then <> customer_key, true) as is_identified_later
    from identified
)

select
    session_key,
    shop_id,
    visitor_id,
    session_date,
    customer_key,
    identified_by,
    identified_at,
    known_at,
    is_identified_later,
    case when is_identified_later then customer_key_then end as customer_key_before
from judged
