{{ config(unique_key=['shop_id', 'order_date', 'first_order_date', 'attribution_model', 'ad_platform', 'campaign_id']) }}

{# By the date of the order: what is ordered today changes the cells of today, whenever its buyers were won. #}
{% call touched() %}
with moved as (
    select order_key from {{ changed('fct_attribution') }}
),

won as (
    select shop_id, customer_key from {{ ref('fct_orders') }}
    where is_first_order and order_key in (select order_key from moved)
)

select shop_id, created_date as order_date from {{ changed('fct_orders') }}
union
select orders.shop_id, orders.created_date as order_date from {{ ref('fct_orders') }} as orders
semi join won on won.shop_id = orders.shop_id and won.customer_key = orders.customer_key
{% endcall %}

with orders as (
    select shop_id, customer_key, created_date, contribution_margin from {{ ref('fct_orders') }}
    where is_valid and not is_anonymous and contribution_margin is not null
    {%- if is_increment() %}
        and (shop_id, created_date) in (select (shop_id, order_date) from {{ touched_rows() }})
        and {{ in_touched_days('created_date', 'order_date', 'order_date') }}
    {%- endif %}
),

firsts as (
    select order_key, shop_id, customer_key, created_date from {{ ref('fct_orders') }}
    where is_first_order
    {%- if is_increment() %}
        and customer_key in (select customer_key from orders)
    {%- endif %}
),

credits as (
    select order_key, attribution_model, ad_platform, campaign_id, sum(credit) as credit from {{ ref('fct_attribution') }}
    where ad_platform not in ('none', 'unattributed')
    {%- if is_increment() %}
        and order_key in (select order_key from firsts)
    {%- endif %}
    group by order_key, attribution_model, ad_platform, campaign_id
)

select
    orders.shop_id,
    orders.created_date as order_date,
    firsts.created_date as first_order_date,
    credits.attribution_model,
    credits.ad_platform,
    credits.campaign_id,
    cast(sum(cast(orders.contribution_margin * credits.credit as decimal(18, 4))) as decimal(18, 4)) as margin
from credits
join firsts on firsts.order_key = credits.order_key
join orders on orders.shop_id = firsts.shop_id and orders.customer_key = firsts.customer_key
group by
    orders.shop_id, orders.created_date, firsts.created_date, credits.attribution_model, credits.ad_platform, credits.campaign_id
