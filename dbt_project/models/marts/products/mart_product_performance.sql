{{ config(unique_key=['shop_id', 'level', 'product_id', 'category', 'brand', 'period_type', 'period_start']) }}

{% set period_types = ['day', 'week', 'month'] %}

{% call touched() %}
{{ performance_touched(this, period_types) }}
{% endcall %}

{{ performance('product_id', this, period_types, rolls_up=true) }},

final as (
    select
        dated.shop_id,
        dated.platform,
        dated.level,
        dated.item as product_id,
        dated.category_or_all as category,
        dated.brand_or_all as brand,
        {{ performance_columns() | indent(8) }},
        case when dated.period_type <> 'day' then dated.items_on_sale end as products_on_sale,
        case when dated.period_type <> 'day' then dated.items_sold end as products_sold,
        case when dated.period_type <> 'day' then {{ rate('dated.items_sold', 'dated.items_on_sale') }} end
            as active_product_rate,
        case when dated.period_type <> 'day' then dated.skus_on_sale end as skus_on_sale,
        case when dated.period_type <> 'day' then dated.skus_sold end as skus_sold,
        case when dated.period_type <> 'day' then {{ rate('dated.skus_sold', 'dated.skus_on_sale') }} end
            as active_sku_rate
    from dated
)

select * from final
