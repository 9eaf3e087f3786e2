-- Every event that has happened is in one session, every purchase of it in one, and people and machines are all there are.
with events as (
    select shop_id, count(*) as events from {{ ref('int_events') }} where event_at <= {{ as_of() }} group by shop_id
),

sessions as (
    select shop_id, sum(events) as events, sum(purchase_events) as purchases from {{ ref('int_sessions') }} group by shop_id
),

people as (
    select shop_id, sum(events) as events from {{ ref('fct_sessions') }} group by shop_id
),

machines as (
    select shop_id, sum(case when traffic in ('declared', 'pace') then events end) as events,
        sum(case when traffic = 'all' then events end) as all_events
    from {{ ref('mart_bot_traffic') }}
    where period_type = 'day'
    group by shop_id
),

purchases as (
    select shop_id, count(*) as purchases from {{ ref('int_purchase_events') }} group by shop_id
)

select events.shop_id, events.events, sessions.events as of_sessions, people.events as of_people, machines.events as of_machines
from events
full join sessions on sessions.shop_id = events.shop_id
left join people on people.shop_id = events.shop_id
left join machines on machines.shop_id = events.shop_id
left join purchases on purchases.shop_id = events.shop_id
where events.events is distinct from sessions.events
    or events.events is distinct from coalesce(people.events, 0) + coalesce(machines.events, 0)
    or events.events is distinct from machines.all_events
    or coalesce(purchases.purchases, 0) is distinct from sessions.purchases
