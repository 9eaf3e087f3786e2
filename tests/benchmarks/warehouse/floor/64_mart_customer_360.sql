-- models: int_customer_contacts int_customer_profiles mart_customer_360
create table mart_customer_360 as
with visits as (
    select
        customer_key,
        count(*) as sessions,
        count(distinct visitor_id) as visitors,
        count(distinct device) as devices,
        min_by(struct_pack(at := started_at, channel := channel, campaign := campaign), (started_at, session_key)) as first_touch,
        max(ended_at) as last_session_at
    from fct_sessions
    where customer_key is not null
    group by customer_key
),

channels as (
    select customer_key, first(channel order by n desc, channel) as favourite_channel
    from (select customer_key, channel, count(*) as n from fct_sessions where customer_key is not null group by all)
    group by customer_key
),

buys as (
    select
        customer_key,
        count(*) filter (where returns > 0) as returned_orders,
        sum(returns) as returns_reporting,
        sum(gross_margin) as gross_margin_reporting,
        min(created_date) as first_date,
        bool_or(created_date > getvariable('today') - 28) as is_active,
        bool_or(created_date > getvariable('today') - 56 and created_date <= getvariable('today') - 28) as was_active
    from fct_orders
    where is_valid and not is_anonymous
    group by customer_key
),

sold_to as (
    select customer_key, first(sales_channel order by n desc, sales_channel) as favourite_sales_channel
    from (select customer_key, sales_channel, count(*) as n from fct_orders where is_valid and not is_anonymous group by all)
    group by customer_key
),

tastes as (
    select customer_key, first(category order by n desc, category) as favourite_category
    from (
        select lines.customer_key, category, sum(lines.units) as n
        from fct_order_lines as lines
        join fct_orders as orders on orders.order_key = lines.order_key and orders.is_valid and not orders.is_anonymous
        join dim_products using (variant_key)
        where category is not null and lines.units > 0
        group by all
    )
    group by customer_key
)

select
    people.customer_key,
    people.identity_scope,
    people.is_registered,
    people.is_test,
    people.country,
    people.region,
    people.accepts_marketing,
    people.account_count as accounts,
    coalesce(visits.visitors, 0) as visitors,
    coalesce(visits.devices, 0) as devices,
    if(buys.customer_key is null, 0, 1) as shops,
    people.registered_at,
    first_touch.at as first_touch_at,
    first_touch.channel as first_touch_channel,
    first_touch.campaign as first_touch_campaign,
    coalesce(visits.sessions, 0) as sessions,
    greatest(last_session_at, people.last_order_at) as last_seen_at,
    people.orders,
    people.first_order_at,
    people.first_order_date,
    ltv.first_shop_id,
    ltv.first_channel as first_sales_channel,
    if(first_touch.at <= people.first_order_at, datediff('day', first_touch.at, people.first_order_at), null) as days_to_first_order,
    people.last_order_at,
    people.last_order_date,
    tastes.favourite_category,
    sold_to.favourite_sales_channel,
    channels.favourite_channel,
    people.gross_sales_reporting,
    people.net_sales_reporting,
    cast(buys.gross_margin_reporting as decimal(18, 4)) as gross_margin_reporting,
    coalesce(buys.returned_orders, 0) as returned_orders,
    buys.returned_orders / nullif(people.orders, 0) as returned_order_rate,
    cast(coalesce(buys.returns_reporting, 0) as decimal(18, 4)) as returns_reporting,
    cast(buys.returns_reporting as double) / nullif(cast(people.net_sales_reporting + buys.returns_reporting as double), 0) as return_rate,
    rfm.* exclude (customer_key, as_of_date),
    ltv.* exclude (
        customer_key, cohort_month, first_order_date, first_shop_id, first_channel, orders, orders_30, orders_90, orders_180, orders_365,
        revenue_ltv_30, revenue_ltv_90, revenue_ltv_180, revenue_ltv_365
    ),
    0 as tickets,
    0 as open_tickets,
    cast(null as timestamp) as last_ticket_at,
    0 as csat_answers,
    cast(null as double) as csat,
    0 as reviews,
    0 as negative_reviews,
    cast(null as double) as rating,
    case
        when buys.customer_key is null then 'never'
        when buys.first_date > getvariable('today') - 28 then 'new'
        when is_active and was_active then 'retained'
        when is_active then 'resurrected'
        when was_active then 'churned'
        else 'dormant'
    end as growth_state
from dim_customers as people
left join visits using (customer_key)
left join channels using (customer_key)
left join buys using (customer_key)
left join sold_to using (customer_key)
left join tastes using (customer_key)
left join mart_customer_rfm as rfm using (customer_key)
left join mart_customer_ltv as ltv using (customer_key);
