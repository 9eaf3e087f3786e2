-- models: int_unit_costs
create table int_unit_costs as
select
    variant_id,
    valid_from at time zone 'UTC' as valid_from,
    cast(unit_cost as decimal(18, 4)) as unit_cost
from read_parquet(getvariable('files') || '/unit_costs/*.parquet', filename = true, file_row_number = true)
qualify row_number() over (partition by variant_id, valid_from order by updated_at desc, filename desc, file_row_number desc) = 1;
