{# Everyone of dim_customers has a row, and what is known of a person's orders and sessions is in it. #}
with sessions as (
    select customer_key, count(*) as sessions from {{ ref('fct_sessions') }}
    where customer_key is not null
    group by customer_key
)

select people.customer_key, people.orders, everything.orders as orders_of_360, sessions.sessions, everything.sessions as sessions_of_360
from {{ ref('dim_customers') }} as people
full join {{ ref('mart_customer_360') }} as everything on everything.customer_key = people.customer_key
left join sessions on sessions.customer_key = people.customer_key
where people.orders is distinct from everything.orders
    or coalesce(sessions.sessions, 0) <> everything.sessions
