-- Every report of an ad platform reaches the spend of its campaign, of its shop's day and of its periods exactly once.
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
)

select * from spent cross join daily cross join reported
where spent.spend <> daily.spend or spent.clicks <> daily.clicks or spent.clicks <> reported.clicks
