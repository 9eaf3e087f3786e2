{{ config(unique_key='session_key') }}

{# The first instant of a session that changed, written out, so that a scan skips what is earlier. #}
{% set not_earlier %}
    {%- if is_increment() %}
        and sessions.started_at >= cast('{{ asked_once(
            "select cast(coalesce(min(started_at), " ~ as_of() ~ ") as varchar) from " ~ changed('int_sessions')
        )[0][0] }}' as timestamp)
    {%- endif %}
{% endset %}

{#
  Besides what a session is made of: which of a visitor's sessions was the first (of those that are not earlier than what
  changed), whether its orders are valid, whether its purchases have an order by now, whether its campaign is known, and
  whether the shop has any orders.
#}
{% call touched() %}
with moved as (
    select shop_id, visitor_id, min(started_at) as started_at from {{ changed('int_sessions') }} group by shop_id, visitor_id
)

select session_key from {{ changed('int_sessions') }}
union
select session_key from (
    select sessions.session_key, sessions.shop_id, sessions.visitor_id, sessions.started_at from {{ ref('int_sessions') }} as sessions
    join moved
        on moved.shop_id = sessions.shop_id and moved.visitor_id = sessions.visitor_id and moved.started_at <= sessions.started_at
    where not sessions.is_bot {{ not_earlier }}
    qualify row_number() over (partition by sessions.shop_id, sessions.visitor_id order by sessions.started_at) = 1
) as firsts
union
select sessions.session_key from {{ this }} as sessions
semi join moved
    on moved.shop_id = sessions.shop_id and moved.visitor_id = sessions.visitor_id and moved.started_at <= sessions.started_at
where sessions.visitor_type = 'new' {{ not_earlier }}
union
select session_key from {{ changed('int_session_people') }}
union
select session_key from {{ changed('int_order_sessions') }}
union
select session_key from {{ ref('int_order_sessions') }}
where order_key in (select order_key from {{ changed('int_orders_summed') }})
union
select session_key from {{ ref('int_purchase_events') }}
where order_key in (
    select order_key from {{ changed('int_orders') }}
    union
    select order_key from {{ ref('int_orders') }}
    where created_at > {{ previous_as_of() }} and created_at <= {{ as_of() }}
)
union
select session_key from {{ changed('int_purchase_events') }}
union
select session_key from {{ ref('int_sessions') }}
where shop_id in (select shop_id from {{ changed('int_order_shops') }})
union
select sessions.session_key from {{ this }} as sessions
semi join {{ changed('int_campaign_names') }} as names
    on names.shop_id = sessions.shop_id and names.campaign_name = sessions.campaign
{% endcall %}

with landed as (
    select
        *,
        nullif({{ cleaned('utm_source') }}, '') as source,
        nullif({{ cleaned('utm_medium') }}, '') as medium,
        nullif({{ cleaned('utm_campaign') }}, '') as campaign,
        {{ host_of('referrer') }} as referrer_host,
        case when landing_path like '%//%' then {{ host_of('landing_path') }} end as own_host
    from {{ ref('int_sessions') }}
    where not is_bot
    {%- if is_increment() %}
        and session_key in (select session_key from {{ touched_rows() }})
    {%- endif %}
),

