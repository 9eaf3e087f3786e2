-- models: mart_returns
-- Every refund is of a line.
create table mart_returns as
with lines as (
    select
        order_line_key,
        coalesce(listings.product_id, lines.variant_id) as product_id,
        cast(date_trunc('week', created_date) as date) as cohort_week,
        units,
        gross_sales - discounts as sales
    from fct_order_lines as lines
    left join listings using (variant_key)
    where is_counted
),

back as (
    select
        lines.product_id,
        lines.cohort_week,
        coalesce(nullif(trim(refunds.reason), ''), 'unknown') as reason,
        refunds.refund_id,
        refunds.quantity,
        refunds.returns,
        if(refunds.is_before_shipment, refunds.quantity, 0) as before_shipment,
        if(refunds.is_restocked, refunds.quantity, 0) as restocked,
        datediff('day', refunds.order_created_date, refunds.refunded_date) as days
    from fct_refunds as refunds
    join lines using (order_line_key)
    where refunds.is_counted
),

sold as (
    select cohort_week, if(grouping(product_id) = 1, 'all', product_id) as product, sum(units) as units_sold, sum(sales) as sales
    from lines
    group by grouping sets ((cohort_week, product_id), (cohort_week))
),

returned as (
    select
        cohort_week,
        if(grouping(product_id) = 1, 'all', product_id) as product,
        if(grouping(reason) = 1, 'all', reason) as reason_or_all,
        count(distinct refund_id) as refunds,
        sum(quantity) as returned_units,
        sum(before_shipment) as returned_units_before_shipment,
        sum(restocked) as restocked_units,
        sum(returns) as returns,
        sum(if(days <= 7, quantity, 0)) as returned_units_7d,
        sum(if(days <= 14, quantity, 0)) as returned_units_14d,
        sum(if(days <= 30, quantity, 0)) as returned_units_30d,
        sum(if(days <= 60, quantity, 0)) as returned_units_60d,
        sum(if(days <= 90, quantity, 0)) as returned_units_90d
    from back
    group by grouping sets ((cohort_week, product_id, reason), (cohort_week, product_id), (cohort_week, reason), (cohort_week))
),

cells as (
    select sold.*, coalesce(reason_or_all, 'all') as reason, returned.* exclude (cohort_week, product, reason_or_all)
    from sold left join returned using (cohort_week, product)
)

select
    'main' as shop_id,
    getvariable('platform') as platform,
    product as product_id,
    reason,
    cohort_week,
    cohort_week + 6 < getvariable('today') as is_complete_period,
    cast(units_sold as bigint) as units_sold,
    cast(sales as decimal(18, 4)) as sales,
    coalesce(refunds, 0) as refunds,
    cast(coalesce(returned_units, 0) as bigint) as returned_units,
    cast(coalesce(returned_units_before_shipment, 0) as bigint) as returned_units_before_shipment,
    cast(coalesce(restocked_units, 0) as bigint) as restocked_units,
    cast(coalesce(returns, 0) as decimal(18, 4)) as returns,
    cast(coalesce(returned_units, 0) as double) / nullif(units_sold, 0) as return_rate,
    cast(coalesce(returns, 0) as double) / nullif(cast(sales as double), 0) as return_value_rate,
    cast(restocked_units as double) / nullif(returned_units, 0) as restocked_share,
    cast(coalesce(returned_units_7d, 0) as bigint) as returned_units_7d,
    cast(coalesce(returned_units_7d, 0) as double) / nullif(units_sold, 0) as return_rate_7d,
    cohort_week + 13 < getvariable('today') as is_window_closed_7d,
    cast(coalesce(returned_units_14d, 0) as bigint) as returned_units_14d,
    cast(coalesce(returned_units_14d, 0) as double) / nullif(units_sold, 0) as return_rate_14d,
    cohort_week + 20 < getvariable('today') as is_window_closed_14d,
    cast(coalesce(returned_units_30d, 0) as bigint) as returned_units_30d,
    cast(coalesce(returned_units_30d, 0) as double) / nullif(units_sold, 0) as return_rate_30d,
    cohort_week + 36 < getvariable('today') as is_window_closed_30d,
    cast(coalesce(returned_units_60d, 0) as bigint) as returned_units_60d,
    cast(coalesce(returned_units_60d, 0) as double) / nullif(units_sold, 0) as return_rate_60d,
    cohort_week + 66 < getvariable('today') as is_window_closed_60d,
    cast(coalesce(returned_units_90d, 0) as bigint) as returned_units_90d,
    cast(coalesce(returned_units_90d, 0) as double) / nullif(units_sold, 0) as return_rate_90d,
    cohort_week + 96 < getvariable('today') as is_window_closed_90d
from cells;
