-- Movements reach fct_inventory_daily once, from the first day on that the stock of their variant and place is known.
with known as (
    select shop_id, variant_id, location_id, min(date) as first_date, sum(moved_units) as moved_units, sum(movement_count) as movement_count
    from {{ ref('fct_inventory_daily') }}
    group by 1, 2, 3
),

told as (
    select movements.shop_id, movements.variant_id, {{ location('movements.location_id') }} as location_id,
        sum(movements.quantity) as moved_units, count(*) as movement_count
    from {{ ref('int_inventory_movements') }} as movements
    join {{ ref('int_shops') }} as shops on shops.shop_id = movements.shop_id
    join known
        on known.shop_id = movements.shop_id
        and known.variant_id = movements.variant_id
        and known.location_id = {{ location('movements.location_id') }}
        and known.first_date <= {{ local_date('movements.moved_at', 'shops.timezone') }}
    where movements.moved_at <= {{ as_of() }}
    group by 1, 2, 3
)

select known.shop_id, known.variant_id, known.location_id, known.moved_units, told.moved_units as moved_units_told
from known
left join told on told.shop_id = known.shop_id and told.variant_id = known.variant_id and told.location_id = known.location_id
where known.moved_units <> coalesce(told.moved_units, 0) or known.movement_count <> coalesce(told.movement_count, 0)