{# The page before counts where the address says nothing, and where it was not a page of the shop's own. #}
sessions as (
    select
        *,
        coalesce(source, '') as source_text,
        coalesce(medium, '') as medium_text,
        coalesce(campaign, '') as campaign_text,
        case
            when coalesce(source, medium, campaign) is null and referrer_host <> coalesce(own_host, '') then referrer_host
            else ''
        end as referrer_text
    from landed
),

{# A visitor's sessions begin at different instants. #}
first_visits as (
    select shop_id, visitor_id, min(started_at) as started_at from {{ ref('int_sessions') }}
    where not is_bot
    {%- if is_increment() %}
        and (shop_id, visitor_id) in (select (shop_id, visitor_id) from sessions)
    {%- endif %}
    group by shop_id, visitor_id
),

channelled as (
    select
        source_text, medium_text, campaign_text, referrer_text,
        {{ channel_of('source_text', 'medium_text', 'campaign_text', 'referrer_text') }} as channel
    from (select distinct source_text, medium_text, campaign_text, referrer_text from sessions) as texts
),

{# Of several campaigns of one name: that of the platform which the address names, else one that is called so by its id. #}
campaigns as (
    select named.shop_id, named.source, named.campaign, names.ad_platform, names.campaign_id
    from (select distinct shop_id, source, campaign from sessions where campaign is not null) as named
    join {{ ref('int_campaign_names') }} as names
        on names.shop_id = named.shop_id and names.campaign_name = named.campaign
    qualify row_number() over (
        partition by named.shop_id, named.source, named.campaign
        order by
            case when {{ cleaned('names.ad_platform') }} like '%' || named.source || '%' then 0 else 1 end,
            case when names.is_id then 0 else 1 end,
            names.ad_platform,
            names.campaign_id
    ) = 1
),

links as (
    select session_key, order_key, greatest(created_at, coalesce(event_at, created_at)) as ordered_at
    from {{ ref('int_order_sessions') }}
    {%- if is_increment() %}
    where session_key in (select session_key from {{ touched_rows() }})
    {%- endif %}
),

order_sessions as (
    select session_key, ordered_at from links
    where order_key in (
        select order_key from {{ ref('int_orders_summed') }}
        where is_valid
        {%- if is_increment() %}
            and order_key in (select order_key from links)
        {%- endif %}
    )
),

bought as (
    select
        order_sessions.session_key,
        count(*) as orders,
        min(case when order_sessions.ordered_at >= sessions.checkout_at then order_sessions.ordered_at end) as ordered_at
    from order_sessions
    join sessions on sessions.session_key = order_sessions.session_key
    group by order_sessions.session_key
),

purchases as (
    select session_key, order_key from {{ ref('int_purchase_events') }}
    {%- if is_increment() %}
    where session_key in (select session_key from {{ touched_rows() }})
    {%- endif %}
),

{# Purchases of orders that the shop does not know. #}
told as (
    select purchases.session_key, count(*) as events
    from purchases
    anti join (
        select order_key from {{ ref('int_orders') }}
        where created_at <= {{ as_of() }}
        {%- if is_increment() %}
            and order_key in (select order_key from purchases)
        {%- endif %}
    ) as orders
        on orders.order_key = purchases.order_key
    group by purchases.session_key
),

final as (
    select
        sessions.session_key,
        sessions.shop_id,
        shops.platform,
        sessions.visitor_id,
        sessions.session_date,
        sessions.started_at,
        sessions.ended_at,
        cast(
            floor(({{ epoch_microseconds('sessions.ended_at') }} - {{ epoch_microseconds('sessions.started_at') }}) / 1000000) as bigint
        ) as duration_seconds,
        sessions.engaged_ms,
        sessions.events,
        sessions.page_views,
        sessions.product_views,
        sessions.searches,
        sessions.cart_adds,
        sessions.checkouts,
        sessions.purchase_events,
        coalesce(sessions.device, 'unknown') as device,
        sessions.country,
        sessions.landing_path,
        sessions.source,
        sessions.medium,
        sessions.campaign,
        sessions.referrer_host,
        channelled.channel,
        campaigns.ad_platform,
        campaigns.campaign_id,
        case when sessions.started_at = first_visits.started_at then 'new' else 'returning' end as visitor_type,
        people.customer_key,
        people.identified_by,
        coalesce(people.is_identified_later, false) as is_identified_later,
        sessions.product_view_at,
        sessions.cart_at,
        sessions.checkout_at,
        case when shop_orders.has_orders then bought.ordered_at else sessions.purchase_event_at end as purchase_at,
        coalesce(bought.orders, 0) as orders,
        coalesce(bought.orders, 0) > 0 as has_order,
        case when shop_orders.has_orders then coalesce(told.events, 0) else 0 end as purchase_events_without_order,
        sessions.is_bounce
    from sessions
    join {{ ref('int_shops') }} as shops on shops.shop_id = sessions.shop_id
    join {{ ref('int_order_shops') }} as shop_orders on shop_orders.shop_id = sessions.shop_id
    join first_visits on first_visits.shop_id = sessions.shop_id and first_visits.visitor_id = sessions.visitor_id
    join channelled
        on channelled.source_text = sessions.source_text
        and channelled.medium_text = sessions.medium_text
        and channelled.campaign_text = sessions.campaign_text
        and channelled.referrer_text = sessions.referrer_text
    left join campaigns
        on campaigns.shop_id = sessions.shop_id
        and campaigns.campaign = sessions.campaign
        and campaigns.source is not distinct from sessions.source
    left join {{ ref('int_session_people') }} as people on people.session_key = sessions.session_key
    left join bought on bought.session_key = sessions.session_key
    left join told on told.session_key = sessions.session_key
)

select * from final
