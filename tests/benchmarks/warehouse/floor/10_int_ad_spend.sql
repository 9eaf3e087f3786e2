-- models: int_ad_spend
create table int_ad_spend as
select
    date, platform, campaign_id, campaign, currency, impressions, clicks,
    cast(spend as decimal(18, 4)) as spend,
    cast(platform_conversions as decimal(18, 4)) as platform_conversions,
    cast(platform_value as decimal(18, 4)) as platform_value
from read_parquet(getvariable('files') || '/ad_spend/*.parquet', filename = true, file_row_number = true)
qualify row_number() over (partition by date, platform, campaign_id order by updated_at desc, filename desc, file_row_number desc) = 1;
