-- models: mart_stock_launches
create table mart_stock_launches as
with launches as (
    select variant_key, cast(timezone(getvariable('timezone'), timezone('UTC', listed_at)) as date) as launch_date
    from dim_products
    where listed_at is not null
),

days as (
    select
        variant_key, location_id, launch_date, stock.date, on_hand, units, returned_units, opening_on_hand,
        stock.date < launch_date + 28 as in_4,
        stock.date < launch_date + 56 as in_8,
        min(stock.date) over (partition by variant_key, location_id) as known_since
    from mart_inventory_health as stock
    join launches using (variant_key)
    where stock.date >= launch_date and stock.date < launch_date + 84
),

summed as (
    select
        variant_key,
        location_id,
        launch_date,
        known_since,
        max(if(date = known_since, coalesce(opening_on_hand, on_hand + units), null)) as opening,
        cast(coalesce(sum(units - returned_units) filter (where in_4), 0) as bigint) as units_4_weeks,
        opening + greatest(arg_max(on_hand, date) filter (where in_4) - opening + coalesce(sum(units) filter (where in_4), 0), 0) as total_4,
        cast(coalesce(sum(units - returned_units) filter (where in_8), 0) as bigint) as units_8_weeks,
        opening + greatest(arg_max(on_hand, date) filter (where in_8) - opening + coalesce(sum(units) filter (where in_8), 0), 0) as total_8,
        cast(coalesce(sum(units - returned_units), 0) as bigint) as units_12_weeks,
        opening + greatest(arg_max(on_hand, date) - opening + coalesce(sum(units), 0), 0) as total_12
    from days
    group by all
)

select
    variant_key,
    'main' as shop_id,
    split_part(variant_key, ':', 2) as variant_id,
    location_id,
    launch_date,
    known_since,
    units_4_weeks,
    cast(total_4 as bigint) as received_4_weeks,
    launch_date + 28 <= getvariable('today') as is_4_weeks_closed,
    if(is_4_weeks_closed and total_4 > 0, cast(units_4_weeks as double) / total_4, null) as sell_through_4_weeks,
    units_8_weeks,
    cast(total_8 as bigint) as received_8_weeks,
    launch_date + 56 <= getvariable('today') as is_8_weeks_closed,
    if(is_8_weeks_closed and total_8 > 0, cast(units_8_weeks as double) / total_8, null) as sell_through_8_weeks,
    units_12_weeks,
    cast(total_12 as bigint) as received_12_weeks,
    launch_date + 84 <= getvariable('today') as is_12_weeks_closed,
    if(is_12_weeks_closed and total_12 > 0, cast(units_12_weeks as double) / total_12, null) as sell_through_12_weeks
from summed;
