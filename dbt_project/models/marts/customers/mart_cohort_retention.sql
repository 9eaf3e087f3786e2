{{ config(unique_key=['shop_id', 'cohort_month', 'period_number']) }}

{#
  A cell is computed again when an order of its cohort in its month changed (a late refund restates an old cell), when
  the cohort's size changed, which stands in all its cells, and when time has brought it into view or to its end.
#}
{% call touched() %}
with cells as (
    select
        shop_id,
        cohort_month,
        {{ months_between('cohort_month', 'created_month') }} as period_number,
        created_month as activity_month
    from {{ changed('fct_orders') }}
    where cohort_month is not null
),

cohorts as (
    select shop_id, cohort_month, bool_or(is_resized) as is_resized from (
        select shop_id, cohort_month, false as is_resized from {{ this }}
        union all
        select shop_id, cohort_month, period_number = 0 from cells
    ) as known
    group by shop_id, cohort_month
),

passed as (
    select shop_id, cast(date_trunc('month', min(day)) as date) as first_month, max(day) as last_day
    from ({{ days_since_previous_as_of() }}) as days
    group by shop_id
)

select shop_id, cohort_month, period_number, activity_month from cells
union
select
    cohorts.shop_id,
    cohorts.cohort_month,
    {{ months_between('cohorts.cohort_month', 'spine.month_start') }} as period_number,
    spine.month_start as activity_month
from cohorts
join passed on passed.shop_id = cohorts.shop_id
join {{ ref('dim_dates') }} as spine
    on spine.date_day = spine.month_start
    and spine.month_start between cohorts.cohort_month and passed.last_day
    and (cohorts.is_resized or spine.month_start >= passed.first_month)
{% endcall %}

{# An increment reads the orders of the touched months; a cohort that began in another month has not changed its size. #}
with orders as (
    select
        shop_id,
        customer_key,
        cohort_month,
        created_month,
        {{ months_between('cohort_month', 'created_month') }} as period_number,
        gross_sales - discounts as sales,
        net_sales
    from {{ ref('fct_orders') }}
    where is_valid and cohort_month is not null
    {%- if is_increment() %}
    and {{ in_touched_days('created_date', 'activity_month', period_last_day("'month'", 'activity_month')) }}
    {%- endif %}
),

sizes as (
    select shop_id, cohort_month, count(distinct customer_key) as cohort_size
    from orders
    where period_number = 0
    group by shop_id, cohort_month
    {%- if is_increment() %}
    union all
    select shop_id, cohort_month, cohort_size
    from {{ this }}
    where period_number = 0 and cohort_month not in (select activity_month from {{ touched_rows() }})
    {%- endif %}
),

{# Every month from the cohort's own to the one that as_of falls in; months to come are absent. #}
cells as (
    select distinct
        sizes.shop_id,
        sizes.cohort_month,
        {{ months_between('sizes.cohort_month', 'spine.month_start') }} as period_number,
        spine.month_start as activity_month,
        sizes.cohort_size
    from sizes
    join {{ ref('int_shops') }} as shops on shops.shop_id = sizes.shop_id
    join {{ ref('dim_dates') }} as spine
        on spine.date_day = spine.month_start
        and spine.month_start between sizes.cohort_month and shops.as_of_date
),

activity as (
    select
        shop_id,
        cohort_month,
        period_number,
        count(distinct customer_key) as active_customers,
        count(*) as orders,
        sum(sales) as sales_before_returns,
        sum(net_sales) as net_sales
    from orders
    group by shop_id, cohort_month, period_number
),

final as (
    select
        cells.shop_id,
        cells.cohort_month,
        cast(cells.period_number as integer) as period_number,
        cells.activity_month,
        cells.activity_month + interval '1' month <= shops.as_of_date as is_complete_period,
        cells.cohort_size,
        coalesce(activity.active_customers, 0) as active_customers,
        cast(coalesce(activity.active_customers, 0) as double) / cells.cohort_size as retention_rate,
        coalesce(activity.orders, 0) as orders,
        cast(coalesce(activity.sales_before_returns, 0) as decimal(18, 4)) as sales_before_returns,
        cast(coalesce(activity.net_sales, 0) as decimal(18, 4)) as net_sales
    from cells
    join {{ ref('int_shops') }} as shops on shops.shop_id = cells.shop_id
    left join activity
        on activity.shop_id = cells.shop_id
        and activity.cohort_month = cells.cohort_month
        and activity.period_number = cells.period_number
    {%- if is_increment() %}
    where (cells.shop_id, cells.cohort_month, cells.period_number) in (
        select (shop_id, cohort_month, period_number) from {{ touched_rows() }}
    )
    {%- endif %}
)

select * from final
