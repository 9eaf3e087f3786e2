{{ config(unique_key='contact_key') }}

{% set kinds = {
    'ticket': {'relation': 'int_tickets', 'key': 'ticket_key', 'at': 'opened_at'},
    'review': {'relation': 'int_reviews', 'key': 'review_key', 'at': 'created_at'},
} %}

{# A ticket or review is looked at again when it came or changed, when its time has come, and when its account or its order
   is another person's. #}
{% call touched() %}
{% for kind, of in kinds.items() %}
select '{{ kind }}:' || {{ of.key }} as contact_key from {{ changed(of.relation) }}
union
select '{{ kind }}:' || {{ of.key }} from {{ ref(of.relation) }}
where ({{ of.at }} > {{ previous_as_of() }} and {{ of.at }} <= {{ as_of() }})
    {%- if kind == 'ticket' %}
    or (resolved_at > {{ previous_as_of() }} and resolved_at <= {{ as_of() }})
    {%- endif %}
    or {{ account_identity('shop_id', 'customer_id') }} in (
        select identity from {{ changed('int_people') }} where identity_kind = 'account'
    )
    or shop_id || ':' || order_id in (select order_key from {{ changed('int_order_people') }})
{{ 'union' if not loop.last }}
{% endfor %}
{% endcall %}

with contacts as (
    {%- for kind, of in kinds.items() %}
    select
        '{{ kind }}:' || {{ of.key }} as contact_key,
        '{{ kind }}' as kind,
        {{ account_identity('shop_id', 'customer_id') }} as account,
        shop_id || ':' || order_id as order_key,
        {{ of.at }} as contacted_at,
        {%- if kind == 'ticket' %}
        coalesce(resolved_at > {{ as_of() }}, true) as is_open,
        case when resolved_at <= {{ as_of() }} then cast(csat as decimal(18, 4)) end as score
        {%- else %}
        false,
        cast(rating as decimal(18, 4))
        {%- endif %}
    from {{ ref(of.relation) }}
    where {{ of.at }} <= {{ as_of() }}
    {%- if is_increment() %}
        and '{{ kind }}:' || {{ of.key }} in (select contact_key from {{ touched_rows() }})
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

account_people as (
    select identity, customer_key, is_shared from {{ ref('int_people') }}
    {%- if is_increment() %}
    where identity in (select account from contacts)
    {%- endif %}
),

order_people as (
    select order_key, customer_key from {{ ref('int_order_people') }}
    {%- if is_increment() %}
    where order_key in (select order_key from contacts)
    {%- endif %}
),

{# The account's person; of an account that too many share, or of none, the order's. #}
known as (
    select
        contacts.*,
        coalesce(
            case when not coalesce(people.is_shared, false) then coalesce(people.customer_key, {{ lone_key('contacts.account') }}) end,
            order_people.customer_key,
            people.customer_key
        ) as customer_key
    from contacts
    left join account_people as people on people.identity = contacts.account
    left join order_people on order_people.order_key = contacts.order_key
)

select contact_key, customer_key, kind, contacted_at, is_open, score from known
where customer_key is not null
