{{ config(unique_key=['shop_id', 'date', 'ad_platform', 'campaign_id']) }}

{% set reporting = "'" ~ var('reporting_currency') ~ "'" %}

{% call touched() %}
select shop_id, date from {{ changed('int_ad_spend') }}
union
select spent.shop_id, spent.date from {{ this }} as spent
semi join {{ changed('int_fx_rates_daily') }} as rates using (date)
union
select shop_id, day as date from ({{ days_since_previous_as_of() }}) as days
{% endcall %}

with reported as (
    select
        ads.*,
        coalesce(nullif(trim(ads.campaign_id), ''), nullif(trim(ads.campaign), ''), 'unknown') as known_campaign_id,
        upper(shops.currency) as shop_currency,
        upper(coalesce(ads.currency, shops.currency)) as account_currency,
        shops.platform as selling_platform,
        shops.as_of_date
    from {{ ref('int_ad_spend') }} as ads
    {%- if is_increment() %}
    semi join {{ touched_rows() }} as touched on touched.shop_id = ads.shop_id and touched.date = ads.date
    {%- endif %}
    join {{ ref('int_shops') }} as shops on shops.shop_id = ads.shop_id
    where ads.date <= shops.as_of_date
),

rated as (
    select
        reported.*,
        cast(case when reported.shop_currency = {{ reporting }} then 1 else of_shop.rate end as decimal(20, 10)) as reporting_rate,
        cast(case
            when reported.account_currency = reported.shop_currency then 1
            else case when reported.account_currency = {{ reporting }} then 1 else of_account.rate end
                / nullif(case when reported.shop_currency = {{ reporting }} then 1 else of_shop.rate end, 0)
        end as decimal(20, 10)) as shop_rate
    from reported
    left join {{ ref('int_fx_rates_daily') }} as of_account
        on of_account.date = reported.date and of_account.currency = reported.account_currency
    left join {{ ref('int_fx_rates_daily') }} as of_shop
        on of_shop.date = reported.date and of_shop.currency = reported.shop_currency
),

{# Row by row: a campaign may be paid for from accounts in several currencies. #}
converted as (
    select
        *,
        {{ in_shop_currency('spend') }} as shop_spend,
        {{ in_shop_currency('platform_value') }} as shop_value
    from rated
),

{# What nobody counts stays unknown: a platform that tells of no clicks did not have none. #}
summed as (
    select
        shop_id,
        date,
        platform as ad_platform,
        known_campaign_id as campaign_id,
        max(campaign) as campaign,
        max(selling_platform) as selling_platform,
        max(as_of_date) as as_of_date,
        case when min(account_currency) = max(account_currency) then max(account_currency) end as account_currency,
        case when min(account_currency) = max(account_currency) then sum(spend) end as account_spend,
        cast(sum(shop_spend) as decimal(18, 4)) as spend,
        max(reporting_rate) as reporting_rate,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(platform_conversions) as claimed_conversions,
        cast(sum(shop_value) as decimal(18, 4)) as claimed_value,
        count(*) filter (where shop_rate is null) as rows_without_rate
    from converted
    group by shop_id, date, platform, known_campaign_id
),

final as (
    select
        shop_id,
        selling_platform as platform,
        date,
        ad_platform,
        campaign_id,
        campaign,
        date < as_of_date as is_complete_period,
        account_currency,
        cast(account_spend as decimal(18, 4)) as account_spend,
        spend,
        cast(spend * reporting_rate as decimal(18, 4)) as spend_reporting,
        reporting_rate,
        cast(impressions as bigint) as impressions,
        cast(clicks as bigint) as clicks,
        cast(claimed_conversions as decimal(18, 4)) as claimed_conversions,
        claimed_value,
        cast(claimed_value * reporting_rate as decimal(18, 4)) as claimed_value_reporting,
        {{ rate('clicks', 'impressions') }} as ctr,
        cast({{ rate('spend', 'clicks') }} as decimal(18, 4)) as cpc,
        cast(1000 * {{ rate('spend', 'impressions') }} as decimal(18, 4)) as cpm,
        cast({{ rate_of_money('spend', 'claimed_conversions') }} as decimal(18, 4)) as claimed_cpa,
        {{ rate_of_money('claimed_value', 'spend') }} as claimed_roas,
        cast(rows_without_rate as bigint) as rows_without_rate
    from summed
)

select * from final
