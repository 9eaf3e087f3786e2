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

{#
  The days that mart_inventory_health computes again: those whose windows hold a day of stock or of sales that changed, and
  those whose costs, products, lead times or classes did.
#}
{% macro touched_stock_health() %}
{%- set sold %}
    select variant_key, shop_id, created_date from {{ changed('int_stock_demand') }}
    union
    select twins.variant_key, twins.shop_id, demand.created_date from {{ changed('int_stock_demand') }} as demand
    join {{ ref('dim_products') }} as sold on sold.variant_key = demand.variant_key
    join {{ ref('dim_products') }} as twins on twins.sku_key = sold.sku_key and twins.variant_key <> sold.variant_key
{%- endset %}
{%- set dirty %}
    select variant_key, created_date as first_day, cast(created_date + interval '27' day as date) as last_day from ({{ sold }}) as sold
    union
    select {{ entity_key(['costs.shop_id', 'costs.variant_id']) }}, {{ local_date('costs.valid_from', 'shops.timezone') }}, date '9999-12-31'
    from {{ changed('int_unit_costs') }} as costs
    join {{ ref('int_shops') }} as shops on shops.shop_id = costs.shop_id
    union
    select {{ entity_key(['costs.shop_id', 'costs.variant_id']) }}, {{ local_date('costs.valid_from', 'shops.timezone') }}, date '9999-12-31'
    from {{ ref('int_unit_costs') }} as costs
    join {{ ref('int_shops') }} as shops on shops.shop_id = costs.shop_id
    where costs.valid_from > {{ previous_as_of() }} and costs.valid_from <= {{ as_of() }}
    union
    select variant_key, date '1900-01-01', date '9999-12-31' from {{ changed('dim_products') }}
    union
    select products.variant_key, date '1900-01-01', date '9999-12-31' from {{ ref('dim_products') }} as products
    semi join {{ changed('dim_products') }} as changed_products on changed_products.sku_key = products.sku_key
    union
    select products.variant_key, {{ local_date('orders.received_at', 'shops.timezone') }}, date '9999-12-31'
    from {{ changed('int_purchase_orders') }} as orders
    join {{ ref('int_shops') }} as shops on shops.shop_id = orders.shop_id
    join {{ ref('dim_products') }} as products
        on products.shop_id = orders.shop_id and coalesce(products.supplier_id, '') = coalesce(orders.supplier_id, '')
    where orders.received_at <= {{ as_of() }}
    union
    select variant_key, week_start, cast(week_start + interval '6' day as date) from {{ changed('int_stock_classes') }}
{%- endset %}
{%- set earliest = asked_once('select cast(min(first_day) as string) from (' ~ dirty ~ ') as dirty')[0][0] if is_increment() else none %}
with dirty as (
    {{ dirty }}
)

select
    days.variant_key, days.location_id,
    {{ each_day('days.date', "least(days.date + interval '27' day, shops.as_of_date)") }} as date
from {{ changed('fct_inventory_daily') }} as days
join {{ ref('int_shops') }} as shops on shops.shop_id = days.shop_id
where days.date <= shops.as_of_date
union
select days.variant_key, days.location_id, days.date
from {{ ref('fct_inventory_daily') }} as days
semi join dirty on dirty.variant_key = days.variant_key and days.date between dirty.first_day and dirty.last_day
where days.date >= cast('{{ earliest or "9999-12-31" }}' as date)
{% endmacro %}

{# Of the variants that mart_inventory_health computes again, and of those that share their stock, the days that windows reach. #}
{% macro needed_stock_days() %}
    (
        select variant_key, cast(min(first_date) - interval '27' day as date) as first_day, max(last_date) as last_day
        from (
            select variant_key, min(date) as first_date, max(date) as last_date from {{ touched_rows() }} group by variant_key
            union all
            select twins.variant_key, touched.first_date, touched.last_date
            from (select variant_key, min(date) as first_date, max(date) as last_date from {{ touched_rows() }} group by variant_key) as touched
            join {{ ref('dim_products') }} as own on own.variant_key = touched.variant_key
            join {{ ref('dim_products') }} as twins on twins.sku_key = own.sku_key and twins.variant_key <> own.variant_key
        ) as reached
        group by variant_key
    )
{% endmacro %}
