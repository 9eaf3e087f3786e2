{{ config(unique_key=['shop_id', 'period_type', 'date', 'platform', 'sales_channel']) }}

{% set period_types = ['day', 'week', 'month', 'month_to_date'] %}
{% set discount_sums = ['discounts', 'discounts_seller', 'discounts_platform', 'discounts_creator'] %}
{% set distinct_measures = ['buyers', 'new_buyers', 'repeat_buyers', 'anonymous_buyers', 'paying_buyers', 'refunds'] %}

{# A period is computed again when an order placed or paid in it, or a refund paid back in it, changed, and when it
   may have become complete. #}
{% call touched() %}
with days as (
    select shop_id, created_date as day from {{ changed('fct_orders') }}
    union
    select shop_id, paid_date from {{ changed('fct_orders') }} where paid_date is not null
    union
    select shop_id, refunded_date from {{ changed('fct_refunds') }}
    union
    {{ days_since_previous_as_of() }}
)

select * from ({{ periods_of_days('days', period_types) }}) as periods
{% endcall %}

with facts as (
    select
        shop_id, created_date as day, platform, sales_channel, 'placed' as clock, customer_key as who, is_valid as is_sale,
        is_anonymous, is_first_order, first_order_date, units, units_with_cost, gross_sales, discounts, discounts_seller,
        discounts_platform, discounts_creator, shipping, tax, cogs, order_total as amount
    from {{ ref('fct_orders') }}
    where not is_test
    {%- if is_increment() %}
    and {{ in_touched_days('created_date', period_first_day(), period_last_day()) }}
    {%- endif %}
    union all
    select
        shop_id, paid_date, platform, sales_channel, 'paid', customer_key, false,
        is_anonymous, is_first_order, first_order_date, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, paid_amount
    from {{ ref('fct_orders') }}
    where is_valid and paid_date is not null
    {%- if is_increment() %}
    and {{ in_touched_days('paid_date', period_first_day(), period_last_day()) }}
    {%- endif %}
    union all
    select
        shop_id, refunded_date, platform, sales_channel, 'refunded', refund_id, false,
        false, false, null, 0, 0, returns, 0, 0, 0, 0, returned_shipping, returned_tax, restocked_cogs, refunded_amount
    from {{ ref('fct_refunds') }}
    where is_counted
    {%- if is_increment() %}
    and {{ in_touched_days('refunded_date', period_first_day(), period_last_day()) }}
    {%- endif %}
),

{# What adds up is summed by day first: few rows are then left to be added to periods. #}
days as (
    select
        shop_id,
        day,
        platform,
        sales_channel,
        count(*) filter (where is_sale) as orders,
        count(*) filter (where clock = 'placed') as orders_placed,
        count(*) filter (where clock = 'paid') as paid_orders,
        count(*) filter (where clock = 'refunded') as refund_lines,
        coalesce(sum(units) filter (where is_sale), 0) as units,
        coalesce(sum(units_with_cost) filter (where is_sale), 0) as units_with_cost,
        coalesce(sum(gross_sales) filter (where is_sale), 0) as gross_sales,
        {%- for discounts in discount_sums %}
        coalesce(sum({{ discounts }}) filter (where is_sale), 0) as {{ discounts }},
        {%- endfor %}
        coalesce(sum(gross_sales) filter (where clock = 'refunded'), 0) as returns,
        coalesce(sum(shipping) filter (where is_sale), 0) - coalesce(sum(shipping) filter (where clock = 'refunded'), 0) as shipping,
        coalesce(sum(tax) filter (where is_sale), 0) - coalesce(sum(tax) filter (where clock = 'refunded'), 0) as tax,
        coalesce(sum(amount) filter (where clock = 'placed'), 0) as gmv,
        coalesce(sum(amount) filter (where clock = 'paid'), 0) as paid_amount,
        coalesce(sum(amount) filter (where clock = 'refunded'), 0) as refunded_amount,
        sum(cogs) filter (where is_sale) as cogs_sold,
        sum(cogs) filter (where clock = 'refunded') as cogs_restocked
    from facts
    group by shop_id, day, platform, sales_channel
),

periods as (
    {%- if is_increment() %}
    select * from {{ touched_rows() }}
    {%- else %}
    select * from ({{ periods_of_days('days', period_types) }}) as all_periods
    {%- endif %}
),

sums as (
    select
        periods.shop_id,
        periods.period_type,
        periods.date,
        case when grouping(days.platform) = 1 then 'all' else days.platform end as platform_or_all,
        case when grouping(days.sales_channel) = 1 then 'all' else days.sales_channel end as channel_or_all,
        {%- for measure in [
            'orders', 'orders_placed', 'paid_orders', 'units', 'units_with_cost', 'gross_sales', 'returns', 'shipping', 'tax', 'gmv',
            'paid_amount', 'refunded_amount',
        ] + discount_sums %}
        sum(days.{{ measure }}) as {{ measure }},
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

{# Distinct counts do not add up: buyers of seven days are not the week's. Each person counts once in a period and
   roll-up, on the first day on which they are what is counted; month to date, that is so from that day on. #}
periods_of_facts as (
    {%- for type in ['day', 'week', 'month'] %}
    select *, clock = 'refunded' as is_refund, '{{ type }}' as period_type, cast(date_trunc('{{ type }}', day) as date) as first_day
    from facts
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
        min(day) filter (where is_sale and is_first_order) as new_buyers,
        min(day) filter (where is_sale and first_order_date < first_day) as repeat_buyers,
        min(day) filter (where is_sale and is_anonymous) as anonymous_buyers,
        min(day) filter (where clock = 'paid') as paying_buyers,
        min(day) filter (where clock = 'refunded') as refunds
    from periods_of_facts
    group by grouping sets ( -- noqa: PRS
        (shop_id, period_type, first_day, platform, sales_channel, is_refund, who),
        (shop_id, period_type, first_day, platform, is_refund, who),
        (shop_id, period_type, first_day, sales_channel, is_refund, who),
        (shop_id, period_type, first_day, is_refund, who)
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

summed as (
    select
        sums.*,
        {%- for measure in distinct_measures %}
        cast(coalesce(distinct_counts.{{ measure }}, 0) as bigint) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from sums
    left join distinct_counts
        on distinct_counts.shop_id = sums.shop_id
        and distinct_counts.period_type = sums.period_type
        and distinct_counts.date = sums.date
        and distinct_counts.platform_or_all = sums.platform_or_all
        and distinct_counts.channel_or_all = sums.channel_or_all
),

final as (
    select
        summed.date,
        summed.period_type,
        summed.shop_id,
        summed.platform_or_all as platform,
        summed.channel_or_all as sales_channel,
        {{ period_last_day('summed.period_type', 'summed.date') }} < shops.as_of_date as is_complete_period,
        cast(summed.orders as bigint) as orders,
        cast(summed.orders_placed as bigint) as orders_placed,
        cast(summed.paid_orders as bigint) as paid_orders,
        summed.buyers,
        summed.new_buyers,
        summed.repeat_buyers,
        summed.anonymous_buyers,
        summed.paying_buyers,
        summed.refunds,
        cast(summed.units as bigint) as units,
        cast(summed.units_with_cost as bigint) as units_with_cost,
        cast(summed.gross_sales as decimal(18, 4)) as gross_sales,
        {%- for discounts in discount_sums %}
        cast(summed.{{ discounts }} as decimal(18, 4)) as {{ discounts }},
        {%- endfor %}
        cast(summed.returns as decimal(18, 4)) as returns_by_refund_date,
        cast(summed.gross_sales - summed.discounts_seller - summed.returns as decimal(18, 4)) as net_sales,
        cast(summed.shipping as decimal(18, 4)) as shipping,
        cast(summed.tax as decimal(18, 4)) as tax,
        cast(summed.gross_sales - summed.discounts_seller - summed.returns + summed.shipping + summed.tax as decimal(18, 4)) as total_sales,
        cast(summed.gmv as decimal(18, 4)) as gmv,
        cast(summed.paid_amount as decimal(18, 4)) as paid_amount,
        cast(summed.refunded_amount as decimal(18, 4)) as refunded_amount,
        cast(summed.cogs_sold - summed.cogs_restocked as decimal(18, 4)) as cogs,
        cast(summed.gross_sales - summed.discounts_seller - summed.returns - summed.cogs_sold + summed.cogs_restocked as decimal(18, 4))
            as gross_margin,
        cast(cast(summed.gross_sales - summed.discounts as double) / nullif(summed.orders, 0) as decimal(18, 4)) as aov,
        cast(cast(summed.paid_amount as double) / nullif(summed.paying_buyers, 0) as decimal(18, 4)) as sales_per_buyer,
        cast(summed.units as double) / nullif(summed.orders, 0) as units_per_order,
        cast(cast(summed.gross_sales - summed.discounts as double) / nullif(summed.units, 0) as decimal(18, 4)) as price_per_unit,
        cast(summed.refunded_amount as double) / nullif(cast(summed.paid_amount as double), 0) as refund_rate_by_refund_date
    from summed
    join {{ ref('int_shops') }} as shops on shops.shop_id = summed.shop_id
)

select * from final
