{{ config(unique_key=['variant_key', 'location_id', 'date']) }}

{% set stock_rules = var('thresholds').stock %}

{% call touched() %}{{ touched_stock_health() }}{% endcall %}

with stock as (
    select days.* from {{ ref('fct_inventory_daily') }} as days
    {%- if is_increment() %}
    semi join {{ needed_stock_days() }} as needed
        on needed.variant_key = days.variant_key and days.date between needed.first_day and needed.last_day
    where {{ in_touched_days('days.date', "date - interval '27' day", 'date') }}
    {%- endif %}
),

products as (
    select variant_key, shop_id, variant_id, product_id, sku_key, supplier_id, list_price, unit_cost from {{ ref('dim_products') }}
),

demand as (
    select
        demand.variant_key, demand.shop_id, demand.location_id, demand.sales_channel, demand.created_date as date,
        sum(demand.units) as units, sum(demand.returned_units) as returned_units, sum(demand.gross_margin) as gross_margin
    from {{ ref('int_stock_demand') }} as demand
    {%- if is_increment() %}
    where {{ in_touched_days('demand.created_date', "date - interval '27' day", 'date') }}
    {%- endif %}
    group by 1, 2, 3, 4, 5
),

{# Where most of a variant is on a day. #}
main_places as (
    select stock.variant_key, stock.date, stock.location_id
    from stock
    semi join demand on demand.variant_key = stock.variant_key and demand.date = stock.date
    qualify row_number() over (
        partition by stock.variant_key, stock.date
        order by coalesce(stock.opening_on_hand, stock.on_hand) desc, stock.location_id
    ) = 1
),

{# Sold units leave from the parcel's place, else from the one that is called like the channel, else from the main one. #}
placed as (
    select
        demand.variant_key,
        coalesce(parcels.location_id, channels.location_id, main_places.location_id) as location_id,
        demand.date,
        sum(demand.units) as units,
        sum(demand.returned_units) as returned_units,
        sum(demand.gross_margin) as gross_margin
    from demand
    left join stock as parcels
        on parcels.variant_key = demand.variant_key and parcels.date = demand.date and parcels.location_id = demand.location_id
    left join stock as channels
        on channels.variant_key = demand.variant_key
        and channels.date = demand.date
        {# a condition on the demand alone would make a nested loop of the join #}
        and channels.location_id = case when demand.location_id = '' then demand.sales_channel end
    left join main_places on main_places.variant_key = demand.variant_key and main_places.date = demand.date
    group by 1, 2, 3
),

{# The same stock sold by several shops: what the others took from the place of that name. #}
twins as (
    select own.variant_key, others.variant_key as other_key
    from products as own
    join products as others on others.sku_key = own.sku_key and others.shop_id <> own.shop_id
),

shared as (
    select stock.variant_key, stock.location_id, stock.date, sum(demand.units) as units
    from stock
    join twins on twins.variant_key = stock.variant_key
    left join stock as mirrored
        on mirrored.variant_key = twins.other_key and mirrored.date = stock.date and mirrored.location_id = stock.location_id
    join demand
        on demand.variant_key = twins.other_key
        and demand.date = stock.date
        and (demand.location_id = stock.location_id or (demand.location_id = '' and mirrored.location_id is not null))
    where stock.location_id <> 'default'
    group by 1, 2, 3
),

dated_costs as (
    select
        costs.shop_id, costs.variant_id, costs.unit_cost,
        {{ local_date('costs.valid_from', 'shops.timezone') }} as first_date
    from {{ ref('int_unit_costs') }} as costs
    join {{ ref('int_shops') }} as shops on shops.shop_id = costs.shop_id
    where costs.valid_from <= {{ as_of() }}
    qualify row_number() over (
        partition by costs.shop_id, costs.variant_id, {{ local_date('costs.valid_from', 'shops.timezone') }}
        order by costs.valid_from desc
    ) = 1
),

new_costs as (
    select *, lag(unit_cost) over (partition by shop_id, variant_id order by first_date) as cost_before from dated_costs
),

costs as (
    select
        {{ entity_key(['shop_id', 'variant_id']) }} as variant_key, unit_cost, first_date,
        coalesce(lead(first_date) over (partition by shop_id, variant_id order by first_date), date '9999-12-31') as next_date
    from new_costs
    where coalesce(unit_cost <> cost_before, true)
),

daily as (
    select
        stock.shop_id, stock.variant_id, stock.variant_key, stock.location_id, stock.date, stock.opening_on_hand, stock.received_units,
        stock.on_hand, stock.reserved, stock.incoming, stock.movement_count, stock.snapshot_date, stock.level_source,
        stock.is_complete_period,
        products.product_id, products.sku_key, products.list_price,
        coalesce(products.supplier_id, '') as supplier_id,
        cast(date_trunc('week', stock.date) as date) as week_start,
        cast(date_trunc('month', stock.date) as date) as month_start,
        coalesce(costs.unit_cost, products.unit_cost) as unit_cost,
        coalesce(placed.units, 0) as units,
        coalesce(placed.units, 0) + coalesce(shared.units, 0) as all_units,
        coalesce(placed.returned_units, 0) as returned_units,
        placed.gross_margin
    from stock
    left join products on products.variant_key = stock.variant_key
    left join placed
        on placed.variant_key = stock.variant_key and placed.location_id = stock.location_id and placed.date = stock.date
    left join shared
        on shared.variant_key = stock.variant_key and shared.location_id = stock.location_id and shared.date = stock.date
    left join costs
        on costs.variant_key = stock.variant_key and stock.date >= costs.first_date and stock.date < costs.next_date
),

windowed as (
    select
        *,
        count(*) over days_28 as known_days,
        sum(case when on_hand > 0 then 1 else 0 end) over days_28 as in_stock_days,
        sum(units) over days_28 as units_28,
        sum(all_units) over days_28 as all_units_28,
        sum(all_units * all_units) over days_28 as squared_units,
        sum(on_hand) over days_28 as summed_on_hand,
        sum(on_hand * unit_cost) over days_28 as summed_value,
        count(unit_cost) over days_28 as days_with_cost,
        sum(gross_margin) over days_28 as gross_margin_28,
        sum(received_units) over days_28 as received_by_movements,
        sum(movement_count) over days_28 as movements_28,
        first_value(coalesce(opening_on_hand, on_hand + units - received_units)) over days_28 as opening_28
    from daily
    window days_28 as (partition by variant_key, location_id order by date rows between 27 preceding and current row)
),

rated as (
    select
        windowed.*,
        case
            when movements_28 > 0 then received_by_movements
            else greatest(on_hand - opening_28 + units_28, 0)
        end as received_28,
        {{ rate('all_units_28', 'in_stock_days') }} as velocity,
        cast(summed_on_hand as double) / known_days as average_on_hand,
        sqrt(cast(known_days * squared_units - all_units_28 * all_units_28 as double)) / known_days as deviation,
        lead_times.lead_days as known_lead_days,
        coalesce(lead_times.lead_days, {{ stock_rules.lead_days }}) as lead_days,
        classes.variant_key is not null as is_classed,
        coalesce(classes.abc_class, 'C') as abc_class,
        classes.xyz_class,
        classes.demand_variation
    from windowed
    left join {{ ref('int_lead_times') }} as lead_times
        on lead_times.shop_id = windowed.shop_id
        and lead_times.supplier_id = windowed.supplier_id
        and lead_times.month_start = windowed.month_start
    left join {{ ref('int_stock_classes') }} as classes
        on classes.variant_key = windowed.variant_key and classes.week_start = windowed.week_start
),

planned as (
    select
        *,
        velocity * lead_days + {{ stock_rules.service_z }} * deviation * sqrt(lead_days) as reorder_point,
        greatest(on_hand - coalesce(velocity, 0) * {{ stock_rules.overstock_days }}, 0) as overstock_units
    from rated
),

final as (
    select
        variant_key,
        shop_id,
        variant_id,
        location_id,
        product_id,
        sku_key,
        date,
        is_complete_period,
        opening_on_hand,
        received_units,
        on_hand,
        reserved,
        incoming,
        level_source,
        {{ days_between('snapshot_date', 'date') }} as days_since_snapshot,
        cast(units as bigint) as units,
        cast(returned_units as bigint) as returned_units,
        cast(known_days as bigint) as known_days_28,
        known_days = 28 as is_window_complete,
        cast(in_stock_days as bigint) as in_stock_days_28,
        cast(known_days - in_stock_days as bigint) as stockout_days_28,
        cast(units_28 as bigint) as units_28,
        cast(all_units_28 as bigint) as shared_units_28,
        velocity as velocity_28,
        on_hand / nullif(velocity, 0) as days_of_cover,
        cast(opening_28 as bigint) as opening_on_hand_28,
        cast(received_28 as bigint) as received_units_28,
        case when opening_28 + received_28 > 0 then cast(units_28 as double) / (opening_28 + received_28) end as sell_through,
        average_on_hand as average_on_hand_28,
        units_28 / nullif(average_on_hand, 0) as turnover_28,
        average_on_hand * known_days / nullif(units_28, 0) as turnover_days,
        velocity * (known_days - in_stock_days) as lost_units_28,
        cast(velocity * (known_days - in_stock_days) * cast(list_price as double) as decimal(18, 4)) as lost_sales_28,
        deviation as demand_deviation_28,
        lead_days,
        known_lead_days is not null as is_lead_time_known,
        reorder_point,
        case
            when velocity > 0 then date + cast(greatest(floor(
                (on_hand - coalesce(reserved, 0) + coalesce(incoming, 0) - reorder_point) / velocity
            ), 0) as integer)
        end as reorder_date,
        unit_cost,
        list_price,
        cast(on_hand * unit_cost as decimal(18, 4)) as value_at_cost,
        cast(on_hand * list_price as decimal(18, 4)) as value_at_retail,
        overstock_units,
        cast(overstock_units * cast(unit_cost as double) as decimal(18, 4)) as overstock_value,
        on_hand > 0 and known_days = 28 and all_units_28 = 0 and not is_classed as is_dead_stock,
        cast(gross_margin_28 as decimal(18, 4)) as gross_margin_28,
        cast({{ rate('summed_value', 'days_with_cost') }} as decimal(18, 4)) as average_value_at_cost_28,
        {{ rate('gross_margin_28', rate('summed_value', 'days_with_cost')) }} as gmroi_28,
        demand_variation,
        abc_class,
        xyz_class
    from planned
)

select final.* from final
{%- if is_increment() %}
semi join {{ touched_rows() }} as touched
    on touched.variant_key = final.variant_key and touched.location_id = final.location_id and touched.date = final.date
{%- endif %}
