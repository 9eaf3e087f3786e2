-- models: mart_variant_performance
create table mart_variant_performance as
select
    item as variant_key,
    'main' as shop_id,
    getvariable('platform') as platform,
    listings.variant_id,
    listings.product_id,
    listings.sku_key,
    performed.* exclude (
        item, level, products_on_sale, products_sold, active_product_rate, skus_on_sale_or_null, skus_sold_or_null, active_sku_rate
    )
from performance() as performed
join listings on listings.variant_key = item
where level = 'variant';
