-- models: int_session_people mart_identity_restatements
-- Whose a session was: of the last that it says itself, else of the visitor's next session that says it, else the last one.
create temp table said as
select
    session_key,
    coalesce(people.customer_key, md5('account:main:' || customer_id)) as person,
    'login' as identified_by,
    signed_in_at as told_at,
    signed_in_received_at as known_at
from int_sessions
left join people on people.name = 'account:main:' || customer_id
where not is_bot and customer_id is not null and people.is_shared is not true
union all
select
    session_key,
    coalesce(accounts.customer_key, emails.customer_key, md5('email:' || orders.email_hash)),
    'order',
    orders.created_at,
    orders.created_at
from int_order_sessions as links
join int_sessions using (session_key)
join int_orders as orders on 'main:' || orders.order_id = links.order_key
left join people as accounts on accounts.name = 'account:main:' || orders.customer_id
left join people as emails on emails.name = 'email:' || orders.email_hash
where not is_bot and orders.is_test is not true and (accounts.name is not null or orders.email_hash is not null);

create table int_session_people as
with visitors as (
    select visitor_id, count(distinct person) as persons
    from said
    join int_sessions using (session_key)
    group by visitor_id
),

own as (
    select session_key, max_by(said, (told_at, identified_by)) as said from said group by session_key
),

placed as (
    select
        sessions.session_key,
        sessions.visitor_id,
        session_date,
        ended_at,
        persons,
        own.said,
        last_value(own.said ignore nulls) over (visitor rows between unbounded preceding and 1 preceding) as before,
        first_value(own.said ignore nulls) over (visitor rows between 1 following and unbounded following) as after
    from int_sessions as sessions
    join visitors using (visitor_id)
    left join own using (session_key)
    where not is_bot
    window visitor as (partition by visitor_id order by started_at)
),

judged as (
    select
        *,
        case
            when said is not null then said
            when persons > 50 then null
            when before.person = coalesce(after, before).person then before
            else after
        end as whose,
        if(persons <= 50 and before.known_at <= ended_at + interval '30' minute, before.person, null) as believed
    from placed
)

select
    session_key,
    'main' as shop_id,
    visitor_id,
    session_date,
    whose.person as customer_key,
    if(said is null, 'visitor', said.identified_by) as identified_by,
    whose.told_at as identified_at,
    whose.known_at,
    whose.known_at > ended_at + interval '30' minute and believed is distinct from whose.person as is_identified_later,
    if(is_identified_later, believed, null) as customer_key_before
from judged
where whose is not null;

create table mart_identity_restatements as
select
    shop_id,
    session_date,
    cast(timezone(getvariable('timezone'), timezone('UTC', known_at)) as date) as identified_date,
    cast(datediff('day', session_date, identified_date) as integer) as days_later,
    count(*) as sessions,
    count(*) filter (where customer_key_before is null) as sessions_of_nobody_before,
    count(customer_key_before) as sessions_of_others_before,
    count(distinct visitor_id) as visitors,
    count(distinct customer_key) as customers
from int_session_people
where is_identified_later
group by shop_id, session_date, identified_date;
