{{ config(unique_key=['variant_key', 'period_type', 'period_start']) }}

{% set period_types = ['day', 'week', 'month'] %}

{% call touched() %}
{{ performance_touched(ref('mart_product_performance'), period_types) }}
union
{# periods that the shop has no more, or has now #}
select shop_id, period_type, period_start from {{ changed('mart_product_performance') }}
{% endcall %}

{{ performance('variant_key', this, period_types, rolls_up=false) }},

final as (
    select
        dated.item as variant_key,
        dated.shop_id,
        dated.platform,
        variants.variant_id,
        variants.product_id,
        variants.sku_key,
        dated.category_or_all as category,
        dated.brand_or_all as brand,
        {{ performance_columns() | indent(8) }}
    from dated
    join listings as variants on variants.variant_key = dated.item
)

select * from final
