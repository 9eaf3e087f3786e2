{{ config(unique_key=['shop_id', 'ad_platform', 'campaign_id']) }}

{% call touched() %}
select distinct shop_id, ad_platform, campaign_id from {{ changed('fct_ad_spend') }}
{% endcall %}

with spent as (
    select
        shop_id,
        ad_platform,
        campaign_id,
        max_by(campaign, date) filter (where campaign is not null) as campaign,
        min(date) as first_date,
        max(date) as last_date
    from {{ ref('fct_ad_spend') }}
    {%- if is_increment() %}
    semi join {{ touched_rows() }} using (shop_id, ad_platform, campaign_id)
    {%- endif %}
    group by shop_id, ad_platform, campaign_id
)

select
    shop_id,
    ad_platform,
    campaign_id,
    coalesce(campaign, campaign_id) as name,
    {{ channel_of(cleaned('ad_platform'), "'cpc'", cleaned('campaign_id'), "''") }} as channel,
    first_date,
    last_date
from spent
