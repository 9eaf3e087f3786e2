-- models: int_order_shipments int_sales_periods
-- One shop of one platform; nothing has shipped in these files. What adds up is added by day first; people, refunds and
-- refunded orders are counted on the first day of each period on which they are what is counted.
create temp table sales_days as
with said as (
    select
        created_date as day,
        sales_channel,
        count(*) filter (where is_valid) as orders,
        count(*) as orders_placed,
        sum(units) as units,
        sum(units_with_cost) as units_with_cost,
        sum(gross_sales) as gross_sales,
        sum(discounts) as discounts,
        sum(shipping) as shipping,
        sum(tax) as tax,
        sum(order_total) as gmv,
        sum(placed_gross_sales - placed_discounts) as shopify_net_sales,
        count(*) filter (where is_valid and created_date + 30 < getvariable('today')) as closed_orders,
        sum(net_sales) filter (where is_valid and created_date + 30 < getvariable('today')) as closed_net_sales,
        sum(cogs) filter (where is_valid) as cogs_sold
    from fct_orders
    where not is_test
    group by all
    union all by name
    select
        paid_date as day,
        sales_channel,
        sum(paid_amount) as paid_amount,
        count(*) as paid_orders,
        sum(gross_sales) as gross_sales_by_paid_date,
        sum(refunded_amount) as cohort_refunded_amount,
        count(*) filter (where refunded_amount > 0) as cohort_refunded_orders,
        sum(paid_amount) filter (where paid_date + 30 < getvariable('today')) as refund_window_closed_amount
    from fct_orders
    where is_valid and paid_date is not null
    group by all
    union all by name
    select deal_date as day, sales_channel, sum(gross_sales - discounts + tax + shipping) as jd_deal_amount
    from fct_orders
    where is_valid and deal_date is not null
    group by all
    union all by name
    select
        refunded_date as day,
        sales_channel,
        count(*) filter (where is_counted) as refund_lines,
        sum(returns) as returns_by_refund_date,
        -sum(returned_shipping) as shipping,
        -sum(returned_tax) as tax,
        -sum(merchandise_amount) as shopify_net_sales,
        sum(refunded_amount) as refunded_amount,
        sum(refunded_amount) filter (where is_before_shipment) as refunded_before_shipment,
        sum(refunded_amount) filter (where is_before_shipment is not true) as refunded_after_shipment,
        sum(refunded_amount) filter (where is_quality) as quality_refunded_amount,
        sum(restocked_cogs) as cogs_restocked
    from fct_refunds
    where status = 'success'
    group by all
    union all by name
    select incurred_date as day, sales_channel, sum(cost) as payment_fees
    from fct_order_costs
    where is_counted
    group by all
    union all by name
    select date as day, null as sales_channel, sum(spend) as ad_spend
    from int_ad_spend
    where date <= getvariable('today')
    group by all
)

select day, sales_channel, sum(columns(* exclude (day, sales_channel)))
from said
group by day, sales_channel;

create temp table sales_sums as
with units as (
    select day, 'day' as period_type, day as date from (select distinct day from sales_days)
    union all
    select day, 'week', cast(date_trunc('week', day) as date) from (select distinct day from sales_days)
    union all
    select day, 'month', cast(date_trunc('month', day) as date) from (select distinct day from sales_days)
    union all
    select day, 'month_to_date', cast(unnest(generate_series(day, least(last_day(day), getvariable('today')), interval 1 day)) as date)
    from (select distinct day from sales_days)
)

select period_type, date, if(grouping(sales_channel) = 1, 'all', sales_channel) as channel, sum(columns(sales_days.* exclude (day, sales_channel)))
from units join sales_days using (day)
group by grouping sets ((period_type, date, sales_channel), (period_type, date));

create temp table people_of_days as
with counted as (
    select
        created_date as day, sales_channel, customer_key as who, 'person' as kind, is_valid as buyers, is_valid and is_first_order as new_buyers,
        is_valid and is_new_buyer_365d as new_buyers_365d, is_valid and is_anonymous as anonymous_buyers,
        if(is_valid, first_order_date, null) as first_order_date, false as paying_buyers
    from fct_orders
    where not is_test
    union all by name
    select paid_date as day, sales_channel, customer_key as who, 'person' as kind, true as paying_buyers
    from fct_orders
    where is_valid and paid_date is not null
    union all by name
    select refunded_date as day, sales_channel, refund_id as who, 'refund' as kind, true as refunds
    from fct_refunds
    where is_counted
    union all by name
    select
        refunded_date as day, sales_channel, order_key as who, 'order' as kind, true as refunded_orders,
        is_before_shipment is true as refunded_orders_before_shipment, is_before_shipment is not true as refunded_orders_after_shipment,
        is_quality as quality_refunded_orders
    from fct_refunds
    where is_counted
)

select day, sales_channel, kind, who, min(first_order_date) as first_order_date,
    bool_or(columns(* exclude (day, sales_channel, kind, who, first_order_date)))
from counted
group by day, sales_channel, kind, who;

create temp table first_days as
with placed as (
    select unit, cast(date_trunc(unit, day) as date) as first_day, people_of_days.*
    from people_of_days cross join (values ('day'), ('week'), ('month')) as units (unit)
)

select
    unit,
    first_day,
    if(grouping(sales_channel) = 1, 'all', sales_channel) as channel,
    min(day) filter (where buyers) as buyers,
    min(day) filter (where new_buyers) as new_buyers,
    min(day) filter (where new_buyers_365d) as new_buyers_365d,
    min(day) filter (where buyers and first_order_date < first_day) as repeat_buyers,
    min(day) filter (where anonymous_buyers) as anonymous_buyers,
    min(day) filter (where paying_buyers) as paying_buyers,
    min(day) filter (where refunds) as refunds,
    min(day) filter (where refunded_orders) as refunded_orders,
    min(day) filter (where refunded_orders_before_shipment) as refunded_orders_before_shipment,
    min(day) filter (where refunded_orders_after_shipment) as refunded_orders_after_shipment,
    min(day) filter (where quality_refunded_orders) as quality_refunded_orders
from placed
group by grouping sets ((unit, first_day, sales_channel, kind, who), (unit, first_day, kind, who));

create temp table sales_people as
with counts as (
    select unit, first_day, channel, measure, day, count(*) as people
    from (
        unpivot first_days
        on columns(* exclude (unit, first_day, channel))
        into name measure value day
    )
    group by all
),

periods as (
    select sales_sums.period_type, sales_sums.date, sales_sums.channel, counts.measure, sum(counts.people) as people
    from sales_sums
    join counts
        on counts.channel = sales_sums.channel
        and counts.unit = if(sales_sums.period_type = 'month_to_date', 'month', sales_sums.period_type)
        and counts.first_day = if(sales_sums.period_type = 'month_to_date', date_trunc('month', sales_sums.date), sales_sums.date)
        and (sales_sums.period_type <> 'month_to_date' or counts.day <= sales_sums.date)
    group by all
)

pivot periods
on measure in (
    'buyers', 'new_buyers', 'new_buyers_365d', 'repeat_buyers', 'anonymous_buyers', 'paying_buyers', 'refunds', 'refunded_orders',
    'refunded_orders_before_shipment', 'refunded_orders_after_shipment', 'quality_refunded_orders'
)
using cast(sum(people) as bigint);
