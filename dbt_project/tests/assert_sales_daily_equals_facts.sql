-- Every valid order, line value and counted refund reaches the daily marts exactly once.
with mart as (
    select
        sum(orders) as orders, sum(gross_sales) as gross_sales, sum(discounts) as discounts,
        sum(returns_by_refund_date) as returns, sum(paid_amount) as paid_amount, sum(refunded_amount) as refunded_amount,
        sum(cohort_refunded_amount) as cohort_refunded_amount, sum(gross_sales_by_paid_date) as gross_sales_by_paid_date,
        sum(gross_sales_by_fulfilled_date) as gross_sales_by_fulfilled_date, sum(gmv) as gmv,
        sum({{ cost_kinds() | join(' + ') }}) as costs, sum(ad_spend) as ad_spend
    from {{ ref('mart_sales_daily') }}
    where shop_id <> 'all' and period_type = 'day' and platform = 'all' and sales_channel = 'all'
),

facts as (
    select
        count(*) filter (where is_valid) as orders, coalesce(sum(gross_sales), 0) as gross_sales,
        coalesce(sum(discounts), 0) as discounts, coalesce(sum(paid_amount) filter (where paid_date is not null), 0) as paid_amount,
        coalesce(sum(refunded_amount) filter (where paid_date is not null), 0) as cohort_refunded_amount,
        coalesce(sum(gross_sales) filter (where paid_date is not null), 0) as gross_sales_by_paid_date,
        coalesce(sum(gross_sales) filter (where fulfilled_date is not null), 0) as gross_sales_by_fulfilled_date,
        coalesce(sum(order_total) filter (where not is_test), 0) as gmv
    from {{ ref('fct_orders') }}
),

costs as (
    select coalesce(sum(cost), 0) as costs from {{ ref('fct_order_costs') }}
),

ads as (
    select coalesce(sum(spend), 0) as ad_spend from {{ ref('int_ad_spend_daily') }}
),

refunds as (
    select coalesce(sum(returns), 0) as returns, coalesce(sum(refunded_amount), 0) as refunded_amount from {{ ref('fct_refunds') }}
)

select * from mart cross join facts cross join refunds cross join costs cross join ads
where coalesce(mart.orders, 0) <> facts.orders
    or coalesce(mart.gross_sales, 0) <> facts.gross_sales
    or coalesce(mart.discounts, 0) <> facts.discounts
    or coalesce(mart.paid_amount, 0) <> facts.paid_amount
    or coalesce(mart.returns, 0) <> refunds.returns
    or coalesce(mart.refunded_amount, 0) <> refunds.refunded_amount
    or coalesce(mart.cohort_refunded_amount, 0) <> facts.cohort_refunded_amount
    or coalesce(mart.gross_sales_by_paid_date, 0) <> facts.gross_sales_by_paid_date
    or coalesce(mart.gross_sales_by_fulfilled_date, 0) <> facts.gross_sales_by_fulfilled_date
    or coalesce(mart.gmv, 0) <> facts.gmv
    or coalesce(mart.costs, 0) <> costs.costs
    or coalesce(mart.ad_spend, 0) <> ads.ad_spend
