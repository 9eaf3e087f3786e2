-- models: int_variant_listings
-- Sums go up from variants; orders are distinct and are counted at each level.
create temp macro last_day_of(unit, period_start) as
cast(case unit
    when 'week' then period_start + interval 6 day
    when 'month' then period_start + interval 1 month - interval 1 day
    else period_start
end as date);

create temp macro price_bounds() as
[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000];

create temp table listings as
select
    variant_key,
    variant_id,
    product_id,
    sku_key,
    category,
    brand,
    coalesce(arg_min(category, variant_key) over (partition by product_id), 'unknown') as product_category,
    coalesce(arg_min(brand, variant_key) over (partition by product_id), 'unknown') as product_brand,
    coalesce(cast(timezone(getvariable('timezone'), timezone('UTC', listed_at)) as date), first_sold) as listed_date,
    min(listed_date) over (partition by product_id) as product_listed_date,
    cast(timezone(getvariable('timezone'), timezone('UTC', delisted_at)) as date) as delisted_date,
    is_in_catalogue and (delisted_at is not null or coalesce(status, '') not in ('archived', 'draft', 'inactive', 'deleted')) as is_listed
from dim_products
left join (select variant_key, min(created_date) as first_sold from fct_order_lines where units > 0 group by variant_key)
    using (variant_key);

create temp table placed as
select
    lines.order_id,
    lines.created_date,
    lines.variant_key,
    listings.product_id,
    listings.product_category as category,
    listings.product_brand as brand,
    lines.units, lines.units_with_cost, lines.returned_units, lines.gross_sales, lines.discounts, lines.returns, lines.net_sales,
    lines.cogs - lines.restocked_cogs as cogs,
    if(created_date + 30 < getvariable('today'), lines.units, 0) as units_past_return_window
from fct_order_lines as lines
join listings using (variant_key)
where lines.is_counted;

-- An order is of one day: counted by day, orders add up over days, but not over products.
create temp table units_of_days as
select
    created_date,
    unit,
    cast(case unit
        when 'day' then created_date
        when 'week' then date_trunc('week', created_date)
        else date_trunc('month', created_date)
    end as date) as period_start
from (select distinct created_date from placed)
cross join (values ('day'), ('week'), ('month')) as units (unit);

create temp table variants_of_periods as
with of_days as (
    select
        created_date,
        variant_key,
        count(distinct order_id) as orders,
        sum(columns(* exclude (order_id, created_date, variant_key, product_id, category, brand)))
    from placed
    group by created_date, variant_key
),

sold as (
    select unit, period_start, variant_key, sum(columns(of_days.* exclude (created_date, variant_key)))
    from of_days join units_of_days using (created_date)
    group by unit, period_start, variant_key
),

periods as (
    select unit, cast(unnest(generate_series(date_trunc(unit, first_day), getvariable('today'), step)) as date) as period_start
    from (select min(day) as first_day from (select min(created_date) as day from placed union all select min(date) from product_traffic))
    cross join (values ('week', interval 7 day), ('month', interval 1 month)) as units (unit, step)
),

listed as (
    select periods.unit, periods.period_start, listings.variant_key, true as is_listed
    from periods
    join listings
        on listings.is_listed
        and coalesce(listings.listed_date <= least(last_day_of(unit, period_start), getvariable('today')), true)
        and coalesce(listings.delisted_date >= periods.period_start, true)
)

select
    unit, period_start, variant_key, coalesce(listed.is_listed, false) as is_listed, listings.* exclude (variant_key, is_listed),
    coalesce(columns(['orders', 'units', 'units_with_cost', 'returned_units', 'units_past_return_window',
        'gross_sales', 'discounts', 'returns', 'net_sales']), 0),
    cogs
from sold full join listed using (unit, period_start, variant_key)
join listings using (variant_key);

create temp table sold_of_periods as
with of_variants as (
    select
        'variant' as level, unit, period_start, variant_key as item,
        coalesce(category, 'unknown') as category, coalesce(brand, 'unknown') as brand, listed_date,
        is_listed, orders, units, units_with_cost, returned_units, units_past_return_window, gross_sales, discounts, returns,
        net_sales, cogs, null as items_on_sale, null as items_sold, null as skus_on_sale, null as skus_sold
    from variants_of_periods
),

