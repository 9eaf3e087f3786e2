-- models: int_new_customer_margins int_campaign_paybacks mart_marketing_roi
-- A campaign has the channel that dim_campaigns gives it.
create table mart_marketing_roi as
with models as (
    select unnest(['first_touch', 'last_touch', 'last_non_direct', 'linear', 'position_based', 'time_decay']) as attribution_model
),

won as (
    select credits.ad_platform, credits.campaign_id, credits.attribution_model, credits.order_date, credits.customer_key, sum(credit) as share
    from fct_attribution as credits
    where is_new_customer and ad_platform not in ('none', 'unattributed')
    group by all
),

earned as (
    select
        won.* exclude (customer_key, share),
        orders.created_date - won.order_date as days,
        sum(cast(contribution_margin * share as decimal(18, 4))) as margin
    from won
    join fct_orders as orders on orders.customer_key = won.customer_key and orders.is_valid
    where contribution_margin is not null
    group by all
),

so_far as (
    select
        *, sum(margin) over (partition by order_date, ad_platform, campaign_id, attribution_model order by days) as margin_so_far
    from earned
),

back as (
    select so_far.order_date as date, so_far.ad_platform, so_far.campaign_id, so_far.attribution_model, min(so_far.days) as payback_days
    from so_far
    join fct_ad_spend as spent
        on spent.date = so_far.order_date and spent.ad_platform = so_far.ad_platform and spent.campaign_id = so_far.campaign_id
    where spent.spend > 0 and so_far.margin_so_far >= spent.spend
    group by all
),

told as (
    select
        date, attribution_model, null as channel, ad_platform, campaign_id, spend, impressions, clicks, claimed_conversions, claimed_value
    from fct_ad_spend cross join models
    union all by name
    select session_date as date, attribution_model, channel, coalesce(ad_platform, 'none') as ad_platform, coalesce(campaign_id, 'none') as campaign_id,
        count(*) as sessions
    from fct_sessions cross join models
    group by all
    union all by name
    select
        order_date as date, attribution_model, channel, ad_platform, campaign_id,
        sum(credit) as orders, sum(new_customers) as new_customers, sum(revenue) as revenue, sum(revenue_after_refunds) as revenue_after_refunds,
        sum(revenue) filter (where contribution_margin is not null) as revenue_with_margin,
        sum(gross_margin) as gross_margin, sum(contribution_margin) as margin
    from fct_attribution
    group by all
    union all by name
    select coalesce(touch_date, order_date) as date, attribution_model, channel, ad_platform, campaign_id, sum(revenue) as revenue_by_touch_date
    from fct_attribution
    group by all
),

summed as (
    select
        told.date, told.attribution_model, coalesce(campaigns.channel, told.channel) as way, told.ad_platform, told.campaign_id,
        any_value(campaigns.name) as campaign,
        coalesce(sum(spend), 0) as spend,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(claimed_conversions) as claimed_conversions,
        sum(claimed_value) as claimed_value,
        coalesce(sum(sessions), 0) as sessions,
        coalesce(sum(orders), 0) as orders,
        coalesce(sum(new_customers), 0) as new_customers,
        coalesce(sum(revenue), 0) as revenue,
        coalesce(sum(revenue_after_refunds), 0) as revenue_after_refunds,
        coalesce(sum(revenue_with_margin), 0) as revenue_with_margin,
        if(coalesce(sum(orders), 0) = 0, 0, sum(gross_margin)) as gross_margin,
        if(coalesce(sum(orders), 0) = 0, 0, sum(margin)) as margin,
        coalesce(sum(revenue_by_touch_date), 0) as revenue_by_touch_date
    from told
    left join dim_campaigns as campaigns on campaigns.ad_platform = told.ad_platform and campaigns.campaign_id = told.campaign_id
    group by all
)

select
    summed.date,
    'main' as shop_id,
    getvariable('platform') as platform,
    getvariable('currency') as currency,
    way as channel,
    summed.ad_platform,
    summed.campaign_id,
    campaign,
    summed.attribution_model,
    summed.date < getvariable('today') as is_complete_period,
    summed.date + 30 < getvariable('today') as is_conversion_window_closed,
    cast(impressions as bigint) as impressions,
    cast(clicks as bigint) as clicks,
    cast(sessions as bigint) as sessions,
    cast(orders as decimal(28, 12)) as orders,
    cast(new_customers as decimal(28, 12)) as new_customers,
    cast(spend as decimal(18, 4)) as spend,
    cast(spend as decimal(18, 4)) as spend_reporting,
    cast(revenue as decimal(18, 4)) as revenue,
    cast(revenue as decimal(18, 4)) as revenue_reporting,
    cast(revenue_after_refunds as decimal(18, 4)) as revenue_after_refunds,
    cast(revenue_with_margin as decimal(18, 4)) as revenue_with_margin,
    cast(gross_margin as decimal(18, 4)) as gross_margin,
    cast(margin as decimal(18, 4)) as margin,
    cast(revenue_by_touch_date as decimal(18, 4)) as revenue_by_touch_date,
    cast(claimed_conversions as decimal(18, 4)) as claimed_conversions,
    cast(claimed_value as decimal(18, 4)) as claimed_value,
    revenue / nullif(spend, 0) as roas,
    revenue_after_refunds / nullif(spend, 0) as roas_after_refunds,
    (margin - spend) / nullif(spend, 0) as roi,
    revenue_by_touch_date / nullif(spend, 0) as roas_by_touch_date,
    claimed_value / nullif(spend, 0) as claimed_roas,
    clicks / nullif(impressions, 0) as ctr,
    if(margin > 0, revenue_with_margin / margin, null) as break_even_roas,
    cast(spend / nullif(clicks, 0) as decimal(18, 4)) as cpc,
    cast(spend / nullif(orders, 0) as decimal(18, 4)) as cpa,
    cast(spend / nullif(new_customers, 0) as decimal(18, 4)) as ad_cac,
    payback_days
from summed
left join back
    on back.date = summed.date and back.attribution_model = summed.attribution_model
    and back.ad_platform = summed.ad_platform and back.campaign_id = summed.campaign_id;
