{{ config(unique_key='identity') }}

{% set max_links = var('thresholds').identity_max_links %}

{#
  Of the identities whose links have changed, and of those they are linked to (one that too many shared may link again),
  all that were one person with any of them are put together anew: a person is added to, or comes apart.
#}
{% call touched() %}
with changed_ones as (
    select distinct identity from {{ changed('int_identity_links') }}
),

near as (
    select identity from changed_ones
    union
    select linked_identity from (
        select linked_identity from {{ ref('int_identity_links') }}
        where identity in (select identity from changed_ones)
        qualify count(*) over (partition by identity) <= {{ max_links }}
    ) as linked
)

select identity from near
union
select identity from {{ this }}
where customer_key in (select customer_key from {{ this }} where identity in (select identity from near))
{% endcall %}

{% set links %}
    select counted.identity as node, counted.linked_identity as neighbour
    from counted
    join identities as linked on linked.identity = counted.linked_identity
    where not counted.is_shared and not linked.is_shared
{% endset %}

with counted as (
    select identity, linked_identity, count(*) over (partition by identity) > {{ max_links }} as is_shared
    from {{ ref('int_identity_links') }}
    {%- if is_increment() %}
    where identity in (select identity from {{ touched_rows() }})
    {%- endif %}
),

identities as (
    select distinct identity, is_shared from counted
),

connected as (
    select identity, component from {{ connected(links) }}
),

{# The person is known by the first e-mail address; without one by the first phone, then account. #}
ranked as (
    select
        identities.identity,
        identities.is_shared,
        split_part(identities.identity, ':', 1) as identity_kind,
        coalesce(connected.component, identities.identity) as component
    from identities
    left join connected on connected.identity = identities.identity
),

named as (
    select
        *,
        first_value(identity) over (
            partition by component
            order by case identity_kind when 'email' then 1 when 'phone' then 2 else 3 end, identity
        ) as first_identity
    from ranked
)

select
    identity,
    {{ lone_key('first_identity') }} as customer_key,
    identity_kind,
    case
        when identity_kind = 'account' then substr(identity, length('account:') + 1) else split_part(identity, ':', -1)
    end as identity_value,
    is_shared
from named
