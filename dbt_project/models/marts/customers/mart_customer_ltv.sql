{{ config(unique_key='customer_key') }}

{# A customer is computed again when an order of theirs changed and when one of their windows may have closed. #}
{% call touched() %}
select customer_key from {{ changed('fct_orders') }}
union
select customer_key from {{ this }}
where false
{%- for days in ltv_windows() %}
    or first_order_date between {{ earliest_date(previous_as_of(), days) }} and {{ latest_date(as_of(), days) }}
{%- endfor %}
{% endcall %}

with orders as (
    select
        *,
        {{ days_between('first_order_date_anywhere', 'created_date') }} as days_since_first,
        order_number_anywhere = 1 as is_first_anywhere
    from {{ ref('fct_orders') }}
    where is_valid and not is_anonymous
    {%- if is_increment() %}
    and customer_key in (select customer_key from {{ touched_rows() }})
    {%- endif %}
),

customers as (
    select
        customer_key,
        min(created_date) as first_order_date,
        max(shop_id) filter (where is_first_anywhere) as first_shop_id,
        max(sales_channel) filter (where is_first_anywhere) as first_channel,
        count(*) as orders,
        count(contribution_margin_reporting) as orders_with_margin,
        sum(net_sales_reporting) as revenue_ltv,
        sum(contribution_margin_reporting) as ltv
        {%- for days in ltv_windows() %},
        count(*) filter (where days_since_first <= {{ days }}) as orders_{{ days }},
        sum(net_sales_reporting) filter (where days_since_first <= {{ days }}) as revenue_ltv_{{ days }},
        sum(contribution_margin_reporting) filter (where days_since_first <= {{ days }}) as ltv_{{ days }}
        {%- endfor %}
    from orders
    group by customer_key
),

final as (
    select
        customers.customer_key,
        cast(date_trunc('month', customers.first_order_date) as date) as cohort_month,
        customers.first_order_date,
        customers.first_shop_id,
        customers.first_channel,
        customers.orders,
        customers.orders_with_margin,
        cast(customers.revenue_ltv as decimal(18, 4)) as revenue_ltv,
        cast(customers.ltv as decimal(18, 4)) as ltv
        {%- for days in ltv_windows() %},
        {{ days_between('customers.first_order_date', 'today.first_date') }} > {{ days }} as is_window_{{ days }}_closed,
        customers.orders_{{ days }},
        cast(customers.revenue_ltv_{{ days }} as decimal(18, 4)) as revenue_ltv_{{ days }},
        cast(customers.ltv_{{ days }} as decimal(18, 4)) as ltv_{{ days }}
        {%- endfor %}
    from customers
    cross join (select min(as_of_date) as first_date from {{ ref('int_shops') }}) as today
)

select * from final
