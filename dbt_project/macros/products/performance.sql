{#
  What was sold, came back and was said of each item of a shop in each period: `item` is the column of what a row is
  of, product_id or variant_key. With `rolls_up` there are also rows by category, by brand and for the shop.
#}
{% macro performance(item, standing, period_types, rolls_up) %}
{%- set return_window = var('thresholds').return_window_days -%}
{%- set sums = [
    'units', 'units_with_cost', 'returned_units', 'units_past_return_window', 'gross_sales', 'discounts', 'returns', 'net_sales',
    'cogs', 'review_count', 'rating_sum',
] -%}
with listings as (
    select * from {{ ref('int_variant_listings') }}
),

items as (
    select
        shop_id,
        {{ item }},
        coalesce(min_by(category, variant_key) filter (where category is not null), 'unknown') as category,
        coalesce(min_by(brand, variant_key) filter (where brand is not null), 'unknown') as brand,
        min(listed_date) as listed_date
    from listings
    group by shop_id, {{ item }}
),

facts as (
    select
        lines.shop_id,
        lines.created_date as day,
        listings.{{ item }},
        listings.sku_key,
        lines.order_key,
        lines.units, lines.units_with_cost, lines.returned_units,
        case when lines.created_date + interval '{{ return_window }}' day < shops.as_of_date then lines.units else 0 end
            as units_past_return_window,
        lines.gross_sales, lines.discounts, lines.returns, lines.net_sales,
        lines.cogs - lines.restocked_cogs as cogs,
        0 as review_count,
        cast(null as decimal(18, 4)) as rating_sum
    from {{ ref('fct_order_lines') }} as lines
    join listings on listings.variant_key = lines.variant_key
    join {{ ref('int_shops') }} as shops on shops.shop_id = lines.shop_id
    where lines.is_counted
    {%- if is_increment() %}
    and {{ in_touched_days('lines.created_date', 'period_start', period_last_day('period_type', 'period_start')) }}
    {%- endif %}
    union all
    select
        shop_id, created_date, {{ item }}, null, null, 0, 0, 0, 0, 0, 0, 0, 0, null, 1, rating
    from {{ ref('fct_reviews') }}
    where {{ item }} is not null
    {%- if is_increment() %}
    and {{ in_touched_days('created_date', 'period_start', period_last_day('period_type', 'period_start')) }}
    {%- endif %}
),

{%- if not rolls_up %}

{# Whatever periods the shop has. #}
periods as (
    select shops.shop_id, shops.period_type, shops.period_start from {{ ref('mart_product_performance') }} as shops
    {%- if is_increment() %}
    join {{ touched_rows() }} as touched
        on touched.shop_id = shops.shop_id
        and touched.period_type = shops.period_type
        and touched.period_start = shops.period_start
    {%- endif %}
    where shops.level = 'shop'
),

{%- else %}

{# Periods run from the first day on which anything was sold or said. #}
first_days as (
    select shop_id, min(day) as day from (
        select shop_id, min(day) as day from facts group by shop_id
        {%- if is_increment() %}
        union all
        select shop_id, min(period_start) from {{ standing }}
        where level = 'shop' and period_type = 'day' and (shop_id, period_type, period_start) not in (
            select (shop_id, period_type, period_start) from {{ touched_rows() }}
        )
        group by shop_id
        {%- endif %}
    ) as known
    group by shop_id
),

{%- if is_increment() %}

periods as (
    select touched.*
    from {{ touched_rows() }} as touched
    join first_days on first_days.shop_id = touched.shop_id
    where first_days.day <= {{ period_last_day('touched.period_type', 'touched.period_start') }}
),

{%- else %}

all_days as (
    select first_days.shop_id, spine.date_day as day
    from first_days
    join {{ ref('int_shops') }} as shops on shops.shop_id = first_days.shop_id
    join {{ ref('dim_dates') }} as spine on spine.date_day between first_days.day and shops.as_of_date
),

periods as (
    select shop_id, period_type, date as period_start from ({{ periods_of_days('all_days', period_types) }}) as of_days
),

{%- endif %}
{%- endif %}

{# Sold, reviewed, or on sale at any time of the period. On days, what was merely on sale is left out. #}
entries as (
    select
        periods.shop_id, periods.period_type, periods.period_start, facts.{{ item }}, facts.sku_key, facts.order_key,
        false as is_listed,
        {%- for measure in sums %}
        facts.{{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from periods
    join facts
        on facts.shop_id = periods.shop_id
        and facts.day between periods.period_start and {{ period_last_day('periods.period_type', 'periods.period_start') }}
    union all
    select
        periods.shop_id, periods.period_type, periods.period_start, listings.{{ item }}, listings.sku_key, null, true,
        0, 0, 0, 0, 0, 0, 0, 0, null, 0, null
    from periods
    join {{ ref('int_shops') }} as shops on shops.shop_id = periods.shop_id
    join listings
        on listings.shop_id = periods.shop_id
        and listings.is_listed
        and coalesce(listings.listed_date <= least(
            {{ period_last_day('periods.period_type', 'periods.period_start') }}, shops.as_of_date
        ), true)
        and coalesce(listings.delisted_date >= periods.period_start, true)
    where periods.period_type <> 'day'
),

described as (
    select
        entries.*,
        coalesce(items.category, 'unknown') as category,
        coalesce(items.brand, 'unknown') as brand
    from entries
    left join items on items.shop_id = entries.shop_id and items.{{ item }} = entries.{{ item }}
),

summed as (
    select
        shop_id,
        period_type,
        period_start,
        {%- if rolls_up %}
        case
            when grouping({{ item }}) = 0 then '{{ item.split("_")[0] }}'
            when grouping(category) = 0 then 'category'
            when grouping(brand) = 0 then 'brand'
            else 'shop'
        end as level,
        case when grouping({{ item }}) = 1 then 'all' else {{ item }} end as item,
        case when grouping(category) = 1 then 'all' else category end as category_or_all,
        case when grouping(brand) = 1 then 'all' else brand end as brand_or_all,
        {%- else %}
        '{{ item.split("_")[0] }}' as level,
        {{ item }} as item,
        category as category_or_all,
        brand as brand_or_all,
        {%- endif %}
        bool_or(is_listed) as is_listed,
        count(distinct order_key) as orders,
        count(distinct case when is_listed or units > 0 then {{ item }} end) as items_on_sale,
        count(distinct case when units > 0 then {{ item }} end) as items_sold,
        count(distinct case when is_listed or units > 0 then sku_key end) as skus_on_sale,
        count(distinct case when units > 0 then sku_key end) as skus_sold,
        {%- for measure in sums %}
        sum({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from described
    {%- if rolls_up %}
    group by grouping sets (
        (shop_id, period_type, period_start, {{ item }}, category, brand),
        (shop_id, period_type, period_start, category),
        (shop_id, period_type, period_start, brand),
        (shop_id, period_type, period_start)
    )
    {%- else %}
    group by shop_id, period_type, period_start, {{ item }}, category, brand
    {%- endif %}
),

{# What stands before an item in the ranking decides its class, so the best seller is always an A; items that sold the
   same stand beside each other, before neither. #}
ranked as (
    select
        *,
        sum(greatest(net_sales, 0)) over (
            partition by shop_id, period_type, period_start, level order by net_sales desc
            range between unbounded preceding and current row
        ) - sum(greatest(net_sales, 0)) over (partition by shop_id, period_type, period_start, level, net_sales) as sales_before,
        sum(greatest(net_sales, 0)) over (partition by shop_id, period_type, period_start, level) as sales_of_all
    from summed
),

sold_before as (
    select shop_id, period_type, period_start, item, units from summed
    where level = '{{ item.split("_")[0] }}' and period_type <> 'day'
    {%- if is_increment() %}
    union all
    select shop_id, period_type, period_start, {{ item }}, units from {{ standing }}
    where (shop_id, period_type, period_start) in (
        select (shop_id, period_type, {{ previous_period('period_type', 'period_start') }}) from {{ touched_rows() }}
        where period_type <> 'day'
    ) and (shop_id, period_type, period_start) not in (select (shop_id, period_type, period_start) from {{ touched_rows() }})
    {{ "and level = 'product'" if rolls_up }}
    {%- endif %}
),

dated as (
    select
        ranked.*,
        shops.platform,
        {{ period_last_day('ranked.period_type', 'ranked.period_start') }} < shops.as_of_date as is_complete_period,
        coalesce(sold_before.units, 0) as units_before,
        {{ days_between('items.listed_date', 'least(' ~ period_last_day('ranked.period_type', 'ranked.period_start') ~ ', shops.as_of_date)') }}
            as days_since_listing,
        {{ days_between('ranked.period_start', 'least(' ~ period_last_day('ranked.period_type', 'ranked.period_start') ~ ', shops.as_of_date)') }}
            + 1 as days_elapsed,
        {{ days_between(previous_period('ranked.period_type', 'ranked.period_start'), 'ranked.period_start') }} as days_before
    from ranked
    join {{ ref('int_shops') }} as shops on shops.shop_id = ranked.shop_id
    left join items on items.shop_id = ranked.shop_id and items.{{ item }} = ranked.item
    left join sold_before
        on sold_before.shop_id = ranked.shop_id
        and sold_before.period_type = ranked.period_type
        and sold_before.period_start = {{ previous_period('ranked.period_type', 'ranked.period_start') }}
        and sold_before.item = ranked.item
)
{% endmacro %}
