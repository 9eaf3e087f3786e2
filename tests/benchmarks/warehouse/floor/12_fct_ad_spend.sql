-- models: fct_ad_spend int_ad_spend_daily
create table fct_ad_spend as
select
    'main' as shop_id,
    getvariable('platform') as platform,
    date,
    platform as ad_platform,
    coalesce(campaign_id, campaign, 'unknown') as campaign_id,
    campaign,
    date < getvariable('today') as is_complete_period,
    currency as account_currency,
    spend as account_spend,
    spend,
    spend as spend_reporting,
    cast(1 as decimal(20, 10)) as reporting_rate,
    impressions,
    clicks,
    platform_conversions as claimed_conversions,
    platform_value as claimed_value,
    platform_value as claimed_value_reporting,
    clicks / nullif(impressions, 0) as ctr,
    cast(spend / nullif(clicks, 0) as decimal(18, 4)) as cpc,
    cast(1000 * spend / nullif(impressions, 0) as decimal(18, 4)) as cpm,
    cast(spend / nullif(platform_conversions, 0) as decimal(18, 4)) as claimed_cpa,
    platform_value / nullif(spend, 0) as claimed_roas,
    0 as rows_without_rate
from int_ad_spend
where date <= getvariable('today');
