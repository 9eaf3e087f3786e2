{{ config(materialized='table') }}

{% set window = 28 %}

{# One row per person is read of each and all are written: recency, windows and states move for everybody every day. #}
with recent as (
    select
        active.person_key as customer_key,
        bool_or({{ days_between('active.date', 'shops.as_of_date') }} < {{ window }}) as is_active,
        bool_or({{ days_between('active.date', 'shops.as_of_date') }} >= {{ window }}) as was_active,
        bool_or(active.date = active.first_date_anywhere and {{ days_between('active.date', 'shops.as_of_date') }} < {{ window }}) as is_new
    from {{ ref('int_active_days') }} as active
    join {{ ref('int_shops') }} as shops on shops.shop_id = active.shop_id
    where active.date >= {{ earliest_date(as_of(), 2 * window - 1) }}
        and {{ days_between('active.date', 'shops.as_of_date') }} < {{ 2 * window }}
    group by active.person_key
),

final as (
    select
        customers.customer_key,
        customers.identity_scope,
        customers.is_registered,
        customers.is_test,
        customers.country,
        customers.region,
        customers.accepts_marketing,
        customers.account_count as accounts,
        coalesce(profiles.visitors, 0) as visitors,
        coalesce(profiles.devices, 0) as devices,
        coalesce(profiles.shops, 0) as shops,
        customers.registered_at,
        profiles.first_touch_at,
        profiles.first_touch_channel,
        profiles.first_touch_campaign,
        coalesce(profiles.sessions, 0) as sessions,
        case
            when profiles.last_session_at > customers.last_order_at or customers.last_order_at is null then profiles.last_session_at
            else customers.last_order_at
        end as last_seen_at,
        customers.orders,
        customers.first_order_at,
        customers.first_order_date,
        ltv.first_shop_id,
        ltv.first_channel as first_sales_channel,
        case
            when profiles.first_touch_at <= customers.first_order_at
                then cast({{ days_between('cast(profiles.first_touch_at as date)', 'cast(customers.first_order_at as date)') }} as integer)
        end as days_to_first_order,
        customers.last_order_at,
        customers.last_order_date,
        profiles.favourite_category,
        profiles.favourite_sales_channel,
        profiles.favourite_channel,
        customers.gross_sales_reporting,
        customers.net_sales_reporting,
        profiles.gross_margin_reporting,
        coalesce(profiles.returned_orders, 0) as returned_orders,
        {{ rate('profiles.returned_orders', 'customers.orders') }} as returned_order_rate,
        cast(coalesce(profiles.returns_reporting, 0) as decimal(18, 4)) as returns_reporting,
        {{ rate_of_money('profiles.returns_reporting', 'customers.net_sales_reporting + profiles.returns_reporting') }} as return_rate,
        rfm.recency_days,
        rfm.frequency,
        rfm.monetary,
        rfm.recency_score,
        rfm.frequency_score,
        rfm.monetary_score,
        rfm.segment,
        ltv.orders_with_margin,
        ltv.revenue_ltv,
        ltv.ltv
        {%- for days in ltv_windows() %},
        ltv.is_window_{{ days }}_closed,
        ltv.ltv_{{ days }}
        {%- endfor %},
        coalesce(profiles.tickets, 0) as tickets,
        coalesce(profiles.open_tickets, 0) as open_tickets,
        profiles.last_ticket_at,
        coalesce(profiles.csat_answers, 0) as csat_answers,
        profiles.csat,
        coalesce(profiles.reviews, 0) as reviews,
        coalesce(profiles.negative_reviews, 0) as negative_reviews,
        profiles.rating,
        case
            when recent.is_new then 'new'
            when recent.is_active and recent.was_active then 'retained'
            when recent.is_active then 'resurrected'
            when recent.was_active then 'churned'
            when customers.orders > 0{{ ' or profiles.sessions > 0' if var('thresholds').growth.active == 'visited' }} then 'dormant'
            else 'never'
        end as growth_state
    from {{ ref('dim_customers') }} as customers
    left join {{ ref('int_customer_profiles') }} as profiles on profiles.customer_key = customers.customer_key
    left join {{ ref('mart_customer_rfm') }} as rfm on rfm.customer_key = customers.customer_key
    left join {{ ref('mart_customer_ltv') }} as ltv on ltv.customer_key = customers.customer_key
    left join recent on recent.customer_key = customers.customer_key
)

select * from final
