{{ config(unique_key=['variant_key', 'location_id', 'date']) }}

{# Says nothing of reserved or incoming units, in a column that carries the newest value. #}
{% set untold = -9000000000000000 %}
{% set until_today = 'partition by cell order by date rows between unbounded preceding and current row' %}
{% set until_yesterday = 'partition by cell order by date rows between unbounded preceding and 1 preceding' %}

{% call touched() %}{{ touched_inventory_days() }}{% endcall %}

with levels as (
    select shop_id, variant_id, {{ location('location_id') }} as location_id, snapshot_at, on_hand, reserved, incoming
    from {{ ref('int_inventory_levels') }}
    where snapshot_at <= {{ as_of() }}
    {%- if is_increment() %}
        and {{ in_touched_days('snapshot_at', "date - interval '1' day", "date + interval '2' day") }}
    {%- endif %}
),

movements as (
    select
        movements.shop_id,
        movements.variant_id,
        {{ location('movements.location_id') }} as location_id,
        movements.moved_at,
        {{ local_date('movements.moved_at', 'shops.timezone') }} as date,
        movements.quantity,
        coalesce(lower(trim(movements.kind)), 'adjustment') as kind
    from {{ ref('int_inventory_movements') }} as movements
    join {{ ref('int_shops') }} as shops on shops.shop_id = movements.shop_id
    where movements.moved_at <= {{ as_of() }}
    {%- if is_increment() %}
        and {{ in_touched_days('movements.moved_at', "date - interval '1' day", "date + interval '2' day") }}
    {%- endif %}
),

{# An increment goes on from the days before those that it computes. #}
standing as (
    {%- if is_increment() %}
    select days.* from {{ this }} as days
    semi join {{ touched_rows() }} as after
        on after.variant_key = days.variant_key
        and after.location_id = days.location_id
        and after.date = days.date + interval '1' day
    anti join {{ touched_rows() }} as same
        on same.variant_key = days.variant_key and same.location_id = days.location_id and same.date = days.date
    where {{ in_touched_days('days.date', "date - interval '1' day", 'date') }}
    {%- else %}
    select
        cast(null as string) as shop_id, cast(null as string) as variant_id, cast(null as string) as location_id,
        cast(null as date) as date, cast(null as bigint) as on_hand, cast(null as bigint) as reserved,
        cast(null as bigint) as incoming, cast(null as date) as snapshot_date
    where false
    {%- endif %}
),

{# A number for each variant at each location: to sort by numbers is quicker. #}
cells as (
    select known.*, shops.as_of_date, row_number() over (order by known.shop_id, known.variant_id, known.location_id) as cell
    from (
        select shop_id, variant_id, location_id from levels
        union
        select shop_id, variant_id, location_id from movements
        union
        select shop_id, variant_id, location_id from standing
    ) as known
    join {{ ref('int_shops') }} as shops on shops.shop_id = known.shop_id
),

{# What a date without a time becomes, the first instant of a local day, stands for the whole day. #}
instants as (
    select
        taken.shop_id, taken.snapshot_at,
        {{ local_date('taken.snapshot_at', 'shops.timezone') }} as date,
        {{ local_date('taken.snapshot_at', 'shops.timezone') }}
            <> {{ local_date("(taken.snapshot_at - interval '1' second)", 'shops.timezone') }} as is_midnight
    from (select distinct shop_id, snapshot_at from levels) as taken
    join {{ ref('int_shops') }} as shops on shops.shop_id = taken.shop_id
),

snapshots as (
    select
        cells.cell, instants.date, instants.is_midnight, levels.snapshot_at, levels.on_hand, levels.reserved, levels.incoming,
        lead(instants.date) over (partition by cells.cell order by levels.snapshot_at) as next_date
    from levels
    join cells
        on cells.shop_id = levels.shop_id and cells.variant_id = levels.variant_id and cells.location_id = levels.location_id
    join instants on instants.shop_id = levels.shop_id and instants.snapshot_at = levels.snapshot_at
),

last_snapshots as (
    select * from snapshots where coalesce(next_date <> date, true)
),

moved as (
    select
        cells.cell,
        movements.date,
        count(*) as movement_count,
        sum(movements.quantity) as moved_units,
        coalesce(sum(movements.quantity) filter (where movements.kind = 'receipt'), 0) as received_units,
        coalesce(sum(0 - movements.quantity) filter (where movements.kind = 'sale'), 0) as shipped_units,
        coalesce(sum(movements.quantity) filter (where movements.kind = 'return'), 0) as returned_units,
        coalesce(
            sum(movements.quantity) filter (where movements.moved_at > counted.snapshot_at and not counted.is_midnight), 0
        ) as moved_after,
        {# A ledger begins with an opening balance or with goods that come in; goods that leave say nothing of what was there. #}
        bool_or(movements.kind = 'opening' or (movements.quantity > 0 and movements.kind <> 'return')) as is_beginning
    from movements
    join cells
        on cells.shop_id = movements.shop_id and cells.variant_id = movements.variant_id and cells.location_id = movements.location_id
    left join last_snapshots as counted on counted.cell = cells.cell and counted.date = movements.date
    group by cells.cell, movements.date
),

said as (
    select
        coalesce(counted.cell, moved.cell) as cell,
        coalesce(counted.date, moved.date) as date,
        false as is_standing,
        counted.on_hand + coalesce(moved.moved_after, 0) as level,
        counted.date as snapshot_date,
        case when counted.cell is not null then coalesce(counted.reserved, {{ untold }}) end as reserved,
        case when counted.cell is not null then coalesce(counted.incoming, {{ untold }}) end as incoming,
        coalesce(moved.movement_count, 0) as movement_count,
        coalesce(moved.moved_units, 0) as moved_units,
        coalesce(moved.received_units, 0) as received_units,
        coalesce(moved.shipped_units, 0) as shipped_units,
        coalesce(moved.returned_units, 0) as returned_units,
        coalesce(moved.is_beginning, false) as is_beginning
    from last_snapshots as counted
    full join moved on moved.cell = counted.cell and moved.date = counted.date
),

events as (
    select said.* from said
    {%- if is_increment() %}
    join cells on cells.cell = said.cell
    semi join {{ touched_rows() }} as touched
        on touched.variant_key = {{ entity_key(['cells.shop_id', 'cells.variant_id']) }}
        and touched.location_id = cells.location_id
        and touched.date = said.date
    {%- endif %}
    union all
    select
        cells.cell, standing.date, true, standing.on_hand, standing.snapshot_date,
        coalesce(standing.reserved, {{ untold }}), coalesce(standing.incoming, {{ untold }}), 0, 0, 0, 0, 0, false
    from standing
    join cells
        on cells.shop_id = standing.shop_id and cells.variant_id = standing.variant_id and cells.location_id = standing.location_id
),

beginnings as (
    select cell, min(date) as first_date from events where level is not null or is_beginning group by cell
),

running as (
    select
        events.*,
        events.date = beginnings.first_date and events.level is null as is_from_nothing,
        case when events.level is null and events.date = beginnings.first_date then events.moved_units else events.level end as anchor,
        sum(events.moved_units) over (partition by events.cell order by events.date) as moved_so_far
    from events
    join beginnings on beginnings.cell = events.cell and events.date >= beginnings.first_date
),

levelled as (
    select
        *,
        moved_so_far + {{ last_known('anchor - moved_so_far', until_today) }} as on_hand,
        case
            when is_from_nothing then 0
            else moved_so_far - moved_units + {{ last_known('anchor - moved_so_far', until_yesterday) }}
        end as opening_on_hand,
        {{ last_known('snapshot_date', until_today) }} as known_snapshot_date,
        {{ last_known('reserved', until_today) }} as known_reserved,
        {{ last_known('incoming', until_today) }} as known_incoming,
        lead(date) over (partition by cell order by date) as next_date
    from running
),

days as (
    select
        cell, date, opening_on_hand, on_hand, known_reserved, known_incoming, known_snapshot_date, movement_count,
        moved_units, received_units, shipped_units, returned_units
    from levelled
    where not is_standing
    union all
    select
        levelled.cell,
        {{ each_day("levelled.date + interval '1' day", "coalesce(levelled.next_date - interval '1' day, cells.as_of_date)") }},
        levelled.on_hand, levelled.on_hand, levelled.known_reserved, levelled.known_incoming, levelled.known_snapshot_date,
        0, 0, 0, 0, 0
    from levelled
    join cells on cells.cell = levelled.cell
    where coalesce(levelled.next_date - interval '1' day, cells.as_of_date) > levelled.date
),

final as (
    select
        {{ entity_key(['cells.shop_id', 'cells.variant_id']) }} as variant_key,
        cells.shop_id,
        cells.variant_id,
        cells.location_id,
        days.date,
        cast(days.opening_on_hand as bigint) as opening_on_hand,
        cast(days.received_units as bigint) as received_units,
        cast(days.shipped_units as bigint) as shipped_units,
        cast(days.returned_units as bigint) as returned_units,
        cast(days.moved_units - days.received_units + days.shipped_units - days.returned_units as bigint) as adjusted_units,
        cast(days.moved_units as bigint) as moved_units,
        cast(days.on_hand - days.opening_on_hand - days.moved_units as bigint) as unexplained_units,
        cast(days.on_hand as bigint) as on_hand,
        cast(nullif(days.known_reserved, {{ untold }}) as bigint) as reserved,
        cast(nullif(days.known_incoming, {{ untold }}) as bigint) as incoming,
        cast(days.movement_count as bigint) as movement_count,
        days.known_snapshot_date as snapshot_date,
        case
            when days.known_snapshot_date = days.date then 'snapshot'
            when days.movement_count > 0 then 'movements'
            else 'carried'
        end as level_source,
        days.date < cells.as_of_date as is_complete_period
    from days
    join cells on cells.cell = days.cell
)

select final.* from final
{%- if is_increment() %}
semi join {{ touched_rows() }} as touched
    on touched.variant_key = final.variant_key and touched.location_id = final.location_id and touched.date = final.date
{%- endif %}
