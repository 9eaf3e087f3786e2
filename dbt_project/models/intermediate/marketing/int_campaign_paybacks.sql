{{ config(unique_key=['shop_id', 'date', 'attribution_model', 'ad_platform', 'campaign_id']) }}

{% call touched() %}
select shop_id, date from {{ changed('fct_ad_spend') }}
union
select shop_id, first_order_date as date from {{ changed('int_new_customer_margins') }}
{% endcall %}

with spent as (
    select shop_id, date, ad_platform, campaign_id, spend from {{ ref('fct_ad_spend') }}
    where spend > 0
    {%- if is_increment() %}
        and (shop_id, date) in (select (shop_id, date) from {{ touched_rows() }})
    {%- endif %}
),

earned as (
    select
        shop_id,
        first_order_date,
        order_date,
        attribution_model,
        ad_platform,
        campaign_id,
        sum(margin) over (
            partition by shop_id, first_order_date, attribution_model, ad_platform, campaign_id order by order_date
        ) as margin_so_far
    from {{ ref('int_new_customer_margins') }}
    {%- if is_increment() %}
    where (shop_id, first_order_date) in (select (shop_id, date) from {{ touched_rows() }})
    {%- endif %}
)

select
    spent.shop_id,
    spent.date,
    earned.attribution_model,
    spent.ad_platform,
    spent.campaign_id,
    cast(min({{ days_between('spent.date', 'earned.order_date') }}) as integer) as payback_days
from spent
join earned
    on earned.shop_id = spent.shop_id
    and earned.first_order_date = spent.date
    and earned.ad_platform = spent.ad_platform
    and earned.campaign_id = spent.campaign_id
where earned.margin_so_far >= spent.spend
group by spent.shop_id, spent.date, earned.attribution_model, spent.ad_platform, spent.campaign_id
