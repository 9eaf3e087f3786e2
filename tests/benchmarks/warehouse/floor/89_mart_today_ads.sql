-- models: mart_today_ads
create table mart_today_ads as
with newest as (
    select ad_platform, max(date) as last_day from fct_ad_spend where date < getvariable('today') group by ad_platform
),

running as (
    select
        ad_platform,
        campaign_id,
        arg_max(campaign, date) as campaign,
        any_value(last_day) filter (where last_day > getvariable('today') - 7) as last_day,
        coalesce(sum(spend) filter (where date = last_day), 0) as spend_last_day,
        sum(spend) as spend_7_days
    from fct_ad_spend left join newest using (ad_platform)
    where date > getvariable('today') - 7
    group by ad_platform, campaign_id
    having coalesce(sum(spend) filter (where date = getvariable('today')), 0) > 0
        or (spend_last_day > 0 and any_value(last_day) >= getvariable('today') - 3)
),

visits as (
    select session_key, visitor_id, ad_platform, campaign_id, product_view_at
    from fct_sessions semi join running using (ad_platform, campaign_id)
    where session_date > getvariable('today') - 7
),

first_looks as (
    select
        session_key,
        arg_min(
            struct_pack(variant_id, product_id), struct_pack(is_unknown := variant_id is null and product_id is null, event_id := event_id)
        ) as article
    from int_events join visits using (visitor_id)
    where event_type = 'product_view' and event_at = product_view_at
    group by session_key
),

left_over as (
    select product_id, any_value(title) as title, variant_id, sum(on_hand) as on_hand
    from dim_products left join (from fct_inventory_daily where date = getvariable('today')) using (variant_id)
    group by product_id, variant_id
),

products as (
    select
        product_id,
        min(title) as title,
        count(on_hand) as variants,
        count(*) filter (where on_hand <= 0) as variants_out_of_stock,
        sum(on_hand) as on_hand
    from left_over
    group by product_id
),

looked as (
    select
        visits.ad_platform,
        visits.campaign_id,
        first_looks.session_key,
        coalesce(article.product_id, left_over.product_id, article.variant_id) as product_id,
        if(
            article.variant_id is not null, left_over.on_hand <= 0,
            if(products.variants > 0, products.variants_out_of_stock = products.variants, null)
        ) as is_out
    from visits
    left join first_looks using (session_key)
    left join left_over on left_over.variant_id = article.variant_id
    left join products on products.product_id = article.product_id
),

campaigns as (
    select
        ad_platform, campaign_id, count(*) as sessions, count(session_key) as landed, count(is_out) as known, count(*) filter (where is_out) as outs
    from looked
    group by ad_platform, campaign_id
),

cells as (
    select *, 'all' as product_id, outs as outs_here from running left join campaigns using (ad_platform, campaign_id)
    union all by name
    select running.*, campaigns.* exclude (ad_platform, campaign_id), looked.product_id, count(*) as outs_here
    from looked
    join running using (ad_platform, campaign_id)
    join campaigns using (ad_platform, campaign_id)
    where is_out
    group by all
)

select
    'main' as shop_id,
    getvariable('platform') as platform,
    getvariable('today') as date,
    ad_platform,
    campaign_id,
    campaign,
    product_id,
    title,
    last_day as last_reported_date,
    cast(spend_last_day as decimal(18, 4)) as spend_last_day,
    cast(spend_7_days as decimal(18, 4)) as spend_7_days,
    coalesce(sessions, 0) as sessions_7_days,
    coalesce(landed, 0) as landed_sessions_7_days,
    coalesce(known, 0) as known_sessions_7_days,
    coalesce(outs_here, 0) as out_of_stock_sessions_7_days,
    outs_here / nullif(known, 0) as out_of_stock_share,
    cast(spend_last_day * (outs_here / nullif(known, 0)) as decimal(18, 4)) as spend_out_of_stock,
    variants,
    variants_out_of_stock,
    on_hand
from cells left join products using (product_id);
