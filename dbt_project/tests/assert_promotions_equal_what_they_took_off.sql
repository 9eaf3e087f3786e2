-- What promotions took off orders is in mart_promotions once, by who pays.
select coalesce(told.shop_id, taken.shop_id) as shop_id
from (
    select
        shop_id,
        sum(discount_seller) as seller,
        sum(discount_platform) as platform,
        sum(discount_creator) as creator,
        sum(discount) as discount
    from {{ ref('mart_promotions') }}
    group by shop_id
) as told
full join (
    select
        shop_id,
        coalesce(sum(discount) filter (where funded_by = 'seller'), 0) as seller,
        coalesce(sum(discount) filter (where funded_by = 'platform'), 0) as platform,
        coalesce(sum(discount) filter (where funded_by = 'creator'), 0) as creator
    from {{ ref('fct_order_promotions') }}
    group by shop_id
) as taken on taken.shop_id = told.shop_id
where coalesce(told.seller, 0) <> coalesce(taken.seller, 0)
    or coalesce(told.platform, 0) <> coalesce(taken.platform, 0)
    or coalesce(told.creator, 0) <> coalesce(taken.creator, 0)
    or told.discount <> told.seller + told.platform + told.creator
