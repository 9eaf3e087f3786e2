{# Common table expressions of performance: what was on sale in each period, by item and rolled up. #}
{% macro items_on_sale(item, rolls_up) %}
{# On sale at any time of a week or month, or sold in it. On days, what was merely on sale is left out. #}
shelf as (
    select periods.shop_id, periods.period_type, periods.period_start, sold.{{ item }}, sold.sku_key, false as is_listed, true as is_sold
    from (select distinct shop_id, day, {{ item }}, sku_key from facts where units > 0) as sold
    join days_of_periods as periods on periods.shop_id = sold.shop_id and periods.day = sold.day and periods.period_type <> 'day'
    union all
    select periods.shop_id, periods.period_type, periods.period_start, listings.{{ item }}, listings.sku_key, true, false
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

items_on_shelf as (
    select shop_id, period_type, period_start, {{ item }}, bool_or(is_listed) as is_listed, bool_or(is_sold) as is_sold
    from shelf
    group by shop_id, period_type, period_start, {{ item }}
),

on_shelf as (
    select
        facts.shop_id, facts.period_type, facts.period_start,
        {{ level_columns(item, rolls_up) }},
        bool_or(facts.is_listed) as is_listed,
        count(*) as items_on_sale,
        count(*) filter (where facts.is_sold) as items_sold
    from items_on_shelf as facts
    left join items on items.shop_id = facts.shop_id and items.{{ item }} = facts.{{ item }}
    {{ by_level(['facts.shop_id', 'facts.period_type', 'facts.period_start'], item, rolls_up) }}
),

{%- if rolls_up %}

skus_on_shelf as (
    select
        facts.shop_id, facts.period_type, facts.period_start,
        {{ level_columns(item, rolls_up) }},
        facts.sku_key,
        bool_or(facts.is_sold) as is_sold
    from shelf as facts
    left join items on items.shop_id = facts.shop_id and items.{{ item }} = facts.{{ item }}
    {{ by_level(['facts.shop_id', 'facts.period_type', 'facts.period_start', 'facts.sku_key'], item, rolls_up) }}
),

skus as (
    select
        shop_id, period_type, period_start, level, item, category_or_all, brand_or_all,
        count(*) as skus_on_sale,
        count(*) filter (where is_sold) as skus_sold
    from skus_on_shelf
    group by shop_id, period_type, period_start, level, item, category_or_all, brand_or_all
),

{%- endif %}
{% endmacro %}
