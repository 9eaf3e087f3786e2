{{ config(unique_key=['shop_id', 'date']) }}

{% set reporting = "'" ~ var('reporting_currency') ~ "'" %}

{% call touched() %}
select shop_id, date from {{ changed('int_ad_spend') }}
union
select spent.shop_id, spent.date from {{ this }} as spent
semi join {{ changed('int_fx_rates_daily') }} as rates using (date)
union
select shop_id, day as date from ({{ days_since_previous_as_of() }}) as days
{% endcall %}

with spent as (
    select
        ads.shop_id,
        ads.date,
        ads.spend,
        upper(shops.currency) as shop_currency,
        upper(coalesce(ads.currency, shops.currency)) as currency,
        shops.platform
    from {{ ref('int_ad_spend') }} as ads
    {%- if is_increment() %}
    semi join {{ touched_rows() }} as touched on touched.shop_id = ads.shop_id and touched.date = ads.date
    {%- endif %}
    join {{ ref('int_shops') }} as shops on shops.shop_id = ads.shop_id
    where ads.date <= shops.as_of_date
),

converted as (
    select
        spent.*,
        case when spent.shop_currency = {{ reporting }} then 1 else of_shop.rate end as reporting_rate,
        case
            when spent.currency = spent.shop_currency then 1
            else case when spent.currency = {{ reporting }} then 1 else of_account.rate end
                / nullif(case when spent.shop_currency = {{ reporting }} then 1 else of_shop.rate end, 0)
        end as shop_rate
    from spent
    left join {{ ref('int_fx_rates_daily') }} as of_account
        on of_account.date = spent.date and of_account.currency = spent.currency
    left join {{ ref('int_fx_rates_daily') }} as of_shop
        on of_shop.date = spent.date and of_shop.currency = spent.shop_currency
),

final as (
    select
        shop_id,
        date,
        platform,
        cast(sum(cast(spend * cast(shop_rate as decimal(20, 10)) as decimal(18, 4))) as decimal(18, 4)) as spend,
        cast(max(reporting_rate) as decimal(20, 10)) as reporting_rate,
        count(*) filter (where shop_rate is null) as rows_without_rate
    from converted
    group by shop_id, date, platform
)

select * from final
