-- models: int_identity_links int_people int_order_people mart_identity_report
-- A person is what accounts, e-mail addresses and phones lead to over orders and accounts. Each node takes the smallest
-- number that it can reach; e-mail addresses come before phones before accounts. More than 50 neighbours join nobody.
create temp table records as
select 'account:main:' || customer_id as account, 'email:' || email_hash as email, 'phone:' || phone_hash as phone
from int_orders
where created_at <= getvariable('as_of') and is_test is not true
    and (customer_id is null or customer_id not in (select customer_id from int_customers where is_test))
union
select 'account:main:' || customer_id, 'email:' || email_hash, 'phone:' || phone_hash
from int_customers
where coalesce(created_at <= getvariable('as_of'), true);

create temp table pairs as
with told as (
    select account as a, email as b from records
    union
    select account, phone from records
    union
    select email, phone from records
)

select a, b from told where a is not null and b is not null
union all
select b, a from told where a is not null and b is not null;

create temp table nodes as
select
    a as name,
    count(*) > 50 as is_shared,
    row_number() over (order by case left(a, 1) when 'e' then 1 when 'p' then 2 else 3 end, a) as number
from pairs
group by a;

create temp table links as
select one.number as a, other.number as b
from pairs
join nodes as one on one.name = pairs.a and not one.is_shared
join nodes as other on other.name = pairs.b and not other.is_shared;

create table people as
with recursive reached (node, first) using key (node) as (
    select number, number from nodes
    union
    select links.b, min(reached.first)
    from reached
    join links on links.a = reached.node
    join recurring.reached as known on known.node = links.b
    where reached.first < known.first
    group by links.b
)

select nodes.name, nodes.is_shared, md5(named.name) as customer_key
from reached
join nodes on nodes.number = reached.node
join nodes as named on named.number = reached.first;

create table mart_identity_report as
select
    people.customer_key,
    split_part(people.name, ':', 1) as identity_kind,
    case when people.name like 'account:%' then people.name[9:] end as customer_account_key,
    cast(50 as bigint) as max_links,
    count(*) as links,
    count(*) filter (where pairs.b like 'account:%') as accounts,
    count(*) filter (where pairs.b like 'email:%') as emails,
    count(*) filter (where pairs.b like 'phone:%') as phones
from people
join pairs on pairs.a = people.name
where people.is_shared
group by people.name, people.customer_key;
