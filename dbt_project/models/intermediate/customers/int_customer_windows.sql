{{ config(unique_key='customer_key') }}

{% set window_days = var('thresholds').rfm_window_days %}

{# A customer is computed again when an order of theirs changed, entered the window or left it. #}
{% call touched() %}
select customer_key from {{ changed('fct_orders') }}
union
select orders.customer_key from {{ ref('fct_orders') }} as orders
join {{ ref('int_shops') }} as shops on shops.shop_id = orders.shop_id
where orders.created_date between {{ earliest_date(previous_as_of(), window_days) }} and {{ latest_date(as_of(), window_days) }}
    and orders.created_date > {{ local_date(previous_as_of(), 'shops.timezone') }} - interval '{{ window_days }}' day
    and orders.created_date <= shops.as_of_date - interval '{{ window_days }}' day
{% endcall %}

with orders as (
    select shop_id, customer_key, created_date, net_sales_reporting from {{ ref('fct_orders') }}
    where is_valid
        and not is_anonymous
        and created_date >= {{ earliest_date(as_of(), window_days) }}
        {%- if is_increment() %}
        and customer_key in (select customer_key from {{ touched_rows() }})
        {%- endif %}
)

select
    orders.customer_key,
    max(orders.created_date) as last_order_date,
    count(*) as frequency,
    cast(sum(orders.net_sales_reporting) as decimal(18, 4)) as monetary
from orders
join {{ ref('int_shops') }} as shops on shops.shop_id = orders.shop_id
where orders.created_date > shops.as_of_date - interval '{{ window_days }}' day
group by orders.customer_key