of_levels as (
    select
        case when grouping(product_id) = 0 then 'product' when grouping(product_category) = 0 then 'category'
            when grouping(product_brand) = 0 then 'brand' else 'shop' end as level,
        unit,
        period_start,
        if(grouping(product_id) = 1, 'all', product_id) as item,
        if(grouping(product_category) = 1, 'all', product_category) as category,
        if(grouping(product_brand) = 1, 'all', product_brand) as brand,
        if(grouping(product_id) = 1, null, min(product_listed_date)) as listed_date,
        bool_or(is_listed) as is_listed,
        sum(units) as units,
        sum(units_with_cost) as units_with_cost,
        sum(returned_units) as returned_units,
        sum(units_past_return_window) as units_past_return_window,
        sum(gross_sales) as gross_sales,
        sum(discounts) as discounts,
        sum(returns) as returns,
        sum(net_sales) as net_sales,
        sum(cogs) as cogs,
        count(distinct product_id) filter (where is_listed or units > 0) as items_on_sale,
        count(distinct product_id) filter (where units > 0) as items_sold,
        count(distinct sku_key) filter (where is_listed or units > 0) as skus_on_sale,
        count(distinct sku_key) filter (where units > 0) as skus_sold
    from variants_of_periods
    group by grouping sets (
        (unit, period_start, product_id, product_category, product_brand),
        (unit, period_start, product_category), (unit, period_start, product_brand), (unit, period_start)
    )
),

orders_of_days as (
    select
        created_date,
        if(grouping(product_id) = 1, 'all', product_id) as item,
        if(grouping(category) = 1, 'all', category) as category,
        if(grouping(brand) = 1, 'all', brand) as brand,
        count(distinct order_id) as orders
    from placed
    group by grouping sets (
        (created_date, product_id, category, brand), (created_date, category), (created_date, brand), (created_date)
    )
),

orders as (
    select unit, period_start, item, category, brand, sum(orders) as orders
    from orders_of_days join units_of_days using (created_date)
    group by all
)

from of_variants
union all by name
select of_levels.*, coalesce(orders, 0) as orders
from of_levels left join orders using (unit, period_start, item, category, brand);

-- What was seen of each item, rolled up as what was sold is.
create temp table seen_of_periods as
with items as (
    select 'variant' as level, variant_key as item, coalesce(category, 'unknown') as category, coalesce(brand, 'unknown') as brand, listed_date
    from listings
    union all
    select distinct 'product', product_id, product_category, product_brand, product_listed_date from listings
),

of_items as (
    select
        level, unit, date_trunc(unit, date)::date as period_start, item, category, brand, listed_date,
        sum(columns(product_traffic.* exclude (date, level, item)))
    from product_traffic
    join items using (level, item)
    cross join (values ('day'), ('week'), ('month')) as units (unit)
    group by all
)

from of_items
union all by name
select
    if(grouping(category) = 0, 'category', if(grouping(brand) = 0, 'brand', 'shop')) as level,
    unit, period_start, 'all' as item,
    if(grouping(category) = 0, category, 'all') as category,
    if(grouping(brand) = 0, brand, 'all') as brand,
    sum(columns(of_items.* exclude (level, unit, period_start, item, category, brand, listed_date)))
from of_items
where level = 'product'
group by grouping sets ((unit, period_start, category), (unit, period_start, brand), (unit, period_start));

create temp table items_of_periods as
select
    level, unit, period_start, item, category, brand,
    coalesce(sold.listed_date, seen.listed_date) as listed_date,
    coalesce(is_listed, false) as is_listed,
    coalesce(columns('^(orders|units|units_with_cost|returned_units|units_past_return_window|gross_sales|discounts|returns|net_sales|items_on_sale|items_sold|skus_on_sale|skus_sold)$'), 0),
    cogs,
    case when measured.unit is not null then coalesce(columns('^(impressions|clicks|views|cart_adds|view_visits|cart_visits|order_visits)$'), 0) end,
    if(measured.unit is not null, 'events', null) as traffic_measured_by
from sold_of_periods as sold
full join seen_of_periods as seen using (level, unit, period_start, item, category, brand)
left join (select distinct unit as measured_unit, period_start as measured_start, unit from seen_of_periods) as measured
    on measured_unit = coalesce(sold.unit, seen.unit) and measured_start = coalesce(sold.period_start, seen.period_start);

create temp table dated as
with ranked as (
    select
        *,
        sum(greatest(net_sales, 0)) over (
            partition by level, unit, period_start order by net_sales desc range between unbounded preceding and current row
        ) - sum(greatest(net_sales, 0)) over (partition by level, unit, period_start, net_sales) as sales_before,
        sum(greatest(net_sales, 0)) over (partition by level, unit, period_start) as sales_of_all,
        least(last_day_of(unit, period_start), getvariable('today')) as until,
        cast(period_start - if(unit = 'week', interval 7 day, interval 1 month) as date) as period_before
    from items_of_periods
)

select
    ranked.*,
    datediff('day', listed_date, until) as days_listed,
    datediff('day', period_start, until) + 1 as days_elapsed,
    datediff('day', period_before, period_start) as days_before,
    coalesce(earlier.units, 0) as units_before,
    len(list_filter(price_bounds(), lambda bound: ranked.gross_sales >= ranked.units * bound)) as band
from ranked
left join (
    select level, unit, item, period_start as period_before, units from items_of_periods
    where unit <> 'day' and level in ('product', 'variant')
) as earlier using (level, unit, item, period_before);
