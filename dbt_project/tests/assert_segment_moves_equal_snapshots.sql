-- Moves into a segment are its customers at the end of the month, moves out of it are those of the month before; the month
-- that is not over holds whom mart_customer_rfm holds.
with snapshots as (
    select month, segment, count(*) as customers from {{ ref('mart_customer_rfm_monthly') }} group by 1, 2
),

arrived as (
    select month, to_segment as segment, sum(customers) as customers from {{ ref('mart_customer_segment_moves') }}
    where to_segment <> 'none'
    group by 1, 2
),

left_behind as (
    select month, from_segment as segment, sum(customers) as customers from {{ ref('mart_customer_segment_moves') }}
    where from_segment <> 'none'
    group by 1, 2
),

today as (
    select max(as_of_date) as as_of_date from {{ ref('int_shops') }}
)

select 'to' as law, snapshots.month, snapshots.segment
from snapshots
full join arrived on arrived.month = snapshots.month and arrived.segment = snapshots.segment
where snapshots.customers is distinct from arrived.customers
union all
select 'from', snapshots.month, snapshots.segment
from (select * from snapshots cross join today where month + interval '1' month <= today.as_of_date) as snapshots
full join left_behind
    on left_behind.month = snapshots.month + interval '1' month and left_behind.segment = snapshots.segment
where snapshots.customers is distinct from left_behind.customers
union all
select 'today', current.as_of_date, current.customer_key
from {{ ref('mart_customer_rfm') }} as current
full join (
    select * from {{ ref('mart_customer_rfm_monthly') }}
    where month = (select date_trunc('month', as_of_date) from today)
) as snapshot on snapshot.customer_key = current.customer_key
where snapshot.customer_key is null or current.customer_key is null or snapshot.monetary <> current.monetary
