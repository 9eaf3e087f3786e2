-- Every valid order, line value and counted refund reaches the daily marts exactly once.
with mart as (
    select
        sum(orders) as orders, sum(gross_sales) as gross_sales, sum(discounts) as discounts,
        sum(returns_by_refund_date) as returns, sum(paid_amount) as paid_amount
    from {{ ref('mart_sales_daily') }}
    where period_type = 'day' and platform = 'all' and sales_channel = 'all'
),

facts as (
    select
        count(*) filter (where is_valid) as orders, coalesce(sum(gross_sales), 0) as gross_sales,
        coalesce(sum(discounts), 0) as discounts, coalesce(sum(paid_amount) filter (where paid_date is not null), 0) as paid_amount
    from {{ ref('fct_orders') }}
),

refunds as (
    select coalesce(sum(returns), 0) as returns from {{ ref('fct_refunds') }}
)

select * from mart cross join facts cross join refunds
where coalesce(mart.orders, 0) <> facts.orders
    or coalesce(mart.gross_sales, 0) <> facts.gross_sales
    or coalesce(mart.discounts, 0) <> facts.discounts
    or coalesce(mart.paid_amount, 0) <> facts.paid_amount
    or coalesce(mart.returns, 0) <> refunds.returns
