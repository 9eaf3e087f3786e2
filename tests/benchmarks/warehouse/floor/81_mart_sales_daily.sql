-- models: mart_sales_daily festivals
create temp table festival_days as
select
    festivals.festival,
    datediff('day', festivals.festival_date, day) as festival_day,
    day as date,
    cast(day - to_days(datediff('day', earlier.festival_date, festivals.festival_date)::integer) as date) as date_last_year
from (
    select
        *,
        cast(unnest(generate_series(festival_date - to_days(days_before::integer), festival_date + to_days(days_after::integer), interval 1 day)) as date) as day
    from read_csv(getvariable('seeds') || '/festivals.csv')
) as festivals
left join read_csv(getvariable('seeds') || '/festivals.csv') as earlier
    on earlier.festival = festivals.festival and year(earlier.festival_date) = year(festivals.festival_date) - 1
qualify row_number() over (
    partition by day order by abs(datediff('day', festivals.festival_date, day)), festivals.festival_date, festivals.festival
) = 1;

create temp table sales_periods as
select
    period_type,
    date,
    channel,
    cast(coalesce(orders, 0) as bigint) as orders,
    cast(coalesce(orders_placed, 0) as bigint) as orders_placed,
    cast(coalesce(units, 0) as bigint) as units,
    cast(coalesce(units_with_cost, 0) as bigint) as units_with_cost,
    cast(coalesce(closed_orders, 0) as bigint) as closed_orders,
    cast(coalesce(paid_orders, 0) as bigint) as paid_orders,
    cast(coalesce(cohort_refunded_orders, 0) as bigint) as cohort_refunded_orders,
    cast(coalesce(refund_lines, 0) as bigint) as refund_lines,
    coalesce(sales_people.buyers, 0) as buyers,
    coalesce(sales_people.new_buyers, 0) as new_buyers,
    coalesce(sales_people.new_buyers_365d, 0) as new_buyers_365d,
    coalesce(sales_people.repeat_buyers, 0) as repeat_buyers,
    coalesce(sales_people.anonymous_buyers, 0) as anonymous_buyers,
    coalesce(sales_people.paying_buyers, 0) as paying_buyers,
    coalesce(sales_people.refunds, 0) as refunds,
    coalesce(sales_people.refunded_orders, 0) as refunded_orders,
    coalesce(sales_people.refunded_orders_before_shipment, 0) as refunded_orders_before_shipment,
    coalesce(sales_people.refunded_orders_after_shipment, 0) as refunded_orders_after_shipment,
    coalesce(sales_people.quality_refunded_orders, 0) as quality_refunded_orders,
    cast(coalesce(gross_sales, 0) as decimal(18, 4)) as gross_sales,
    cast(coalesce(discounts, 0) as decimal(18, 4)) as discounts,
    cast(coalesce(shipping, 0) as decimal(18, 4)) as shipping,
    cast(coalesce(tax, 0) as decimal(18, 4)) as tax,
    cast(coalesce(gmv, 0) as decimal(18, 4)) as gmv,
    cast(coalesce(shopify_net_sales, 0) as decimal(18, 4)) as shopify_net_sales,
    cast(coalesce(jd_deal_amount, 0) as decimal(18, 4)) as jd_deal_amount,
    cast(coalesce(closed_net_sales, 0) as decimal(18, 4)) as closed_net_sales,
    cast(coalesce(paid_amount, 0) as decimal(18, 4)) as paid_amount,
    cast(coalesce(gross_sales_by_paid_date, 0) as decimal(18, 4)) as gross_sales_by_paid_date,
    cast(coalesce(cohort_refunded_amount, 0) as decimal(18, 4)) as cohort_refunded_amount,
    cast(coalesce(refund_window_closed_amount, 0) as decimal(18, 4)) as refund_window_closed_amount,
    cast(coalesce(returns_by_refund_date, 0) as decimal(18, 4)) as returns_by_refund_date,
    cast(coalesce(refunded_amount, 0) as decimal(18, 4)) as refunded_amount,
    cast(coalesce(refunded_before_shipment, 0) as decimal(18, 4)) as refunded_before_shipment,
    cast(coalesce(refunded_after_shipment, 0) as decimal(18, 4)) as refunded_after_shipment,
    cast(coalesce(quality_refunded_amount, 0) as decimal(18, 4)) as quality_refunded_amount,
    cast(coalesce(payment_fees, 0) as decimal(18, 4)) as payment_fees,
    cast(if(channel = 'all', coalesce(ad_spend, 0), null) as decimal(18, 4)) as ad_spend,
    cast(
        if(coalesce(units, 0) = 0, 0, cogs_sold) - if(coalesce(refund_lines, 0) = 0, 0, cogs_restocked) as decimal(18, 4)
    ) as cogs,
    if(period_type = 'month_to_date', cast(date_trunc('month', date) as date), date) as first_day,
    case period_type when 'week' then date + 6 when 'month' then last_day(date) else date end as last_day
