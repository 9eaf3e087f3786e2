-- models: int_stock_demand int_stock_classes int_lead_times mart_inventory_health
-- One place; nothing was ordered from suppliers, who take 14 days where nobody knows.
create temp table sold_daily as
select
    variant_key,
    created_date as date,
    sum(units) as units,
    sum(returned_units) as returned_units,
    sum(gross_sales - discounts) as sales,
    sum(net_sales - cogs + restocked_cogs) as gross_margin
from fct_order_lines
where is_counted
group by variant_key, created_date;

create temp table stock_classes as
with weekly as (
    select variant_key, cast(date_trunc('week', date) as date) as sold_week, sum(units) as units, sum(sales) as sales
    from sold_daily
    group by all
),

weeks as (
    select cast(unnest(generate_series(min(sold_week) + 7, getvariable('today'), interval 7 day)) as date) as week_start from weekly
),

summed as (
    select
        variant_key,
        week_start,
        (week_start - min(sold_week)) // 7 as observed_weeks,
        sum(units) as units,
        sum(units * units) as squared_units,
        sum(sales) as sales
    from weekly join weeks on sold_week < week_start and sold_week >= week_start - 84
    group by variant_key, week_start
),

ranked as (
    select
        *,
        sqrt(cast(observed_weeks * squared_units - units * units as double)) / nullif(units, 0) as variation,
        sum(greatest(sales, 0)) over (partition by week_start order by sales desc range between unbounded preceding and current row)
            - sum(greatest(sales, 0)) over (partition by week_start, sales) as sales_before,
        sum(greatest(sales, 0)) over (partition by week_start) as sales_of_all
    from summed
)

select
    variant_key,
    week_start,
    if(observed_weeks >= 4, variation, null) as demand_variation,
    case
        when sales <= 0 then 'C'
        when sales_before * 100 < sales_of_all * 80 then 'A'
        when sales_before * 100 < sales_of_all * 95 then 'B'
        else 'C'
    end as abc_class,
    case
        when observed_weeks < 4 then null
        when variation <= 0.5 then 'X'
        when variation <= 1 then 'Y'
        when variation is not null then 'Z'
    end as xyz_class
from ranked;

create table mart_inventory_health as
with costs as (
    select
        'main:' || variant_id as variant_key,
        cast(timezone(getvariable('timezone'), timezone('UTC', valid_from)) as date) as first_date,
        arg_max(unit_cost, valid_from) as unit_cost
    from int_unit_costs
    where valid_from <= getvariable('as_of')
    group by all
),

daily as (
    select
        stock.*,
        products.product_id,
        products.sku_key,
        products.list_price,
        cast(date_trunc('week', stock.date) as date) as week_start,
        costs.unit_cost,
        coalesce(sold_daily.units, 0) as sold,
        coalesce(sold_daily.returned_units, 0) as came_back,
        sold_daily.gross_margin
    from fct_inventory_daily as stock
    join dim_products as products using (variant_key)
    left join sold_daily using (variant_key, date)
    asof left join costs on costs.variant_key = stock.variant_key and costs.first_date <= stock.date
),

windowed as (
    select
        *,
        count(*) over month as known_days,
        count(*) filter (where on_hand > 0) over month as in_stock_days,
        sum(sold) over month as units_28,
        sum(sold * sold) over month as squared_units,
        sum(on_hand) over month as summed_on_hand,
        sum(on_hand * unit_cost) over month as summed_value,
        count(unit_cost) over month as days_with_cost,
        sum(gross_margin) over month as gross_margin_28,
        first_value(coalesce(opening_on_hand, on_hand + sold)) over month as opening
    from daily
    window month as (partition by variant_key, location_id order by date rows between 27 preceding and current row)
),

rated as (
    select
        windowed.*,
        greatest(on_hand - opening + units_28, 0) as received,
        cast(units_28 as double) / nullif(in_stock_days, 0) as velocity,
        cast(summed_on_hand as double) / known_days as average,
        sqrt(cast(known_days * squared_units - units_28 * units_28 as double)) / known_days as deviation,
        velocity * 14 + 1.65 * deviation * sqrt(14) as reorder_point,
        greatest(on_hand - coalesce(velocity, 0) * 90, 0) as overstock_units,
        cast(summed_value as double) / nullif(days_with_cost, 0) as average_value,
        classes.week_start is not null as is_classed,
        classes.* exclude (variant_key, week_start, abc_class),
        coalesce(classes.abc_class, 'C') as abc_class
    from windowed left join stock_classes as classes using (variant_key, week_start)
)

select
    variant_key,
    shop_id,
    variant_id,
    location_id,
    product_id,
    sku_key,
    date,
    is_complete_period,
    on_hand,
    reserved,
    incoming,
    level_source,
    date - snapshot_date as days_since_snapshot,
    opening_on_hand,
    received_units,
    cast(sold as bigint) as units,
    cast(came_back as bigint) as returned_units,
    known_days as known_days_28,
    known_days = 28 as is_window_complete,
    in_stock_days as in_stock_days_28,
    known_days - in_stock_days as stockout_days_28,
    cast(units_28 as bigint) as units_28,
    cast(units_28 as bigint) as shared_units_28,
    velocity as velocity_28,
    on_hand / nullif(velocity, 0) as days_of_cover,
    cast(opening as bigint) as opening_on_hand_28,
    cast(received as bigint) as received_units_28,
    if(opening + received > 0, cast(units_28 as double) / (opening + received), null) as sell_through,
    average as average_on_hand_28,
    units_28 / nullif(average, 0) as turnover_28,
    average * known_days / nullif(units_28, 0) as turnover_days,
    velocity * (known_days - in_stock_days) as lost_units_28,
    cast(velocity * (known_days - in_stock_days) * cast(list_price as double) as decimal(18, 4)) as lost_sales_28,
    deviation as demand_deviation_28,
    cast(14 as double) as lead_days,
    false as is_lead_time_known,
    reorder_point,
    if(
        velocity > 0,
        date + cast(greatest(floor((on_hand - coalesce(reserved, 0) + coalesce(incoming, 0) - reorder_point) / velocity), 0) as integer),
        null
    ) as reorder_date,
    unit_cost,
    list_price,
    cast(on_hand * unit_cost as decimal(18, 4)) as value_at_cost,
    cast(on_hand * list_price as decimal(18, 4)) as value_at_retail,
    overstock_units,
    cast(overstock_units * cast(unit_cost as double) as decimal(18, 4)) as overstock_value,
    on_hand > 0 and known_days = 28 and units_28 = 0 and not is_classed as is_dead_stock,
    cast(gross_margin_28 as decimal(18, 4)) as gross_margin_28,
    cast(average_value as decimal(18, 4)) as average_value_at_cost_28,
    cast(gross_margin_28 as double) / nullif(average_value, 0) as gmroi_28,
    demand_variation,
    abc_class,
    xyz_class
from rated;
