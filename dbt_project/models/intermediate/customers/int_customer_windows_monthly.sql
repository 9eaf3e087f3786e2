{{ config(unique_key=['customer_key', 'month']) }}

{% set window_days = var('thresholds').rfm_window_days %}

{# Of a customer whose order or refund changed, the months in whose window the order stands or stood; of a month that has
   come to its end, all customers. #}
{% call touched() %}
with changes as (
    select customer_key, created_date from {{ changed('fct_orders') }}
    union
    select customer_key, order_created_date from {{ changed('fct_refunds') }}
)

select distinct changes.customer_key, spine.date_day as month
from changes
join {{ ref('dim_dates') }} as spine
    on spine.date_day = spine.month_start
    and spine.date_day >= date_trunc('month', changes.created_date)
    and spine.date_day < changes.created_date + interval '{{ window_days }}' day
    and spine.date_day <= {{ latest_date(as_of(), 0) }}
{% for month in months_closed_since_previous_as_of() %}
union
select distinct customer_key, cast('{{ month }}' as date)
from {{ ref('fct_orders') }}
where is_valid and not is_anonymous
    and created_date > {{ period_last_day("'month'", "cast('" ~ month ~ "' as date)") }} - interval '{{ window_days }}' day
    and created_date <= {{ period_last_day("'month'", "cast('" ~ month ~ "' as date)") }}
{% endfor %}
{% endcall %}

with orders as (
    select
        order_key,
        customer_key,
        created_date,
        {# What was paid in a later month was no sale yet when its own month ended. #}
        greatest(created_date, coalesce(paid_date, created_date)) as known_date,
        net_sales,
        net_sales_reporting,
        reporting_rate
    from {{ ref('fct_orders') }}
    where is_valid and not is_anonymous
    {%- if is_increment() %}
    and customer_key in (select customer_key from {{ touched_rows() }})
    {%- endif %}
),

months as (
    select spine.date_day as month, {{ period_last_day("'month'", 'spine.date_day') }} as last_day
    from {{ ref('dim_dates') }} as spine
    join (select max(as_of_date) as as_of_date from {{ ref('int_shops') }}) as today
        on {{ period_last_day("'month'", 'spine.date_day') }} < today.as_of_date
    where spine.date_day = spine.month_start
),

placed as (
    select orders.*, months.month, months.last_day
    from orders
    join months
        on months.last_day >= orders.known_date
        and months.last_day < orders.created_date + interval '{{ window_days }}' day
    {%- if is_increment() %}
    where (orders.customer_key, months.month) in (select (customer_key, month) from {{ touched_rows() }})
    {%- endif %}
),

refunds as (
    select order_key, refunded_date, returns from {{ ref('fct_refunds') }}
    where is_counted and order_key in (select order_key from orders)
),

{# What went back after the month is taken off today and was not then. #}
later_returns as (
    select placed.order_key, placed.month, sum(refunds.returns) as returns
    from refunds
    join placed on placed.order_key = refunds.order_key and refunds.refunded_date > placed.last_day
    group by placed.order_key, placed.month
),

final as (
    select
        placed.customer_key,
        placed.month,
        max(placed.created_date) as last_order_date,
        count(*) as frequency,
        cast(sum(
            case
                when later_returns.returns is null then placed.net_sales_reporting
                else cast((placed.net_sales + later_returns.returns) * placed.reporting_rate as decimal(18, 4))
            end
        ) as decimal(18, 4)) as monetary
    from placed
    left join later_returns on later_returns.order_key = placed.order_key and later_returns.month = placed.month
    group by placed.customer_key, placed.month
)

select * from final
