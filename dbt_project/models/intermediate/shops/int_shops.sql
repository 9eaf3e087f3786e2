{{ config(materialized='table') }}

{# From the configuration file, which is the one place that says what shops there are. #}
{% for shop in var('shops') %}
select
    cast('{{ shop.shop_id }}' as varchar) as shop_id,
    cast('{{ shop.name | replace("'", "''") }}' as varchar) as name,
    cast('{{ shop.platform | replace("'", "''") }}' as varchar) as platform,
    cast('{{ shop.timezone }}' as varchar) as timezone,
    cast('{{ shop.currency }}' as varchar) as currency,
    {{ local_date(as_of(), "'" ~ shop.timezone ~ "'") }} as as_of_date
union all
{% endfor %}
select
    cast(null as varchar) as shop_id,
    cast(null as varchar) as name,
    cast(null as varchar) as platform,
    cast(null as varchar) as timezone,
    cast(null as varchar) as currency,
    cast(null as date) as as_of_date
where false
