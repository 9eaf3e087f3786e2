-- An account, address or phone that is linked to more others than thresholds.identity_max_links joins nobody. That keeps a
-- town from becoming one person, and is worth a look: mart_identity_report has its links.
{{ config(severity='warn') }}

select customer_key, identity_kind, links from {{ ref('mart_identity_report') }}
