{{ config(unique_key=['shop_id', 'period_type', 'date', 'platform', 'sales_channel']) }}

{% set period_types = ['day', 'week', 'month', 'month_to_date'] %}

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
        shop_id, created_date as day, platform, sales_channel, 'placed' as clock, customer_key, order_id as id,
        is_valid, is_anonymous, is_first_order, first_order_date, units, units_with_cost, gross_sales, discounts, shipping, tax,
        cogs, order_total as amount
    from {{ ref('fct_orders') }}
    where not is_test
    {%- if is_increment() %}
    and {{ in_touched_days('created_date', period_first_day(), period_last_day()) }}
    {%- endif %}
    union all
    select
        shop_id, paid_date, platform, sales_channel, 'paid', customer_key, order_id,
        is_valid, is_anonymous, is_first_order, first_order_date, 0, 0, 0, 0, 0, 0, 0, paid_amount
    from {{ ref('fct_orders') }}
    where is_valid and paid_date is not null
    {%- if is_increment() %}
    and {{ in_touched_days('paid_date', period_first_day(), period_last_day()) }}
    {%- endif %}
    union all
    select
        shop_id, refunded_date, platform, sales_channel, 'refunded', customer_key, refund_id,
        true, false, false, null, 0, 0, returns, 0, returned_shipping, returned_tax, restocked_cogs, refunded_amount
    from {{ ref('fct_refunds') }}
    where is_counted
    {%- if is_increment() %}
    and {{ in_touched_days('refunded_date', period_first_day(), period_last_day()) }}
    {%- endif %}
),

periods as (
    {%- if is_increment() %}
    select * from {{ touched_rows() }}
    {%- else %}
    select * from ({{ periods_of_days('facts', period_types) }}) as all_periods
    {%- endif %}
),

counted as (
    select
        facts.*,
        periods.period_type,
        periods.date,
        clock = 'placed' and is_valid as is_sale
    from periods
    join facts
        on facts.shop_id = periods.shop_id
        and facts.day between {{ period_first_day('periods.period_type', 'periods.date') }}
            and {{ period_last_day('periods.period_type', 'periods.date') }}
),

{# Distinct counts are counted anew in each period and roll-up: buyers of seven days are not the week's. #}
summed as (
    select
        shop_id,
        period_type,
        date,
        case when grouping(platform) = 1 then 'all' else platform end as platform_or_all,
        case when grouping(sales_channel) = 1 then 'all' else sales_channel end as channel_or_all,
        count(*) filter (where is_sale) as orders,
        count(*) filter (where clock = 'placed') as orders_placed,
        count(*) filter (where clock = 'paid') as paid_orders,
        count(distinct case when is_sale then customer_key end) as buyers,
        count(distinct case when is_sale and is_first_order then customer_key end) as new_buyers,
        count(distinct case when is_sale and first_order_date < {{ period_first_day() }} then customer_key end) as repeat_buyers,
        count(distinct case when is_sale and is_anonymous then customer_key end) as anonymous_buyers,
        count(distinct case when clock = 'paid' then customer_key end) as paying_buyers,
        count(distinct case when clock = 'refunded' then id end) as refunds,
        coalesce(sum(units) filter (where is_sale), 0) as units,
        coalesce(sum(units_with_cost) filter (where is_sale), 0) as units_with_cost,
        coalesce(sum(gross_sales) filter (where is_sale), 0) as gross_sales,
        coalesce(sum(discounts) filter (where is_sale), 0) as discounts,
        coalesce(sum(gross_sales) filter (where clock = 'refunded'), 0) as returns,
        coalesce(sum(shipping) filter (where is_sale), 0) - coalesce(sum(shipping) filter (where clock = 'refunded'), 0) as shipping,
        coalesce(sum(tax) filter (where is_sale), 0) - coalesce(sum(tax) filter (where clock = 'refunded'), 0) as tax,
        coalesce(sum(amount) filter (where clock = 'placed'), 0) as gmv,
        coalesce(sum(amount) filter (where clock = 'paid'), 0) as paid_amount,
        coalesce(sum(amount) filter (where clock = 'refunded'), 0) as refunded_amount,
        {# Nothing sold cost nothing; sold at a cost that nobody knows is NULL. The same of what was put back. #}
        case when coalesce(sum(units) filter (where is_sale), 0) = 0 then 0 else sum(cogs) filter (where is_sale) end as cogs_sold,
        case when count(*) filter (where clock = 'refunded') = 0 then 0 else sum(cogs) filter (where clock = 'refunded') end
            as cogs_restocked
    from counted
    group by grouping sets ( -- noqa: PRS
        (shop_id, period_type, date, platform, sales_channel),
        (shop_id, period_type, date, platform),
        (shop_id, period_type, date, sales_channel),
        (shop_id, period_type, date)
    )
),

final as (
    select
        summed.date,
        summed.period_type,
        summed.shop_id,
        summed.platform_or_all as platform,
        summed.channel_or_all as sales_channel,
        {{ period_last_day('summed.period_type', 'summed.date') }} < shops.as_of_date as is_complete_period,
        summed.orders,
        summed.orders_placed,
        summed.paid_orders,
        summed.buyers,
        summed.new_buyers,
        summed.repeat_buyers,
        summed.anonymous_buyers,
        summed.paying_buyers,
        summed.refunds,
        cast(summed.units as bigint) as units,
        cast(summed.units_with_cost as bigint) as units_with_cost,
        cast(summed.gross_sales as decimal(18, 4)) as gross_sales,
        cast(summed.discounts as decimal(18, 4)) as discounts,
        cast(summed.returns as decimal(18, 4)) as returns_by_refund_date,
        cast(summed.gross_sales - summed.discounts - summed.returns as decimal(18, 4)) as net_sales,
        cast(summed.shipping as decimal(18, 4)) as shipping,
        cast(summed.tax as decimal(18, 4)) as tax,
        cast(summed.gross_sales - summed.discounts - summed.returns + summed.shipping + summed.tax as decimal(18, 4)) as total_sales,
        cast(summed.gmv as decimal(18, 4)) as gmv,
        cast(summed.paid_amount as decimal(18, 4)) as paid_amount,
        cast(summed.refunded_amount as decimal(18, 4)) as refunded_amount,
        cast(summed.cogs_sold - summed.cogs_restocked as decimal(18, 4)) as cogs,
        cast(summed.gross_sales - summed.discounts - summed.returns - summed.cogs_sold + summed.cogs_restocked as decimal(18, 4))
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
