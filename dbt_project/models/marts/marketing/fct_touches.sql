{{ config(unique_key=['order_key', 'touch_number']) }}

{% set window = "interval '" ~ var('thresholds').attribution.window_days ~ "' day" %}

{# Looked at again: an order that changed or whose session did, the same buyer's next one, and those within the window after
   a session that changed, of the person it was of before and of the one it is of now. #}
{% call touched() %}
with buyers as (
    select shop_id, customer_key, min(created_date) as first_day from {{ changed('fct_orders') }}
    where created_date is not null
    group by shop_id, customer_key
),

visits as (
    select distinct shop_id, customer_key, session_date from {{ changed('fct_sessions') }} where customer_key is not null
),

told as (
    select order_key from {{ changed('fct_orders') }}
    union
    select order_key from {{ changed('int_order_sessions') }}
    union
    select order_key from {{ ref('int_order_sessions') }}
    where session_key in (select session_key from {{ changed('fct_sessions') }})
    union
    select order_key from {{ this }}
    where session_key in (select session_key from {{ changed('fct_sessions') }})
    union
    select orders.order_key from {{ ref('fct_orders') }} as orders
    join visits
        on visits.shop_id = orders.shop_id
        and visits.customer_key = orders.customer_key
        and orders.created_date between visits.session_date - interval '1' day and visits.session_date + {{ window }} + interval '1' day
    {%- if is_increment() %}
    where {{ in_days_of(
        "(select session_date - interval '1' day as first_day, session_date + " ~ window ~ " + interval '1' day as last_day from "
        ~ changed('fct_sessions') ~ ") as days", 'orders.created_date', 'orders.created_date'
    ) }}
    {%- endif %}
    union
    {# Next to a changed order of theirs: the first one after it has another order before it. #}
    select orders.order_key from {{ ref('fct_orders') }} as orders
    semi join buyers
        on buyers.shop_id = orders.shop_id and buyers.customer_key = orders.customer_key and orders.created_date >= buyers.first_day
)

select told.order_key, orders.created_date as order_date from told
left join {{ ref('fct_orders') }} as orders on orders.order_key = told.order_key
{% endcall %}

with orders as (
    select
        orders.order_key,
        orders.shop_id,
        orders.customer_key,
        orders.platform,
        orders.customer_order_number,
        orders.created_at,
        orders.created_date,
        linked.session_key as own_session_key
    from {{ ref('fct_orders') }} as orders
    left join (
        select order_key, session_key from {{ ref('int_order_sessions') }}
        {%- if is_increment() %}
        where order_key in (select order_key from {{ touched_rows() }})
        {%- endif %}
    ) as linked on linked.order_key = orders.order_key
    where orders.is_valid
    {%- if is_increment() %}
        and orders.order_key in (select order_key from {{ touched_rows() }})
    {%- endif %}
),

earlier as (
    select shop_id, customer_key, customer_order_number, created_at from {{ ref('fct_orders') }}
    where is_valid and not is_anonymous
    {%- if is_increment() %}
        and customer_key in (select customer_key from orders)
    {%- endif %}
),

{# What led to the buyer's order before this one has led to that. #}
paths as (
    select
        orders.*,
        greatest(
            orders.created_at - {{ window }},
            coalesce(earlier.created_at + interval '1' microsecond, orders.created_at - {{ window }})
        ) as begins_at
    from orders
    left join earlier
        on earlier.shop_id = orders.shop_id
        and earlier.customer_key = orders.customer_key
        and earlier.customer_order_number = orders.customer_order_number - 1
),

sessions as (
    select
        session_key, shop_id, customer_key, started_at, session_date, channel, ad_platform, campaign_id, campaign,
        coalesce(campaign_id, campaign) as touch_campaign
    from {{ ref('fct_sessions') }}
    {%- if is_increment() %}
    where {{ in_days_of(
        "(select order_date - " ~ window ~ " - interval '1' day as first_day, order_date + interval '2' day as last_day from "
        ~ touched_rows() ~ " where order_date is not null) as days", 'session_date', 'session_date'
    ) }}
        and (
            customer_key in (select customer_key from orders)
            or session_key in (select own_session_key from orders where own_session_key is not null)
        )
    {%- endif %}
),

{# The session in which the order was placed always counts, whoever it is taken to be of, also where the tracker's clock is ahead
   or of another time zone. #}
visits as (
    select paths.order_key, sessions.*, false as is_own
    from paths
    join sessions
        on sessions.shop_id = paths.shop_id
        and sessions.customer_key = paths.customer_key
        and sessions.started_at between paths.begins_at and paths.created_at
        and sessions.session_key is distinct from paths.own_session_key
    union all
    select paths.order_key, sessions.*, true as is_own
    from paths
    join sessions
        on sessions.session_key = paths.own_session_key
        and sessions.started_at between paths.created_at - {{ window }} and paths.created_at + interval '1' day
),

compared as (
    select
        *,
        coalesce(
            lag(channel) over path = channel
            and lag(ad_platform) over path is not distinct from ad_platform
            and lag(touch_campaign) over path is not distinct from touch_campaign,
            false
        ) as is_repeat
    from visits
    window path as (partition by order_key order by started_at, session_key)
),

numbered as (
    select
        *,
        count(*) filter (where not is_repeat) over (partition by order_key order by started_at, session_key) as touch_number,
        count(*) filter (where not is_repeat) over (partition by order_key) as touches
    from compared
),

{# Consecutive visits by one channel and campaign are one touch: the first of them. #}
collapsed as (
    select
        order_key,
        touch_number,
        max(touches) as touches,
        count(*) as sessions,
        bool_or(is_own) as has_order_session,
        max(started_at) as last_session_at
    from numbered
    group by order_key, touch_number
),

final as (
    select
        paths.order_key,
        cast(numbered.touch_number as integer) as touch_number,
        cast(collapsed.touches as integer) as touches,
        paths.shop_id,
        paths.platform,
        paths.customer_key,
        numbered.session_key,
        numbered.channel,
        numbered.ad_platform,
        numbered.campaign_id,
        numbered.campaign,
        cast(collapsed.sessions as integer) as sessions,
        collapsed.has_order_session,
        numbered.started_at as touched_at,
        least(numbered.session_date, paths.created_date) as touch_date,
        collapsed.last_session_at,
        paths.created_at as ordered_at,
        paths.created_date as order_date,
        greatest(
            cast({{ epoch_microseconds('paths.created_at') }} - {{ epoch_microseconds('numbered.started_at') }} as double) / 86400000000, 0
        ) as days_before_order
    from numbered
    join collapsed on collapsed.order_key = numbered.order_key and collapsed.touch_number = numbered.touch_number
    join paths on paths.order_key = numbered.order_key
    where not numbered.is_repeat
)

select * from final
