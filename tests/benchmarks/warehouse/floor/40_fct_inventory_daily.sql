-- models: fct_inventory_daily dim_locations
-- These files have snapshots and no movements. A snapshot holds until the next one.
create table fct_inventory_daily as
with instants as (
    select snapshot_at, cast(timezone(getvariable('timezone'), timezone('UTC', snapshot_at)) as date) as snapshot_date
    from (select distinct snapshot_at from int_inventory_levels where snapshot_at <= getvariable('as_of'))
),

last_of_day as (
    select
        variant_id,
        location_id,
        snapshot_date,
        arg_max(struct_pack(on_hand, reserved, incoming), snapshot_at) as said
    from int_inventory_levels join instants using (snapshot_at)
    group by variant_id, location_id, snapshot_date
),

in_order as (
    select
        *,
        lag(said.on_hand) over cell as before,
        lead(snapshot_date) over cell as next_date
    from last_of_day
    window cell as (partition by variant_id, location_id order by snapshot_date)
),

days as (
    select
        * exclude (next_date, before),
        before,
        cast(unnest(generate_series(
            snapshot_date, coalesce(cast(next_date - 1 as date), getvariable('today')), interval 1 day
        )) as date) as date
    from in_order
)

select
    'main:' || variant_id as variant_key,
    'main' as shop_id,
    variant_id,
    location_id,
    date,
    if(date = snapshot_date, before, said.on_hand) as opening_on_hand,
    cast(0 as bigint) as received_units,
    cast(0 as bigint) as shipped_units,
    cast(0 as bigint) as returned_units,
    cast(0 as bigint) as adjusted_units,
    cast(0 as bigint) as moved_units,
    said.on_hand - opening_on_hand as unexplained_units,
    said.on_hand as on_hand,
    said.reserved as reserved,
    said.incoming as incoming,
    cast(0 as bigint) as movement_count,
    snapshot_date,
    if(date = snapshot_date, 'snapshot', 'carried') as level_source,
    date < getvariable('today') as is_complete_period
from days;

create table dim_locations as
select
    'main:' || location_id as location_key,
    'main' as shop_id,
    location_id,
    true as is_named,
    true as has_stock,
    false as has_shipments,
    count(*) as variants
from fct_inventory_daily
where date = getvariable('today')
group by location_id;
