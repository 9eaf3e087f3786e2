-- Spend in another currency than the shop's is converted at the rate of its day; without one it would be missing.
select shop_id, date, rows_without_rate from {{ ref('int_ad_spend_daily') }} where rows_without_rate > 0
