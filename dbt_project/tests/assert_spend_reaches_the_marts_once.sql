-- Every report of an ad platform reaches the spend of its campaign, of its shop's periods and of each attribution model's rows
-- exactly once, whether or not anything came of it; and every session the rows of each model.
with spent as (
    select coalesce(sum(spend), 0) as spend, coalesce(sum(clicks), 0) as clicks from {{ ref('fct_ad_spend') }}
),

reported as (
    select coalesce(sum(ads.clicks), 0) as clicks from {{ ref('int_ad_spend') }} as ads
    join {{ ref('int_shops') }} as shops on shops.shop_id = ads.shop_id and ads.date <= shops.as_of_date
),

daily as (
    select coalesce(sum(spend), 0) as spend, coalesce(sum(clicks), 0) as clicks from {{ ref('mart_marketing_daily') }}
    where shop_id <> 'all' and period_type = 'day'
),

visits as (
    select count(*) as sessions from {{ ref('fct_sessions') }}
),

roi as (
    select attribution_model, sum(spend) as roi_spend, coalesce(sum(clicks), 0) as roi_clicks, sum(sessions) as roi_sessions
    from {{ ref('mart_marketing_roi') }}
    group by attribution_model
)

select * from spent cross join daily cross join reported cross join visits left join roi on true
where spent.spend <> daily.spend
    or spent.clicks <> daily.clicks
    or spent.clicks <> reported.clicks
    or spent.spend <> coalesce(roi.roi_spend, 0)
    or spent.clicks <> coalesce(roi.roi_clicks, 0)
    or visits.sessions <> coalesce(roi.roi_sessions, 0)
