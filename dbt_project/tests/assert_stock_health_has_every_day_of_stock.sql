-- Each day of the daily stock is in the mart once, with the same units; days in and out of stock are the known ones.
select coalesce(health.variant_key, days.variant_key) as variant_key, coalesce(health.date, days.date) as date
from {{ ref('mart_inventory_health') }} as health
full join {{ ref('fct_inventory_daily') }} as days
    on days.variant_key = health.variant_key and days.location_id = health.location_id and days.date = health.date
where health.on_hand is distinct from days.on_hand
    or health.in_stock_days_28 + health.stockout_days_28 <> health.known_days_28
    or health.variant_key is null
    or days.variant_key is null