from sales_sums left join sales_people using (period_type, date, channel)
where channel is not null;

create temp table compared as
with began as (
    select min(date) as first_date from sales_periods where period_type = 'day'
),

weeks_before as (
    select days.channel, days.date, cast(coalesce(earlier.paid_amount, 0) as double) as paid
    from sales_periods as days
    cross join began
    cross join range(1, 9) as weeks (ago)
    left join sales_periods as earlier
        on earlier.period_type = 'day' and earlier.channel = days.channel and earlier.date = days.date - to_days(7 * ago::integer)
    where days.period_type = 'day' and days.date - to_days(7 * ago::integer) >= first_date
),

medians as (
    select channel, date, list(paid) as paid, median(paid) as middle
    from weeks_before
    group by channel, date
    having count(*) >= 4
)

select
    periods.*,
    first_date,
    festival,
    festival_day,
    if(period_type = 'day', cast(periods.date - 7 as date), null) as date_last_week,
    cast(if(period_type in ('day', 'week'), periods.date - interval 364 day, periods.date - interval 1 year) as date) as date_last_year,
    festival_days.date_last_year as festival_last_year,
    middle,
    3 * greatest(1.4826 * list_median(list_transform(paid, lambda one: abs(one - middle))), 0.05 * middle) as reach
from (select *, period_type = 'day' as is_day from sales_periods) as periods
cross join began
left join medians on is_day and medians.channel = periods.channel and medians.date = periods.date
left join festival_days on is_day and festival_days.date = periods.date;

create table mart_sales_daily as
with selling as (
    select period_type, channel, date, gross_sales, paid_amount, orders from sales_periods
)

