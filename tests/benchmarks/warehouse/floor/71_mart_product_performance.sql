-- models: mart_product_performance
-- Nobody writes reviews in these files.
create temp macro performance() as table
select
    level,
    item,
    category,
    brand,
    unit as period_type,
    period_start,
    last_day_of(unit, period_start) < getvariable('today') as is_complete_period,
    is_listed or units > 0 as is_on_sale,
    units > 0 as is_moving,
    cast(orders as bigint) as orders,
    cast(units as bigint) as units,
    cast(units_with_cost as bigint) as units_with_cost,
    cast(returned_units as bigint) as returned_units,
    cast(gross_sales as decimal(18, 4)) as gross_sales,
    cast(discounts as decimal(18, 4)) as discounts,
    cast(returns as decimal(18, 4)) as returns,
    cast(net_sales as decimal(18, 4)) as net_sales,
    cast(cogs as decimal(18, 4)) as cogs,
    cast(net_sales - cogs as decimal(18, 4)) as gross_margin,
    cast(discounts as double) / nullif(cast(gross_sales as double), 0) as discount_share,
    cast(returned_units as double) / nullif(units, 0) as return_rate,
    cast(returns as double) / nullif(cast(gross_sales - discounts as double), 0) as return_value_rate,
    cast(units_past_return_window as double) / nullif(units, 0) as return_window_closed_share,
    cast(0 as bigint) as review_count,
    cast(null as decimal(18, 4)) as rating_sum,
    cast(null as double) as rating,
    case
        when level not in ('product', 'variant') then null
        when net_sales <= 0 then 'C'
        when sales_before * 100 < sales_of_all * 80 then 'A'
        when sales_before * 100 < sales_of_all * 95 then 'B'
        else 'C'
    end as abc_class,
    case
        when units <= 0 then null
        when band = 0 then '0-1'
        when band = len(price_bounds()) then price_bounds()[band] || '+'
        else price_bounds()[band] || '-' || price_bounds()[band + 1]
    end as price_band,
    cast(days_listed as integer) as days_since_listing,
    cast(columns('^(impressions|clicks|views|cart_adds|view_visits|cart_visits|order_visits)$') as bigint),
    cart_visits / nullif(view_visits, 0) as view_to_cart_rate,
    order_visits / nullif(cart_visits, 0) as cart_to_order_rate,
    traffic_measured_by,
    case
        when level not in ('product', 'variant') or unit = 'day' then null
        when days_listed between 0 and 30 then 'new'
        when units <= 0 and units_before <= 0 then 'dormant'
        when units * days_before * 4 >= units_before * days_elapsed * 5 then 'growth'
        when units * days_before * 4 <= units_before * days_elapsed * 3 then 'decline'
        else 'mature'
    end as lifecycle_stage,
    if(unit <> 'day', items_on_sale, null) as products_on_sale,
    if(unit <> 'day', items_sold, null) as products_sold,
    if(unit <> 'day', cast(items_sold as double) / nullif(items_on_sale, 0), null) as active_product_rate,
    if(unit <> 'day', skus_on_sale, null) as skus_on_sale_or_null,
    if(unit <> 'day', skus_sold, null) as skus_sold_or_null,
    if(unit <> 'day', cast(skus_sold as double) / nullif(skus_on_sale, 0), null) as active_sku_rate
from dated;

create table mart_product_performance as
select
    'main' as shop_id,
    getvariable('platform') as platform,
    * rename (item as product_id, skus_on_sale_or_null as skus_on_sale, skus_sold_or_null as skus_sold)
from performance()
where level <> 'variant';
