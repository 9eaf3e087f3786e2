-- models: int_order_lines
create table int_order_lines as
select
    order_line_id, order_id, variant_id, line_type, bundle_parent_id, quantity, is_gift_card, is_giveaway,
    cast(unit_price as decimal(18, 4)) as unit_price,
    cast(discount as decimal(18, 4)) as discount,
    cast(tax as decimal(18, 4)) as tax
from read_parquet(getvariable('files') || '/order_lines/*.parquet', filename = true, file_row_number = true)
qualify row_number() over (partition by order_id, order_line_id order by updated_at desc, filename desc, file_row_number desc) = 1;
