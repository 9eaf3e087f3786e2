{{ config(unique_key='shop_id') }}

{% call touched() %} select shop_id from {{ ref('int_shops') }} {% endcall %}

{# One look at each shop's orders instead of a way through all of them. #}
{% for shop in var('shops') %}
select
    cast('{{ shop.shop_id }}' as string) as shop_id,
    exists(
        select 1 from {{ ref('int_orders') }} where shop_id = '{{ shop.shop_id }}' and created_at <= {{ as_of() }}
    ) as has_orders
union all
{% endfor %}
select
    cast(null as string) as shop_id,
    cast(null as boolean) as has_orders
where false
