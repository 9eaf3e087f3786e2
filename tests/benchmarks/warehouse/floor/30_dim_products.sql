-- models: dim_products dim_skus
create table dim_products as
with sold as (
    select distinct variant_id from int_order_lines
)

select
    'main:' || variant_id as variant_key,
    'main' as shop_id,
    variant_id,
    coalesce(product_id, variant_id) as product_id,
    sku,
    coalesce(nullif(upper(trim(sku)), ''), 'main:' || variant_id) as sku_key,
    title,
    category,
    subcategory,
    brand,
    supplier_id,
    status,
    list_price is not null or status is not null as is_in_catalogue,
    list_price,
    cast(null as decimal(18, 4)) as unit_cost,
    listed_at,
    delisted_at
from int_products full join sold using (variant_id);

create table dim_skus as
select
    sku_key,
    arg_min(sku, variant_key) as sku,
    arg_min(title, variant_key) as title,
    arg_min(category, variant_key) as category,
    arg_min(subcategory, variant_key) as subcategory,
    arg_min(brand, variant_key) as brand,
    arg_min(supplier_id, variant_key) as supplier_id,
    count(*) as variants,
    cast(1 as bigint) as shops,
    cast(1 as bigint) as platforms,
    min(listed_at) as first_listed_at
from dim_products
group by sku_key;
