{{ config(unique_key='variant_key') }}

{% call touched() %}
select variant_key, shop_id, variant_id from {{ changed('int_products') }}
union
select {{ entity_key(['shop_id', 'variant_id']) }} as variant_key, shop_id, variant_id from {{ changed('int_order_lines') }}
{% endcall %}

with known as (
    select * from {{ ref('int_products') }}
    {%- if is_increment() %}
    where variant_key in (select variant_key from {{ touched_rows() }})
    {%- endif %}
),

{# Variants that were sold stay products after the shop deleted them. #}
sold as (
    select distinct
        lines.shop_id,
        lines.variant_id,
        {{ entity_key(['lines.shop_id', 'lines.variant_id']) }} as variant_key
    from {{ ref('int_order_lines') }} as lines
    {%- if is_increment() %}
    semi join (
        select touched.shop_id, touched.variant_id from {{ touched_rows() }} as touched
        anti join known on known.variant_key = touched.variant_key
    ) as unknown on unknown.shop_id = lines.shop_id and unknown.variant_id = lines.variant_id
    {%- endif %}
),

mapped as (
    select {{ entity_key(['shop_id', 'variant_id']) }} as variant_key, trim(sku_key) as sku_key from {{ ref('sku_map') }}
),

final as (
    select
        coalesce(known.variant_key, sold.variant_key) as variant_key,
        coalesce(known.shop_id, sold.shop_id) as shop_id,
        coalesce(known.variant_id, sold.variant_id) as variant_id,
        coalesce(known.product_id, known.variant_id, sold.variant_id) as product_id,
        known.sku,
        {# The same article over shops and platforms: as the mapping says, else by its code, else the variant alone. #}
        coalesce(
            mapped.sku_key, nullif(upper(trim(known.sku)), ''), known.variant_key, sold.variant_key
        ) as sku_key,
        known.title,
        known.category,
        known.subcategory,
        known.brand,
        known.supplier_id,
        known.status,
        known.variant_key is not null as is_in_catalogue,
        known.list_price,
        known.unit_cost,
        known.listed_at,
        known.delisted_at
    from known
    full join sold on sold.variant_key = known.variant_key
    left join mapped on mapped.variant_key = coalesce(known.variant_key, sold.variant_key)
)

select * from final
