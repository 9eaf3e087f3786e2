-- models: int_products
create table int_products as
select
    variant_id, product_id, sku, title, category, subcategory, brand, supplier_id, status,
    cast(list_price as decimal(18, 4)) as list_price,
    listed_at at time zone 'UTC' as listed_at,
    delisted_at at time zone 'UTC' as delisted_at
from read_parquet(getvariable('files') || '/products/*.parquet', filename = true, file_row_number = true)
qualify row_number() over (partition by variant_id order by updated_at desc, filename desc, file_row_number desc) = 1;
