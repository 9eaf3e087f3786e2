{{ config(unique_key=['shop_id', 'campaign_name', 'ad_platform', 'campaign_id']) }}

{% call touched() %}
select distinct shop_id, ad_platform, campaign_id from {{ changed('fct_ad_spend') }}
{% endcall %}

with spent as (
    select distinct shop_id, ad_platform, campaign_id, campaign from {{ ref('fct_ad_spend') }}
    {%- if is_increment() %}
    semi join {{ touched_rows() }} using (shop_id, ad_platform, campaign_id)
    {%- endif %}
),

named as (
    select shop_id, {{ cleaned('campaign_id') }} as campaign_name, ad_platform, campaign_id, true as is_id from spent
    where campaign_id <> 'unknown'
    union
    select shop_id, {{ cleaned('campaign') }}, ad_platform, campaign_id, false from spent
    where campaign_id <> 'unknown' and {{ cleaned('campaign') }} <> ''
)

select shop_id, campaign_name, ad_platform, campaign_id, bool_or(is_id) as is_id
from named
group by shop_id, campaign_name, ad_platform, campaign_id
