{{ config(unique_key='shop_id') }}

{% call touched() %} select shop_id from {{ ref('int_shops') }} {% endcall %}

{# One look at each shop's orders instead of a way through all of them. Named outside the loop: dbt parses the project
   without shops, too. #}
{% set orders = ref('int_orders') %}
{% for shop in var('shops') %}
select
    cast('{{ shop.shop_id }}' as string) as shop_id,
    exists(
        select 1 from {{ orders }} where shop_id = '{{ shop.shop_id }}' and created_at <= {{ as_of() }}
    ) as has_orders
union all
{% endfor %}
select
    cast(null as string) as shop_id,
    cast(null as boolean) as has_orders
where false
