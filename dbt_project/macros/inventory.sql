{# Where goods are. A source that names no place has one, which is called `default`. #}
{% macro location(location_id) -%}coalesce(nullif(trim({{ location_id }}), ''), 'default'){%- endmacro %}

{#
  The days that fct_inventory_daily computes again: of a variant at a location from the day whose snapshots or movements
  changed (or whose time has come) to the day of its next snapshot; and of everything those since the last build, of which
  one was not over.
#}
{% macro touched_inventory_days() %}
{%- set changes %}
    select shop_id, variant_id, location_id, snapshot_at as changed_at from {{ changed('int_inventory_levels') }}
    union all
    select shop_id, variant_id, location_id, moved_at from {{ changed('int_inventory_movements') }}
    union all
    select shop_id, variant_id, location_id, snapshot_at from {{ ref('int_inventory_levels') }}
    where snapshot_at > {{ previous_as_of() }} and snapshot_at <= {{ as_of() }}
    union all
    select shop_id, variant_id, location_id, moved_at from {{ ref('int_inventory_movements') }}
    where moved_at > {{ previous_as_of() }} and moved_at <= {{ as_of() }}
{%- endset %}
{%- set earliest = asked_once('select cast(min(changed_at) as string) from (' ~ changes ~ ') as changes')[0][0] if is_increment() else none %}
with changes as (
    {{ changes }}
),

ranges as (
    select
        changes.shop_id, changes.variant_id, {{ location('changes.location_id') }} as location_id, shops.timezone, shops.as_of_date,
        min({{ local_date('changes.changed_at', 'shops.timezone') }}) as first_day,
        max({{ local_date('changes.changed_at', 'shops.timezone') }}) as last_day
    from changes
    join {{ ref('int_shops') }} as shops on shops.shop_id = changes.shop_id
    where changes.changed_at <= {{ as_of() }}
    group by 1, 2, 3, 4, 5
),

next_snapshots as (
    select ranges.shop_id, ranges.variant_id, ranges.location_id,
        min({{ local_date('levels.snapshot_at', 'ranges.timezone') }}) as next_day
    from ranges
    join {{ ref('int_inventory_levels') }} as levels
        on levels.shop_id = ranges.shop_id
        and levels.variant_id = ranges.variant_id
        and {{ location('levels.location_id') }} = ranges.location_id
        and {{ local_date('levels.snapshot_at', 'ranges.timezone') }} > ranges.last_day
    where levels.snapshot_at > cast('{{ earliest or "9999-12-31" }}' as timestamp) and levels.snapshot_at <= {{ as_of() }}
    group by 1, 2, 3
)

select
    {{ entity_key(['ranges.shop_id', 'ranges.variant_id']) }} as variant_key,
    ranges.location_id,
    {{ each_day('ranges.first_day', 'coalesce(next_snapshots.next_day, ranges.as_of_date)') }} as date
from ranges
left join next_snapshots using (shop_id, variant_id, location_id)
union
select
    standing.variant_key,
    standing.location_id,
    {{ each_day('standing.date', 'shops.as_of_date') }}
from {{ this }} as standing
join {{ ref('int_shops') }} as shops on shops.shop_id = standing.shop_id
where standing.date >= {{ earliest_date(previous_as_of(), 0) }}
    and standing.date = {{ local_date(previous_as_of(), 'shops.timezone') }}
{% endmacro %}
