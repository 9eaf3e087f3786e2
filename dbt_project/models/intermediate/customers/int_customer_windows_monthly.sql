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

refunds as (
    select order_key, refunded_date, sum(returns) as returns
    from {{ ref('fct_refunds') }}
    where is_counted and order_key in (select order_key from orders)
    group by order_key, refunded_date
),

refunded as (
    select orders.*, max(refunds.refunded_date) as last_refunded_date
    from orders
    join refunds on refunds.order_key = orders.order_key
    group by all
),

{# What went back after a month is taken off today and was not at its end. #}
given_back as (
    select
        refunded.customer_key,
        months.month,
        cast((refunded.net_sales + sum(refunds.returns)) * refunded.reporting_rate as decimal(18, 4)) - refunded.net_sales_reporting
            as net_sales_reporting
    from refunded
    join months
        on months.last_day >= refunded.known_date
        and months.last_day < refunded.last_refunded_date
        and months.last_day < refunded.created_date + interval '{{ window_days }}' day
    join refunds on refunds.order_key = refunded.order_key and refunds.refunded_date > months.last_day
    group by
        refunded.order_key, refunded.customer_key, months.month, refunded.net_sales, refunded.reporting_rate,
        refunded.net_sales_reporting
),

amounts as (
    select orders.customer_key, months.month, orders.created_date, 1 as orders, orders.net_sales_reporting
    from orders
    join months
        on months.last_day >= orders.known_date
        and months.last_day < orders.created_date + interval '{{ window_days }}' day
    union all
    select customer_key, month, cast(null as date), 0, net_sales_reporting from given_back
),

final as (
    select
        customer_key,
        month,
        max(created_date) as last_order_date,
        cast(sum(orders) as bigint) as frequency,
        cast(sum(net_sales_reporting) as decimal(18, 4)) as monetary
    from amounts
    {%- if is_increment() %}
    where (customer_key, month) in (select (customer_key, month) from {{ touched_rows() }})
    {%- endif %}
    group by customer_key, month
)

select * from final
