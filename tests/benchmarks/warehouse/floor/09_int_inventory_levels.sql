-- models: int_inventory_levels
create table int_inventory_levels as
select
    variant_id, location_id, on_hand, reserved, incoming,
    snapshot_at at time zone 'UTC' as snapshot_at
from read_parquet(getvariable('files') || '/inventory_levels/*.parquet', filename = true, file_row_number = true)
qualify row_number() over (
    partition by variant_id, location_id, snapshot_at order by updated_at desc, filename desc, file_row_number desc
) = 1;
