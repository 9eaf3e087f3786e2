-- Further apart than the gap, or they were one.
select session_key
from {{ ref('int_sessions') }}
qualify started_at <= lag(ended_at) over (partition by shop_id, visitor_id order by started_at)
    + interval '{{ var("thresholds").sessions.gap_minutes }}' minute
