-- models: fct_sessions int_campaign_names
create table fct_sessions as
with bought as (
    select
        links.session_key,
        count(*) as orders,
        min(greatest(links.created_at, links.event_at)) filter (where greatest(links.created_at, links.event_at) >= sessions.checkout_at)
            as purchase_at
    from int_order_sessions as links
    join int_sessions as sessions using (session_key)
    join fct_orders as orders using (order_key)
    where orders.is_valid
    group by links.session_key
),

unknown as (
    select session_key, count(*) as events
    from int_purchase_events
    anti join (select 'main:' || order_id as order_key from int_orders where created_at <= getvariable('as_of')) as orders using (order_key)
    group by session_key
),

campaigns as (
    select distinct campaign_id, platform from int_ad_spend where date <= getvariable('today')
),

landed as (
    select
        *,
        nullif(lower(trim(utm_source)), '') as source,
        nullif(lower(trim(utm_medium)), '') as medium,
        nullif(lower(trim(utm_campaign)), '') as campaign,
        regexp_extract(referrer, '^https://(www[.])?([^/]+)', 2) as host
    from int_sessions
    where not is_bot
)

select
    landed.session_key,
    'main' as shop_id,
    getvariable('platform') as platform,
    landed.visitor_id,
    landed.session_date,
    landed.started_at,
    landed.ended_at,
    (epoch_us(landed.ended_at) - epoch_us(landed.started_at)) // 1000000 as duration_seconds,
    landed.engaged_ms,
    landed.events,
    landed.page_views,
    landed.product_views,
    landed.searches,
    landed.cart_adds,
    landed.checkouts,
    landed.purchase_events,
    coalesce(landed.device, 'unknown') as device,
    landed.country,
    landed.landing_path,
    landed.source,
    landed.medium,
    landed.campaign,
    nullif(landed.host, '') as referrer_host,
    case
        when landed.medium = 'cpc' then 'paid_search'
        when landed.medium = 'influencer' then 'kol'
        when landed.medium in ('email', 'affiliate', 'paid_social', 'short_video') then landed.medium
        when landed.medium is not null then 'other'
        when landed.host in ('google.com', 'bing.com') then 'organic_search'
        when landed.host <> '' then 'referral'
        else 'direct'
    end as channel,
    campaigns.platform as ad_platform,
    campaigns.campaign_id,
    if(row_number() over (partition by landed.visitor_id order by landed.started_at) = 1, 'new', 'returning') as visitor_type,
    people.customer_key,
    people.identified_by,
    coalesce(people.is_identified_later, false) as is_identified_later,
    landed.product_view_at,
    landed.cart_at,
    landed.checkout_at,
    bought.purchase_at,
    coalesce(bought.orders, 0) as orders,
    bought.orders is not null as has_order,
    coalesce(unknown.events, 0) as purchase_events_without_order,
    landed.is_bounce
from landed
left join campaigns on campaigns.campaign_id = landed.campaign
left join int_session_people as people using (session_key)
left join bought using (session_key)
left join unknown using (session_key);
