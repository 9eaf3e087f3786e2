{{ config(unique_key='customer_key') }}

{# A person is looked at again when anything of theirs came, changed or went. #}
{% call touched() %}
select customer_key from {{ changed('fct_orders') }}
union
select customer_key from {{ ref('fct_orders') }}
where order_key in (select order_key from {{ changed('fct_order_lines') }})
union
select customer_key from {{ ref('fct_order_lines') }}
where variant_key in (select variant_key from {{ changed('dim_products') }})
union
select customer_key from {{ changed('fct_sessions') }} where customer_key is not null
union
select customer_key from {{ changed('int_customer_contacts') }}
{% endcall %}

with orders as (
    select * from {{ ref('fct_orders') }}
    where is_valid and not is_anonymous
    {%- if is_increment() %}
        and customer_key in (select customer_key from {{ touched_rows() }})
    {%- endif %}
),

bought as (
    select
        customer_key,
        count(distinct shop_id) as shops,
        count(*) filter (where returns > 0) as returned_orders,
        cast(sum(cast(returns * reporting_rate as decimal(18, 4))) as decimal(18, 4)) as returns_reporting,
        cast(sum(gross_margin_reporting) as decimal(18, 4)) as gross_margin_reporting
    from orders
    group by customer_key
),

lines as (
    select customer_key, variant_key, units from {{ ref('fct_order_lines') }}
    where units > 0 and order_key in (select order_key from orders)
),

{# What somebody has most of; of equals the first in the alphabet. #}
units_by_category as (
    select lines.customer_key, products.category, sum(lines.units) as units
    from lines
    join {{ ref('dim_products') }} as products on products.variant_key = lines.variant_key
    where products.category is not null
    group by lines.customer_key, products.category
),

categories as (
    select customer_key, category from units_by_category
    qualify row_number() over (partition by customer_key order by units desc, category) = 1
),

orders_by_channel as (
    select customer_key, sales_channel, count(*) as orders from orders group by customer_key, sales_channel
),

sales_channels as (
    select customer_key, sales_channel from orders_by_channel
    qualify row_number() over (partition by customer_key order by orders desc, sales_channel) = 1
),

sessions as (
    select customer_key, shop_id, visitor_id, session_key, started_at, ended_at, device, channel, campaign
    from {{ ref('fct_sessions') }}
    where customer_key is not null
    {%- if is_increment() %}
        and customer_key in (select customer_key from {{ touched_rows() }})
    {%- endif %}
),

visited as (
    select
        customer_key,
        count(*) as sessions,
        count(distinct shop_id || ':' || visitor_id) as visitors,
        count(distinct device) as devices,
        max(ended_at) as last_session_at
    from sessions
    group by customer_key
),

first_touches as (
    select customer_key, started_at, channel, campaign from sessions
    qualify row_number() over (partition by customer_key order by started_at, session_key) = 1
),

sessions_by_channel as (
    select customer_key, channel, count(*) as sessions from sessions group by customer_key, channel
),

traffic_channels as (
    select customer_key, channel from sessions_by_channel
    qualify row_number() over (partition by customer_key order by sessions desc, channel) = 1
),

contacted as (
    select
        customer_key,
        count(*) filter (where kind = 'ticket') as tickets,
        count(*) filter (where kind = 'ticket' and is_open) as open_tickets,
        max(case when kind = 'ticket' then contacted_at end) as last_ticket_at,
        count(score) filter (where kind = 'ticket') as csat_answers,
        cast(sum(score) filter (where kind = 'ticket') as double) / nullif(count(score) filter (where kind = 'ticket'), 0) as csat,
        count(*) filter (where kind = 'review') as reviews,
        count(*) filter (where kind = 'review' and score <= {{ var('thresholds').negative_rating }}) as negative_reviews,
        cast(sum(score) filter (where kind = 'review') as double) / nullif(count(score) filter (where kind = 'review'), 0) as rating
    from {{ ref('int_customer_contacts') }}
    {%- if is_increment() %}
    where customer_key in (select customer_key from {{ touched_rows() }})
    {%- endif %}
    group by customer_key
),

people as (
    select customer_key from bought
    union
    select customer_key from visited
    union
    select customer_key from contacted
)

select
    people.customer_key,
    coalesce(bought.shops, 0) as shops,
    coalesce(visited.visitors, 0) as visitors,
    coalesce(visited.devices, 0) as devices,
    coalesce(visited.sessions, 0) as sessions,
    first_touches.started_at as first_touch_at,
    first_touches.channel as first_touch_channel,
    first_touches.campaign as first_touch_campaign,
    visited.last_session_at,
    traffic_channels.channel as favourite_channel,
    categories.category as favourite_category,
    sales_channels.sales_channel as favourite_sales_channel,
    coalesce(bought.returned_orders, 0) as returned_orders,
    coalesce(bought.returns_reporting, 0) as returns_reporting,
    bought.gross_margin_reporting,
    coalesce(contacted.tickets, 0) as tickets,
    coalesce(contacted.open_tickets, 0) as open_tickets,
    contacted.last_ticket_at,
    coalesce(contacted.csat_answers, 0) as csat_answers,
    contacted.csat,
    coalesce(contacted.reviews, 0) as reviews,
    coalesce(contacted.negative_reviews, 0) as negative_reviews,
    contacted.rating
from people
left join bought on bought.customer_key = people.customer_key
left join visited on visited.customer_key = people.customer_key
left join first_touches on first_touches.customer_key = people.customer_key
left join traffic_channels on traffic_channels.customer_key = people.customer_key
left join categories on categories.customer_key = people.customer_key
left join sales_channels on sales_channels.customer_key = people.customer_key
left join contacted on contacted.customer_key = people.customer_key
