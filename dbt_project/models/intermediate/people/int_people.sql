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

{% set active_links %}
    select one.name as node, other.name as neighbour
    from links
    join identities as one on one.identity = links.identity
    join identities as other on other.identity = links.linked_identity
    where not one.is_shared and not other.is_shared
{% endset %}

with links as (
    select identity, linked_identity from {{ ref('int_identity_links') }}
    {%- if is_increment() %}
    where identity in (select identity from {{ touched_rows() }})
    {%- endif %}
),

identities as (
    select
        identity,
        md5(identity) as name,
        split_part(identity, ':', 1) as identity_kind,
        count(*) > {{ max_links }} as is_shared
    from links
    group by identity
),

connected as (
    select node, component from {{ connected(active_links) }}
),

grouped as (
    select
        identities.*,
        coalesce(connected.component, identities.name) as component
    from identities
    left join connected on connected.node = identities.name
),

{# The person is known by the first e-mail address; without one by the first phone, then account. #}
named as (
    select
        component,
        min(case identity_kind when 'email' then '1' when 'phone' then '2' else '3' end || identity) as first_identity
    from grouped
    group by component
)

select
    grouped.identity,
    {{ lone_key('substr(named.first_identity, 2)') }} as customer_key,
    grouped.identity_kind,
    case
        when grouped.identity_kind = 'account' then substr(grouped.identity, length('account:') + 1)
        else split_part(grouped.identity, ':', -1)
    end as identity_value,
    grouped.is_shared
from grouped
join named on named.component = grouped.component
