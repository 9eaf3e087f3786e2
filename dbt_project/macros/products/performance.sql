{#
  What was seen, sold, came back and was said of each item of a shop in each period: `item` is the column of what a row is
  of, product_id or variant_key. With `rolls_up` there are also rows by category, by brand and for the shop.
#}
{% macro performance(item, standing, period_types, rolls_up) %}
{%- set return_window = var('thresholds').return_window_days -%}
{%- set counts = ['units', 'units_with_cost', 'returned_units', 'units_past_return_window', 'review_count'] -%}
{%- set traffic = traffic_counts() + traffic_visits() -%}
{%- set amounts = ['gross_sales', 'discounts', 'returns', 'net_sales'] -%}
{%- set whole = item.split('_')[0] -%}
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
        cast(null as decimal(18, 4)) as rating_sum,
        {%- for measure in traffic %}
        cast(null as bigint) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('fct_order_lines') }} as lines
    join listings on listings.variant_key = lines.variant_key
    join {{ ref('int_shops') }} as shops on shops.shop_id = lines.shop_id
    where lines.is_counted
    {%- if is_increment() %}
    and {{ in_touched_days('lines.created_date', 'period_start', period_last_day('period_type', 'period_start')) }}
    {%- endif %}
    union all
    select
        shop_id, created_date, {{ item }}, null, null, 0, 0, 0, 0, 0, 0, 0, 0, null, 1, rating,
        {{ (['null'] * (traffic | length)) | join(', ') }}
    from {{ ref('fct_reviews') }}
    where {{ item }} is not null
    {%- if is_increment() %}
    and {{ in_touched_days('created_date', 'period_start', period_last_day('period_type', 'period_start')) }}
    {%- endif %}
    union all
    select
        shop_id, date, item, null, null, 0, 0, 0, 0, 0, 0, 0, 0, null, 0, null,
        {{ traffic | join(', ') }}
    from {{ ref('int_product_traffic') }}
    where level = '{{ whole }}'
    {%- if is_increment() %}
    and {{ in_touched_days('date', 'period_start', period_last_day('period_type', 'period_start')) }}
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

{# Periods run from the first day on which anything was seen, sold or said. #}
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

{# Orders are of one day each, so that those of a period are those of its days, added up. #}
days as (
    select
        facts.shop_id,
        facts.day,
        {{ level_columns(item, rolls_up) }},
        count(distinct facts.order_key) as orders,
        {%- for measure in counts + amounts + traffic + ['cogs', 'rating_sum'] %}
        sum(facts.{{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from facts
    left join items on items.shop_id = facts.shop_id and items.{{ item }} = facts.{{ item }}
    {{ by_level(['facts.shop_id', 'facts.day'], item, rolls_up) }}
),

days_of_periods as (
    {%- for type in period_types %}
    select days.shop_id, days.day, periods.period_type, periods.period_start
    from (select distinct shop_id, day from facts) as days
    join periods
        on periods.shop_id = days.shop_id
        and periods.period_type = '{{ type }}'
        and periods.period_start = cast(date_trunc('{{ type }}', days.day) as date)
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

sums as (
    select
        periods.shop_id, periods.period_type, periods.period_start,
        days.level, days.item, days.category_or_all, days.brand_or_all,
        {%- for measure in ['orders'] + counts + amounts + traffic + ['cogs', 'rating_sum'] %}
        sum(days.{{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from days
    join days_of_periods as periods on periods.shop_id = days.shop_id and periods.day = days.day
    group by
        periods.shop_id, periods.period_type, periods.period_start, days.level, days.item, days.category_or_all, days.brand_or_all
),

{{ items_on_sale(item, rolls_up) }}

summed as (
    select
        shop_id, period_type, period_start, level, item, category_or_all, brand_or_all,
        coalesce(on_shelf.is_listed, false) as is_listed,
        {%- for measure in ['orders'] + counts + amounts %}
        coalesce(sums.{{ measure }}, 0) as {{ measure }},
        {%- endfor %}
        {%- for measure in traffic %}
        sums.{{ measure }},
        {%- endfor %}
        {%- for measure in ['items_on_sale', 'items_sold'] + (['skus_on_sale', 'skus_sold'] if rolls_up else []) %}
        coalesce({{ measure }}, 0) as {{ measure }},
        {%- endfor %}
        sums.cogs,
        sums.rating_sum
    from sums
    full join on_shelf using (shop_id, period_type, period_start, level, item, category_or_all, brand_or_all)
    {%- if rolls_up %}
    left join skus using (shop_id, period_type, period_start, level, item, category_or_all, brand_or_all)
    {%- endif %}
),

ranked as (
    select
        *,
        {{ abc_ranking('net_sales', 'shop_id, period_type, period_start, level') }}
    from summed
),

sold_before as (
    select shop_id, period_type, period_start, item, units from summed
    where level = '{{ whole }}' and period_type <> 'day'
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

{{ traffic_measured() }}

dated as (
    select
        ranked.*,
        measured.measured_by,
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
    left join measured
        on measured.shop_id = ranked.shop_id
        and measured.period_type = ranked.period_type
        and measured.period_start = ranked.period_start
    left join sold_before
        on sold_before.shop_id = ranked.shop_id
        and sold_before.period_type = ranked.period_type
        and sold_before.period_start = {{ previous_period('ranked.period_type', 'ranked.period_start') }}
        and sold_before.item = ranked.item
)
{% endmacro %}
