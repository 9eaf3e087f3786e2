{{ config(unique_key=['shop_id', 'period_type', 'date', 'platform', 'sales_channel']) }}

{% set period_types = ['day', 'week', 'month', 'month_to_date'] %}
{% set people = ['buyers', 'new_buyers', 'new_buyers_365d', 'repeat_buyers', 'anonymous_buyers', 'paying_buyers'] %}
{% set refunded_orders = [
    'refunded_orders', 'refunded_orders_before_shipment', 'refunded_orders_after_shipment', 'quality_refunded_orders',
] %}
{% set distinct_measures = people + ['refunds'] + refunded_orders %}

{# A period is computed again when anything that counts in it by any clock changed, when it may have become complete, and
   when refund windows of its days closed. #}
{% call touched() %}
with days as (
    {%- for model, day in [
        ('fct_orders', 'created_date'), ('fct_orders', 'paid_date'), ('fct_orders', 'deal_date'), ('fct_orders', 'fulfilled_date'),
        ('fct_refunds', 'refunded_date'), ('fct_order_costs', 'incurred_date'), ('int_ad_spend_daily', 'date')
    ] %}
    select shop_id, {{ day }} as day from {{ changed(model) }} where {{ day }} is not null
    union
    {%- endfor %}
    {{ days_since_previous_as_of() }}
    union
    select shop_id, cast(day - interval '{{ var("thresholds").return_window_days }}' day as date)
    from ({{ days_since_previous_as_of() }}) as closing
)

{{ periods_of_shops_and_all('days', period_types) }}
{% endcall %}

with facts_of_shops as (
    {{ sales_facts() }}
),

facts as (
    select * from facts_of_shops
    {%- if several_shops() %}
    {# All shops together, in the reporting currency; a buyer is new who has never bought in any of them. #}
    union all
    select
        'all', day, platform, clock, reporting_rate, sales_channel, who, order_key, is_sale, is_counted_refund, is_anonymous,
        is_new_anywhere, is_new_365d_anywhere, first_order_date_anywhere, is_new_anywhere, is_new_365d_anywhere, first_order_date_anywhere,
        is_before_shipment, is_quality,
        cast(cogs * reporting_rate as decimal(18, 4)),
        {%- for name in sales_counts() %}
        {{ name }},
        {%- endfor %}
        {%- for name in sales_money() %}
        cast({{ name }} * reporting_rate as decimal(18, 4)){{ ',' if not loop.last }}
        {%- endfor %}
    from facts_of_shops
    {%- endif %}
),

{# What adds up is summed by day first: few rows are then left to be added to periods. #}
days as (
    select
        shop_id,
        day,
        platform,
        sales_channel,
        {%- for name in sales_counts() + sales_money() %}
        coalesce(sum({{ name }}), 0) as {{ name }},
        {%- endfor %}
        sum(cogs) filter (where is_sale) as cogs_sold,
        sum(cogs) filter (where clock = 'refunded') as cogs_restocked
    from facts
    group by shop_id, day, platform, sales_channel
),

periods as (
    {{ periods_to_compute('days', period_types) }}
),

sums as (
    select
        periods.shop_id,
        periods.period_type,
        periods.date,
        case when grouping(days.platform) = 1 then 'all' else days.platform end as platform_or_all,
        case when grouping(days.sales_channel) = 1 then 'all' else days.sales_channel end as channel_or_all,
        {%- for name in sales_counts() + sales_money() %}
        sum(days.{{ name }}) as {{ name }},
        {%- endfor %}
        {# Nothing sold cost nothing; sold at a cost that nobody knows is NULL. The same of what was put back. #}
        case when sum(days.units) = 0 then 0 else sum(days.cogs_sold) end as cogs_sold,
        case when sum(days.refund_lines) = 0 then 0 else sum(days.cogs_restocked) end as cogs_restocked
    from periods
    join days
        on days.shop_id = periods.shop_id
        and days.day between {{ period_first_day('periods.period_type', 'periods.date') }}
            and {{ period_last_day('periods.period_type', 'periods.date') }}
    group by grouping sets ( -- noqa: PRS
        (periods.shop_id, periods.period_type, periods.date, days.platform, days.sales_channel),
        (periods.shop_id, periods.period_type, periods.date, days.platform),
        (periods.shop_id, periods.period_type, periods.date, days.sales_channel),
        (periods.shop_id, periods.period_type, periods.date)
    )
),

{# Distinct counts do not add up: buyers of seven days are not the week's. Each person (and each refund, and each refunded
   order) counts once in a period and roll-up, on the first day on which they are what is counted. #}
counted as (
    select *, 'person' as kind, who as entity from facts where clock in ('placed', 'paid')
    union all
    select *, 'refund', who from facts where is_counted_refund
    union all
    select *, 'order', order_key from facts where is_counted_refund and order_key is not null
),

periods_of_facts as (
    {%- for type in ['day', 'week', 'month'] %}
    select *, '{{ type }}' as period_type, cast(date_trunc('{{ type }}', day) as date) as first_day
    from counted
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

first_days as (
    select
        shop_id,
        period_type,
        first_day,
        case when grouping(platform) = 1 then 'all' else platform end as platform_or_all,
        case when grouping(sales_channel) = 1 then 'all' else sales_channel end as channel_or_all,
        min(day) filter (where is_sale) as buyers,
        min(day) filter (where is_sale and is_new) as new_buyers,
        min(day) filter (where is_sale and is_new_365d) as new_buyers_365d,
        min(day) filter (where is_sale and first_order_date < first_day) as repeat_buyers,
        min(day) filter (where is_sale and is_anonymous) as anonymous_buyers,
        min(day) filter (where clock = 'paid') as paying_buyers,
        min(day) filter (where kind = 'refund') as refunds,
        min(day) filter (where kind = 'order') as refunded_orders,
        min(day) filter (where kind = 'order' and is_before_shipment) as refunded_orders_before_shipment,
        min(day) filter (where kind = 'order' and is_before_shipment is not true) as refunded_orders_after_shipment,
        min(day) filter (where kind = 'order' and is_quality) as quality_refunded_orders
    from periods_of_facts
    group by grouping sets ( -- noqa: PRS
        (shop_id, period_type, first_day, platform, sales_channel, kind, entity),
        (shop_id, period_type, first_day, platform, kind, entity),
        (shop_id, period_type, first_day, sales_channel, kind, entity),
        (shop_id, period_type, first_day, kind, entity)
    )
),

counts as (
    {%- for measure in distinct_measures %}
    select
        shop_id, period_type, first_day, platform_or_all, channel_or_all, {{ measure }} as day, '{{ measure }}' as measure,
        count(*) as people
    from first_days
    where {{ measure }} is not null
    group by shop_id, period_type, first_day, platform_or_all, channel_or_all, {{ measure }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

distinct_counts as (
    select
        periods.shop_id,
        periods.period_type,
        periods.date,
        counts.platform_or_all,
        counts.channel_or_all,
        {%- for measure in distinct_measures %}
        sum(counts.people) filter (where counts.measure = '{{ measure }}') as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from periods
    join counts
        on counts.shop_id = periods.shop_id
        and counts.period_type = case when periods.period_type = 'month_to_date' then 'month' else periods.period_type end
        and counts.first_day = {{ period_first_day('periods.period_type', 'periods.date') }}
        and counts.day <= {{ period_last_day('periods.period_type', 'periods.date') }}
    group by periods.shop_id, periods.period_type, periods.date, counts.platform_or_all, counts.channel_or_all
),

shops as ({{ shops_and_all() }}),

measured as (
    select
        sums.date,
        sums.period_type,
        sums.shop_id,
        sums.platform_or_all as platform,
        sums.channel_or_all as sales_channel,
        shops.currency,
        {{ period_last_day('sums.period_type', 'sums.date') }} < shops.first_date as is_complete_period,
        {%- for name in sales_counts() %}
        cast(sums.{{ name }} as bigint) as {{ name }},
        {%- endfor %}
        {%- for measure in distinct_measures %}
        cast(coalesce(distinct_counts.{{ measure }}, 0) as bigint) as {{ measure }},
        {%- endfor %}
        {%- for name in sales_money() %}
        cast(
            {{ "case when sums.channel_or_all = 'all' then sums.ad_spend end" if name == 'ad_spend' else 'sums.' ~ name }} as decimal(18, 4)
        ) as {{ name }},
        {%- endfor %}
        cast(sums.cogs_sold - sums.cogs_restocked as decimal(18, 4)) as cogs
    from sums
    join shops on shops.shop_id = sums.shop_id
    left join distinct_counts
        on distinct_counts.shop_id = sums.shop_id
        and distinct_counts.period_type = sums.period_type
        and distinct_counts.date = sums.date
        and distinct_counts.platform_or_all = sums.platform_or_all
        and distinct_counts.channel_or_all = sums.channel_or_all
    {# Advertising is no channel's of sale. #}
    where sums.channel_or_all is not null
),

final as (
    select
        *,
        {{ sales_figures() | indent(8) }}
    from measured
)

select * from final
