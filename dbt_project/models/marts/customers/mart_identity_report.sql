{{ config(materialized='table') }}

{# A handful of rows: only what too many share. #}
with shared as (
    select identity, customer_key, identity_kind, identity_value from {{ ref('int_people') }} where is_shared
),

links as (
    select identity, split_part(linked_identity, ':', 1) as linked_kind from {{ ref('int_identity_links') }}
    where identity in (select identity from shared)
),

counted as (
    select
        identity,
        count(*) as links,
        count(*) filter (where linked_kind = 'account') as accounts,
        count(*) filter (where linked_kind = 'email') as emails,
        count(*) filter (where linked_kind = 'phone') as phones
    from links
    group by identity
)

select
    shared.customer_key,
    shared.identity_kind,
    case when shared.identity_kind = 'account' then shared.identity_value end as customer_account_key,
    cast({{ var('thresholds').identity_max_links }} as bigint) as max_links,
    counted.links,
    counted.accounts,
    counted.emails,
    counted.phones
from shared
join counted on counted.identity = shared.identity
