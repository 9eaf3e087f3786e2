{{ config(unique_key=['shop_id', 'period_type', 'date']) }}

{% set period_types = ['day', 'week', 'month', 'month_to_date'] %}
{% set counts = ['impressions', 'clicks', 'claimed_conversions'] %}

{% call touched() %}
with days as (
    select shop_id, date as day from {{ changed('fct_ad_spend') }}
    union
    select shop_id, created_date as day from {{ changed('int_new_customer_coupons') }}
)

select shop_id, period_type, date from {{ changed('int_sales_periods') }}
union
{{ periods_of_shops_and_all('days', period_types) }}
{% endcall %}

{# Spent, sold and won in one and the same period: what is spent counts also where nothing is sold. #}
with periods as (
    select * from {{ ref('int_sales_periods') }}
    where platform = 'all' and sales_channel = 'all'
    {%- if is_increment() %}
        and (shop_id, period_type, date) in (select (shop_id, period_type, date) from {{ touched_rows() }})
        and {{ in_touched_days('date', 'date', 'date') }}
    {%- endif %}
),

facts as (
    select
        shop_id,
        date as day,
        {{ counts | join(', ') }},
        claimed_value,
        claimed_value_reporting,
        null as coupons,
        null as coupons_reporting
    from {{ ref('fct_ad_spend') }}
    {%- if is_increment() %}
    where {{ in_touched_days('date', period_first_day(), period_last_day()) }}
    {%- endif %}
    union all
    select
        shop_id,
        created_date,
        null, null, null, null, null,
        case when is_first_order then coupons end,
        case when is_first_order_anywhere then cast(coupons * reporting_rate as decimal(18, 4)) end
    from {{ ref('int_new_customer_coupons') }}
    {%- if is_increment() %}
    where {{ in_touched_days('created_date', period_first_day(), period_last_day()) }}
    {%- endif %}
),

days as (
    select
        shop_id,
        day,
        {%- for name in counts %}
        sum({{ name }}) as {{ name }},
        {%- endfor %}
        sum(claimed_value) as claimed_value,
        sum(coupons) as coupons
    from facts
    group by shop_id, day
    {%- if several_shops() %}
    union all
    select
        'all',
        day,
        {%- for name in counts %}
        sum({{ name }}),
        {%- endfor %}
        sum(claimed_value_reporting),
        sum(coupons_reporting)
    from facts
    group by day
    {%- endif %}
),

summed as (
    select
        periods.shop_id,
        periods.period_type,
        periods.date,
        {%- for name in counts %}
        sum(days.{{ name }}) as {{ name }},
        {%- endfor %}
        sum(days.claimed_value) as claimed_value,
        sum(days.coupons) as coupons
    from periods
    join days
        on days.shop_id = periods.shop_id
        and days.day between {{ period_first_day('periods.period_type', 'periods.date') }}
            and {{ period_last_day('periods.period_type', 'periods.date') }}
    group by periods.shop_id, periods.period_type, periods.date
),

measured as (
    select
        periods.date,
        periods.period_type,
        periods.shop_id,
        periods.currency,
        periods.is_complete_period,
        periods.ad_spend as spend,
        cast(summed.impressions as bigint) as impressions,
        cast(summed.clicks as bigint) as clicks,
        cast(summed.claimed_conversions as decimal(18, 4)) as claimed_conversions,
        cast(summed.claimed_value as decimal(18, 4)) as claimed_value,
        periods.orders,
        cast(periods.gross_sales - periods.discounts_seller as decimal(18, 4)) as revenue,
        periods.paid_amount,
        periods.new_buyers as new_customers,
        periods.creator_fees,
        cast(coalesce(summed.coupons, 0) as decimal(18, 4)) as new_customer_coupons
    from periods
    left join summed
        on summed.shop_id = periods.shop_id and summed.period_type = periods.period_type and summed.date = periods.date
),

costed as (
    select *, cast(spend + creator_fees + new_customer_coupons as decimal(18, 4)) as acquisition_cost from measured
),

final as (
    select
        *,
        {{ rate_of_money('revenue', 'spend') }} as mer,
        {{ rate_of_money('spend', 'paid_amount') }} as ad_cost_ratio,
        cast({{ rate('acquisition_cost', 'new_customers') }} as decimal(18, 4)) as blended_cac
    from costed
)

select * from final
