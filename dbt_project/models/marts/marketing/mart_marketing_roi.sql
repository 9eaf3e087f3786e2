{{ config(unique_key=['shop_id', 'date', 'attribution_model', 'channel', 'ad_platform', 'campaign_id']) }}

{% set window = "interval '" ~ var('thresholds').attribution.window_days ~ "' day" %}
{% set credited = ['orders', 'new_customers'] + attributed_money() + ['revenue_reporting', 'revenue_with_margin'] %}

{# A session that only turned out to be somebody's counts as it did. #}
{% call touched() %}
with recoloured as (
    select shop_id, ad_platform, campaign_id from {{ changed('dim_campaigns') }}
    group by shop_id, ad_platform, campaign_id
    having min(channel) <> max(channel)
)

select shop_id, date from {{ changed('fct_ad_spend') }}
union
select shop_id, date from {{ changed('int_campaign_paybacks') }}
union
select shop_id, order_date as date from {{ changed('fct_attribution') }}
union
select shop_id, touch_date as date from {{ changed('fct_attribution') }} where touch_date is not null
union
select shop_id, session_date as date from (
    select version, shop_id, session_key, session_date, channel, campaign_id from {{ changed('fct_sessions') }}
    group by version, shop_id, session_key, session_date, channel, campaign_id
    having count(*) = 1
) as sessions
union
select shop_id, date from {{ this }} semi join recoloured using (shop_id, ad_platform, campaign_id)
union
select shop_id, day as date from ({{ days_since_previous_as_of() }}) as days
union
select shop_id, cast(day - {{ window }} - interval '1' day as date) as date from ({{ days_since_previous_as_of() }}) as days
{% endcall %}

with spent as (
    select shop_id, date, ad_platform, campaign_id, spend, spend_reporting, impressions, clicks, claimed_conversions, claimed_value
    from {{ ref('fct_ad_spend') }}
    {%- if is_increment() %}
    where (shop_id, date) in (select (shop_id, date) from {{ touched_rows() }})
        and {{ in_touched_days('date', 'date', 'date') }}
    {%- endif %}
),

visits as (
    select
        shop_id,
        session_date as date,
        channel,
        coalesce(ad_platform, 'none') as ad_platform,
        coalesce(campaign_id, 'none') as campaign_id,
        count(*) as sessions
    from {{ ref('fct_sessions') }}
    {%- if is_increment() %}
    where (shop_id, session_date) in (select (shop_id, date) from {{ touched_rows() }})
        and {{ in_touched_days('session_date', 'date', 'date') }}
    {%- endif %}
    group by shop_id, session_date, channel, coalesce(ad_platform, 'none'), coalesce(campaign_id, 'none')
),

{# Of a day of touches the orders of the window after it count, of a day of orders its own. #}
credits as (
    select * from {{ ref('fct_attribution') }}
    {%- if is_increment() %}
    where {{ in_touched_days('order_date', 'date', "cast(date + " ~ window ~ " + interval '1' day as date)") }}
    {%- endif %}
),

by_order_date as (
    select
        shop_id, order_date as date, attribution_model, channel, ad_platform, campaign_id,
        sum(credit) as orders,
        sum(new_customers) as new_customers,
        {%- for name in attributed_money() %}
        sum({{ name }}) as {{ name }},
        {%- endfor %}
        sum(cast(revenue * reporting_rate as decimal(18, 4))) as revenue_reporting,
        coalesce(sum(case when contribution_margin is not null then revenue end), 0) as revenue_with_margin
    from credits
    group by shop_id, order_date, attribution_model, channel, ad_platform, campaign_id
),

{# What nothing led to counts when it was ordered. #}
by_touch_date as (
    select
        shop_id, coalesce(touch_date, order_date) as date, attribution_model, channel, ad_platform, campaign_id,
        sum(revenue) as revenue_by_touch_date
    from credits
    group by shop_id, coalesce(touch_date, order_date), attribution_model, channel, ad_platform, campaign_id
),

{# Money that brought nothing, visits that cost nothing and orders that nothing led to: each has its row. #}
facts as (
    {%- for name in attribution_models() %}
    select
        shop_id, date, '{{ name }}' as attribution_model, cast(null as string) as channel, ad_platform, campaign_id,
        spend, spend_reporting, impressions, clicks, claimed_conversions, claimed_value, null as sessions,
        {%- for credit in credited %}
        null as {{ credit }},
        {%- endfor %}
        null as revenue_by_touch_date
    from spent
    union all
    select
        shop_id, date, '{{ name }}', channel, ad_platform, campaign_id,
        null, null, null, null, null, null, sessions,
        {%- for credit in credited %}
        null,
        {%- endfor %}
        null
    from visits
    union all
    {%- endfor %}
    select
        shop_id, date, attribution_model, channel, ad_platform, campaign_id,
        null, null, null, null, null, null, null,
        {%- for credit in credited %}
        {{ credit }},
        {%- endfor %}
        null
    from by_order_date
    union all
    select
        shop_id, date, attribution_model, channel, ad_platform, campaign_id,
        null, null, null, null, null, null, null,
        {%- for credit in credited %}
        null,
        {%- endfor %}
        revenue_by_touch_date
    from by_touch_date
),

{# A campaign has one channel, whatever the addresses of its visits said. #}
summed as (
    select
        facts.shop_id,
        facts.date,
        facts.attribution_model,
        coalesce(campaigns.channel, facts.channel, 'other') as row_channel,
        facts.ad_platform,
        facts.campaign_id,
        max(campaigns.name) as campaign,
        coalesce(sum(facts.spend), 0) as spend,
        coalesce(sum(facts.spend_reporting), 0) as spend_reporting,
        sum(facts.impressions) as impressions,
        sum(facts.clicks) as clicks,
        sum(facts.claimed_conversions) as claimed_conversions,
        sum(facts.claimed_value) as claimed_value,
        coalesce(sum(facts.sessions), 0) as sessions,
        {%- for credit in credited + ['revenue_by_touch_date'] if credit not in ('gross_margin', 'contribution_margin') %}
        coalesce(sum(facts.{{ credit }}), 0) as {{ credit }},
        {%- endfor %}
        {# Nothing sold earned nothing; what was sold at a cost that nobody knows earned nobody knows what. #}
        case when coalesce(sum(facts.orders), 0) = 0 then 0 else sum(facts.gross_margin) end as gross_margin,
        case when coalesce(sum(facts.orders), 0) = 0 then 0 else sum(facts.contribution_margin) end as margin
    from facts
    {%- if is_increment() %}
    semi join {{ touched_rows() }} as touched on touched.shop_id = facts.shop_id and touched.date = facts.date
    {%- endif %}
    left join {{ ref('dim_campaigns') }} as campaigns
        on campaigns.shop_id = facts.shop_id
        and campaigns.ad_platform = facts.ad_platform
        and campaigns.campaign_id = facts.campaign_id
    group by
        facts.shop_id, facts.date, facts.attribution_model, coalesce(campaigns.channel, facts.channel, 'other'), facts.ad_platform,
        facts.campaign_id
),

final as (
    select
        summed.date,
        summed.shop_id,
        shops.platform,
        shops.currency,
        summed.row_channel as channel,
        summed.ad_platform,
        summed.campaign_id,
        summed.campaign,
        summed.attribution_model,
        summed.date < shops.as_of_date as is_complete_period,
        summed.date + {{ window }} < shops.as_of_date as is_conversion_window_closed,
        {%- for name in ['impressions', 'clicks', 'sessions'] %}
        cast({{ name }} as bigint) as {{ name }},
        {%- endfor %}
        {%- for name in ['orders', 'new_customers'] %}
        cast({{ name }} as decimal(28, 12)) as {{ name }},
        {%- endfor %}
        {%- for name in [
            'spend', 'spend_reporting', 'revenue', 'revenue_reporting', 'revenue_after_refunds', 'revenue_with_margin', 'gross_margin', 'margin',
            'revenue_by_touch_date', 'claimed_conversions', 'claimed_value'
        ] %}
        cast({{ name }} as decimal(18, 4)) as {{ name }},
        {%- endfor %}
        {%- for name, top, bottom in [
            ('roas', 'revenue', 'spend'), ('roas_after_refunds', 'revenue_after_refunds', 'spend'), ('roi', 'margin - spend', 'spend'),
            ('roas_by_touch_date', 'revenue_by_touch_date', 'spend'), ('claimed_roas', 'claimed_value', 'spend'), ('ctr', 'clicks', 'impressions')
        ] %}
        {{ rate_of_money(top, bottom) }} as {{ name }},
        {%- endfor %}
        case when margin > 0 then cast(revenue_with_margin as double) / cast(margin as double) end as break_even_roas,
        {%- for name, bottom in [('cpc', 'clicks'), ('cpa', 'orders'), ('ad_cac', 'new_customers')] %}
        cast({{ rate_of_money('spend', bottom) }} as decimal(18, 4)) as {{ name }},
        {%- endfor %}
        paybacks.payback_days
    from summed
    join {{ ref('int_shops') }} as shops on shops.shop_id = summed.shop_id
    left join {{ ref('int_campaign_paybacks') }} as paybacks
        on paybacks.shop_id = summed.shop_id
        and paybacks.date = summed.date
        and paybacks.attribution_model = summed.attribution_model
        and paybacks.ad_platform = summed.ad_platform
        and paybacks.campaign_id = summed.campaign_id
)

select * from final
