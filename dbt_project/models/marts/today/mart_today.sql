{{ config(materialized='table') }}

{% set measures = ['orders', 'buyers', 'gross_sales', 'paid_amount'] %}

{# A row of the last days for each order placed, and one for each order paid. #}
with placed_and_paid as (
    select shop_id, created_date as day, created_at as at, 'placed' as clock, customer_key, gross_sales, 0 as paid_amount
    from {{ ref('fct_orders') }}
    where is_valid and created_date between {{ earliest_date(as_of(), 7) }} and {{ latest_date(as_of(), 0) }}
    union all
    select shop_id, paid_date, paid_at, 'paid', customer_key, 0, paid_amount
    from {{ ref('fct_orders') }}
    where is_valid and paid_date between {{ earliest_date(as_of(), 7) }} and {{ latest_date(as_of(), 0) }}
),

facts as (
    {{ until_this_time('placed_and_paid') }}
),

hours as (
    select shops.shop_id, shops.platform, shops.as_of_date, clock.hour_of_day, shops.hour_of_day as hour_now
    from (
        select *, cast(extract(hour from {{ local_timestamp(as_of(), 'timezone') }}) as integer) as hour_of_day
        from {{ ref('int_shops') }}
    ) as shops
    join (
        {%- for hour in range(24) %}
        select {{ hour }} as hour_of_day {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as clock on clock.hour_of_day <= shops.hour_of_day
),

{# Of today each hour for itself; of all three days what had come together by the end of the hour, or by now. #}
counted as (
    select
        hours.shop_id,
        hours.hour_of_day,
        count(*) filter (where clock = 'placed' and days_ago = 0 and facts.hour_of_day = hours.hour_of_day) as orders,
        sum(gross_sales) filter (where days_ago = 0 and facts.hour_of_day = hours.hour_of_day) as gross_sales,
        sum(paid_amount) filter (where days_ago = 0 and facts.hour_of_day = hours.hour_of_day) as paid_amount,
        {%- for name, days in compared_days().items() %}
        count(*) filter (where clock = 'placed' and days_ago = {{ days }}) as orders_{{ name }},
        count(distinct case when clock = 'placed' and days_ago = {{ days }} then customer_key end) as buyers_{{ name }},
        sum(gross_sales) filter (where days_ago = {{ days }}) as gross_sales_{{ name }},
        sum(paid_amount) filter (where days_ago = {{ days }}) as paid_amount_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from hours
    join facts on facts.shop_id = hours.shop_id and facts.hour_of_day <= hours.hour_of_day
    group by hours.shop_id, hours.hour_of_day
),

{# Orders that wait: sold, not taken back, and not (or not all) gone. Who ships without saying so has no backlog: unknown. #}
parcels as (
    select shipments.shop_id, shipments.order_id, bool_or(coalesce(shipments.shipped_at <= {{ as_of() }}, false)) as has_left
    from {{ ref('int_shipments') }} as shipments
    where coalesce(shipments.shipped_at, {{ as_of() }}) >= {{ as_of() }} - interval '{{ backlog_days() }}' day
    group by shipments.shop_id, shipments.order_id
),

shipping_shops as (
    select distinct shop_id from parcels
),

waiting as (
    select
        orders.shop_id,
        {%- set status = 'orders.fulfillment_status' %}
        case
            when {{ status }} = 'partial' then true
            when {{ status }} in ('fulfilled', 'returned') or parcels.has_left then false
            when {{ status }} = 'unfulfilled' or shipping_shops.shop_id is not null then true
        end as is_waiting,
        told.ship_by
    from {{ ref('fct_orders') }} as orders
    join {{ ref('int_orders') }} as told on told.order_key = orders.order_key
    left join parcels on parcels.shop_id = orders.shop_id and parcels.order_id = orders.order_id
    left join shipping_shops on shipping_shops.shop_id = orders.shop_id
    where orders.is_valid
        and orders.cancelled_at is null
        and coalesce(orders.financial_status, '') <> 'refunded'
        and orders.created_date >= {{ earliest_date(as_of(), backlog_days()) }}
        and told.created_at >= {{ as_of() }} - interval '{{ backlog_days() }}' day
),

shipments_due as (
    select
        shop_id,
        count(*) filter (where is_waiting) as orders_to_ship,
        count(*) filter (
            where is_waiting and ship_by > {{ as_of() }} and ship_by <= {{ as_of() }} + interval '24' hour
        ) as orders_due_within_24h,
        count(*) filter (where is_waiting and ship_by <= {{ as_of() }}) as orders_past_due
    from waiting
    where is_waiting is not null
    group by shop_id
),

refunds_due as (
    select shop_id, count(distinct refund_id) as refunds_pending, sum(amount) as refunds_pending_amount
    from {{ ref('fct_refunds') }}
    where status = 'pending'
        and refunded_date >= {{ earliest_date(as_of(), backlog_days()) }}
        and refunded_at >= {{ as_of() }} - interval '{{ backlog_days() }}' day
    group by shop_id
),

ads as (
    select
        shop_id,
        count(*) filter (where out_of_stock_sessions_7_days > 0) as campaigns_out_of_stock,
        coalesce(sum(spend_out_of_stock), 0) as spend_out_of_stock
    from {{ ref('mart_today_ads') }}
    where product_id = 'all'
    group by shop_id
),

final as (
    select
        hours.shop_id,
        hours.platform,
        hours.as_of_date as date,
        hours.hour_of_day as hour,
        hours.hour_of_day < hours.hour_now as is_complete_period,
        coalesce(counted.orders, 0) as orders,
        cast(coalesce(counted.gross_sales, 0) as decimal(18, 4)) as gross_sales,
        cast(coalesce(counted.paid_amount, 0) as decimal(18, 4)) as paid_amount,
        {%- for name in compared_days() %}
        {%- for measure in measures %}
        {%- set value = 'coalesce(counted.' ~ measure ~ '_' ~ name ~ ', 0)' %}
        {{ 'cast(' ~ value ~ ' as decimal(18, 4))' if measure in ('gross_sales', 'paid_amount') else value }} as {{ measure }}_{{ name }},
        {%- endfor %}
        {%- endfor %}
        {{ rate_of_money('coalesce(counted.paid_amount_so_far, 0)', 'counted.paid_amount_yesterday') }}
            as paid_amount_to_yesterday,
        {{ rate_of_money('coalesce(counted.paid_amount_so_far, 0)', 'counted.paid_amount_last_week') }}
            as paid_amount_to_last_week,
        case when hours.hour_of_day = hours.hour_now then shipments_due.orders_to_ship end as orders_to_ship,
        case when hours.hour_of_day = hours.hour_now then shipments_due.orders_due_within_24h end as orders_due_within_24h,
        case when hours.hour_of_day = hours.hour_now then shipments_due.orders_past_due end as orders_past_due,
        case when hours.hour_of_day = hours.hour_now then coalesce(refunds_due.refunds_pending, 0) end as refunds_pending,
        cast(case when hours.hour_of_day = hours.hour_now then coalesce(refunds_due.refunds_pending_amount, 0) end as decimal(18, 4))
            as refunds_pending_amount,
        case when hours.hour_of_day = hours.hour_now then coalesce(ads.campaigns_out_of_stock, 0) end as campaigns_out_of_stock,
        cast(case when hours.hour_of_day = hours.hour_now then coalesce(ads.spend_out_of_stock, 0) end as decimal(18, 4))
            as spend_out_of_stock
    from hours
    left join counted on counted.shop_id = hours.shop_id and counted.hour_of_day = hours.hour_of_day
    left join shipments_due on shipments_due.shop_id = hours.shop_id
    left join refunds_due on refunds_due.shop_id = hours.shop_id
    left join ads on ads.shop_id = hours.shop_id
)

select * from final
