{{ config(materialized='table') }}

{# From the configuration file, which is the one place that says what shops there are. #}
{% for shop in var('shops') %}
select
    cast('{{ shop.shop_id }}' as string) as shop_id,
    cast('{{ shop.name | replace("'", "''") }}' as string) as name,
    cast('{{ shop.platform | replace("'", "''") }}' as string) as platform,
    cast('{{ shop.timezone }}' as string) as timezone,
    cast('{{ shop.currency }}' as string) as currency,
    cast('{{ shop.identity_scope | default('all') }}' as string) as identity_scope,
    cast('{{ identity_space(shop) | replace("'", "''") }}' as string) as identity_space,
    {{ local_date(as_of(), "'" ~ shop.timezone ~ "'") }} as as_of_date
union all
{% endfor %}
select
    cast(null as string) as shop_id,
    cast(null as string) as name,
    cast(null as string) as platform,
    cast(null as string) as timezone,
    cast(null as string) as currency,
    cast(null as string) as identity_scope,
    cast(null as string) as identity_space,
    cast(null as date) as as_of_date
where false
