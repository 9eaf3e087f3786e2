-- models: dim_campaigns dim_channels channels channel_names
create table dim_campaigns as
select
    'main' as shop_id,
    platform as ad_platform,
    campaign_id,
    arg_max(campaign, date) as name,
    case platform when 'meta_ads' then 'paid_social' when 'tiktok_ads' then 'short_video' else 'paid_search' end as channel,
    min(date) as first_date,
    max(date) as last_date
from int_ad_spend
where date <= getvariable('today')
group by platform, campaign_id;

create table dim_channels as
select channel, name, name_zh, is_paid, position from read_csv(getvariable('seeds') || '/channel_names.csv');
