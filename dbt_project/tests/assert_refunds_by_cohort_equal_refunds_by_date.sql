-- What went back of the orders paid in all periods is what went back on all dates, but for refunds of orders that have no
-- date of payment or are not there.
with mart as (
    select coalesce(sum(cohort_refunded_amount), 0) as by_cohort, coalesce(sum(refunded_amount), 0) as by_date
    from {{ ref('mart_sales_daily') }}
    where shop_id <> 'all' and period_type = 'day' and platform = 'all' and sales_channel = 'all'
),

without_cohort as (
    select coalesce(sum(refunds.refunded_amount), 0) as refunded_amount
    from {{ ref('fct_refunds') }} as refunds
    left join {{ ref('fct_orders') }} as orders on orders.order_key = refunds.order_key
    where orders.paid_date is null
)

select * from mart cross join without_cohort
where mart.by_date <> mart.by_cohort + without_cohort.refunded_amount
