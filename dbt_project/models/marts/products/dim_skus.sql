{{ config(unique_key='sku_key') }}

{% call touched() %}
select sku_key from {{ changed('dim_products') }}
{% endcall %}

with variants as (
    select products.*, shops.platform
    from {{ ref('dim_products') }} as products
    left join {{ ref('int_shops') }} as shops on shops.shop_id = products.shop_id
    {%- if is_increment() %}
    where products.sku_key in (select sku_key from {{ touched_rows() }})
    {%- endif %}
),

{# What an article is called: as the first of its variants that says so. #}
final as (
    select
        sku_key,
        min_by(sku, variant_key) filter (where sku is not null) as sku,
        min_by(title, variant_key) filter (where title is not null) as title,
        min_by(category, variant_key) filter (where category is not null) as category,
        min_by(subcategory, variant_key) filter (where subcategory is not null) as subcategory,
        min_by(brand, variant_key) filter (where brand is not null) as brand,
        min_by(supplier_id, variant_key) filter (where supplier_id is not null) as supplier_id,
        count(*) as variants,
        count(distinct shop_id) as shops,
        count(distinct platform) as platforms,
        min(listed_at) as first_listed_at
    from variants
    group by sku_key
)

select * from final