select
    compared.date,
    compared.period_type,
    'main' as shop_id,
    platforms.platform,
    compared.channel as sales_channel,
    getvariable('currency') as currency,
    compared.last_day < getvariable('today') as is_complete_period,
    compared.orders,
    compared.orders_placed,
    compared.units,
    compared.units_with_cost,
    compared.closed_orders,
    compared.paid_orders,
    compared.cohort_refunded_orders,
    compared.refund_lines,
    compared.buyers,
    compared.new_buyers,
    compared.repeat_buyers,
    compared.anonymous_buyers,
    compared.paying_buyers,
    compared.refunds,
    compared.refunded_orders,
    compared.refunded_orders_before_shipment,
    compared.refunded_orders_after_shipment,
    compared.quality_refunded_orders,
    compared.gross_sales,
    compared.discounts,
    compared.shipping,
    compared.tax,
    compared.gmv,
    compared.shopify_net_sales,
    compared.jd_deal_amount,
    compared.closed_net_sales,
    compared.paid_amount,
    compared.gross_sales_by_paid_date,
    compared.cohort_refunded_amount,
    compared.refund_window_closed_amount,
    compared.returns_by_refund_date,
    compared.refunded_amount,
    compared.refunded_before_shipment,
    compared.refunded_after_shipment,
    compared.quality_refunded_amount,
    compared.payment_fees,
    compared.ad_spend,
    compared.cogs,
    if(first_date + 365 <= first_day, compared.new_buyers_365d, null) as new_buyers_365d,
    compared.discounts as discounts_seller,
    cast(0 as bigint) as fulfilled_orders,
    cast(0 as decimal(18, 4)) as discounts_platform,
    cast(0 as decimal(18, 4)) as discounts_creator,
    cast(0 as decimal(18, 4)) as gross_sales_by_fulfilled_date,
    cast(0 as decimal(18, 4)) as commission,
    cast(0 as decimal(18, 4)) as creator_fees,
    cast(0 as decimal(18, 4)) as freight,
    cast(0 as decimal(18, 4)) as return_freight,
    cast(0 as decimal(18, 4)) as insurance,
    cast(0 as decimal(18, 4)) as other_costs,
    cast(compared.gross_sales - compared.discounts - returns_by_refund_date as decimal(18, 4)) as net_sales,
    cast(net_sales + compared.shipping + compared.tax as decimal(18, 4)) as total_sales,
    cast(net_sales - cogs as decimal(18, 4)) as gross_margin,
    cast(net_sales - cogs - payment_fees as decimal(18, 4)) as contribution_margin,
    cast(cast(compared.gross_sales - compared.discounts as double) / nullif(compared.orders, 0) as decimal(18, 4)) as aov,
    cast(
        if(closed_orders = compared.orders, cast(closed_net_sales as double) / nullif(compared.orders, 0), null) as decimal(18, 4)
    ) as aov_net,
    cast(cast(compared.paid_amount as double) / nullif(paying_buyers, 0) as decimal(18, 4)) as sales_per_buyer,
    cast(cast(compared.gross_sales - compared.discounts as double) / nullif(compared.units, 0) as decimal(18, 4)) as price_per_unit,
    cast(compared.units as double) / nullif(compared.orders, 0) as units_per_order,
    cast(compared.refunded_amount as double) / nullif(cast(compared.paid_amount as double), 0) as refund_rate_by_refund_date,
    cast(compared.refunded_orders as double) / nullif(cast(compared.paid_orders as double), 0) as refund_rate_by_refund_date_orders,
    cast(compared.refunded_before_shipment as double) / nullif(cast(compared.paid_amount as double), 0) as refund_rate_before_shipment,
    cast(compared.refunded_orders_before_shipment as double) / nullif(cast(compared.paid_orders as double), 0) as refund_rate_before_shipment_orders,
    cast(compared.refunded_after_shipment as double) / nullif(cast(compared.paid_amount as double), 0) as refund_rate_after_shipment,
    cast(compared.refunded_orders_after_shipment as double) / nullif(cast(compared.paid_orders as double), 0) as refund_rate_after_shipment_orders,
    cast(compared.quality_refunded_amount as double) / nullif(cast(compared.paid_amount as double), 0) as quality_refund_rate,
    cast(compared.quality_refunded_orders as double) / nullif(cast(compared.paid_orders as double), 0) as quality_refund_rate_orders,
    cast(compared.cohort_refunded_amount as double) / nullif(cast(compared.paid_amount as double), 0) as refund_rate_by_order_cohort,
    cast(compared.cohort_refunded_orders as double) / nullif(cast(compared.paid_orders as double), 0) as refund_rate_by_order_cohort_orders,
    cast(compared.refund_window_closed_amount as double) / nullif(cast(compared.paid_amount as double), 0) as refund_window_closed_share,
    cast(compared.ad_spend as double) / nullif(cast(compared.paid_amount as double), 0) as spend_share,
    cast(if(compared.period_type = 'day' and first_date + 6 <= compared.date,
        cast(sum(compared.gross_sales) over last_7 as double) / 7, null) as decimal(18, 4)) as gross_sales_mean_7d,
    cast(if(compared.period_type = 'day' and first_date + 27 <= compared.date,
        cast(sum(compared.gross_sales) over last_28 as double) / 28, null) as decimal(18, 4)) as gross_sales_mean_28d,
    cast(if(compared.date_last_week >= first_date, coalesce(last_week.gross_sales, 0), null) as decimal(18, 4)) as gross_sales_last_week,
    cast(if(compared.date_last_year >= first_date, coalesce(last_year.gross_sales, 0), null) as decimal(18, 4)) as gross_sales_last_year,
    cast(if(compared.festival_last_year >= first_date, coalesce(last_year_festival.gross_sales, 0), null) as decimal(18, 4)) as gross_sales_last_year_festival,
    cast(if(compared.period_type = 'day' and first_date + 6 <= compared.date,
        cast(sum(compared.paid_amount) over last_7 as double) / 7, null) as decimal(18, 4)) as paid_amount_mean_7d,
    cast(if(compared.period_type = 'day' and first_date + 27 <= compared.date,
        cast(sum(compared.paid_amount) over last_28 as double) / 28, null) as decimal(18, 4)) as paid_amount_mean_28d,
    cast(if(compared.date_last_week >= first_date, coalesce(last_week.paid_amount, 0), null) as decimal(18, 4)) as paid_amount_last_week,
    cast(if(compared.date_last_year >= first_date, coalesce(last_year.paid_amount, 0), null) as decimal(18, 4)) as paid_amount_last_year,
    cast(if(compared.festival_last_year >= first_date, coalesce(last_year_festival.paid_amount, 0), null) as decimal(18, 4)) as paid_amount_last_year_festival,
    cast(if(compared.period_type = 'day' and first_date + 6 <= compared.date,
        cast(sum(compared.orders) over last_7 as double) / 7, null) as decimal(18, 4)) as orders_mean_7d,
    cast(if(compared.period_type = 'day' and first_date + 27 <= compared.date,
        cast(sum(compared.orders) over last_28 as double) / 28, null) as decimal(18, 4)) as orders_mean_28d,
    cast(if(compared.date_last_week >= first_date, coalesce(last_week.orders, 0), null) as bigint) as orders_last_week,
    cast(if(compared.date_last_year >= first_date, coalesce(last_year.orders, 0), null) as bigint) as orders_last_year,
    cast(if(compared.festival_last_year >= first_date, coalesce(last_year_festival.orders, 0), null) as bigint) as orders_last_year_festival,
    festival,
    festival_day,
    cast(if(reach > middle, 0, middle - reach) as decimal(18, 4)) as paid_amount_expected_low,
    cast(middle + reach as decimal(18, 4)) as paid_amount_expected_high,
    if(compared.last_day < getvariable('today'), cast(compared.paid_amount as double) not between middle - reach and middle + reach, null)
        as is_anomaly,
    (datediff('day', first_day, least(compared.last_day, getvariable('today'))) + 1)
        / (datediff('day', first_day, if(compared.period_type = 'month_to_date', last_day(compared.date), compared.last_day)) + 1)
        as time_elapsed_share,
    cast(null as decimal(18, 4)) as gmv_target,
    cast(null as double) as gmv_completion,
    cast(null as decimal(18, 4)) as paid_amount_target,
    cast(null as double) as paid_amount_completion,
    cast(null as decimal(18, 4)) as net_sales_target,
    cast(null as double) as net_sales_completion,
    cast(null as decimal(18, 4)) as orders_target,
    cast(null as double) as orders_completion
from compared
cross join (values ('all'), (getvariable('platform'))) as platforms (platform)
left join selling as last_week
    on last_week.period_type = compared.period_type and last_week.channel = compared.channel and last_week.date = compared.date_last_week
left join selling as last_year
    on last_year.period_type = compared.period_type and last_year.channel = compared.channel and last_year.date = compared.date_last_year
left join selling as last_year_festival
    on last_year_festival.period_type = compared.period_type and last_year_festival.channel = compared.channel and last_year_festival.date = compared.festival_last_year
window
    last_7 as (
        partition by platforms.platform, compared.period_type, compared.channel order by compared.date
        range between interval 6 day preceding and current row
    ),
    last_28 as (
        partition by platforms.platform, compared.period_type, compared.channel order by compared.date
        range between interval 27 day preceding and current row
    );
