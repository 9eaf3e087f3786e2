{# Every session that was identified later is in the restatements of its day once. #}
with restated as (
    select shop_id, session_date, sum(sessions) as sessions from {{ ref('mart_identity_restatements') }}
    group by shop_id, session_date
),

later as (
    select shop_id, session_date, count(*) as sessions from {{ ref('fct_sessions') }}
    where is_identified_later
    group by shop_id, session_date
)

select later.shop_id, later.session_date, later.sessions, restated.sessions as restated
from later
full join restated on restated.shop_id = later.shop_id and restated.session_date = later.session_date
where later.sessions is distinct from restated.sessions
