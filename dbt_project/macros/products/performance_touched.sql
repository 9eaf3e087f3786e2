{#
  The periods whose figures of products may have changed: those of a line, a review or a day's traffic that changed, those that may have
  become complete, those of whose days the return window closed, those in which a product that changed was on sale, sold
  or reviewed, and what lies between the shop's first day as it was and as it is, since periods run from there without a
  gap. `shop_rows` has them: its days are those on which something happened.
#}
{% macro performance_touched(shop_rows, period_types) %}
with stood as (
    select shop_id, min(period_start) as first_day from {{ shop_rows }}
    where level = 'shop' and period_type = 'day'
    group by shop_id
),

changed_days as (
    select shop_id, created_date as day from {{ changed('fct_order_lines') }}
    union
    select shop_id, created_date from {{ changed('fct_reviews') }}
    union
    select shop_id, date from {{ changed('int_product_traffic') }}
),

first_changes as (
    select shop_id, min(day) as day from changed_days group by shop_id
),

still_standing as (
    select days.shop_id, min(days.period_start) as day
    from {{ shop_rows }} as days
    left join changed_days on changed_days.shop_id = days.shop_id and changed_days.day = days.period_start
    where days.level = 'shop' and days.period_type = 'day' and changed_days.day is null
    group by days.shop_id
),

{# A variant that only came off sale was on sale before as it is now; any other change concerns its product as a whole. #}
changed_listings as (
    select
        changes.shop_id,
        changes.variant_key,
        min(changes.product_id) as product_id,
        count(*) > 1 and count(distinct changes.version) = 1 and count(distinct concat_ws(
            '|', changes.product_id, changes.sku_key, coalesce(changes.category, ''), coalesce(changes.brand, ''),
            coalesce(cast(changes.listed_date as string), '')
        )) = 1 as is_of_its_end,
        min(coalesce(changes.listed_date, stood.first_day)) as listed_date,
        min(coalesce(changes.delisted_date, shops.as_of_date)) as first_end,
        max(coalesce(changes.delisted_date, shops.as_of_date)) as last_end
    from {{ changed('int_variant_listings') }} as changes
    join {{ ref('int_shops') }} as shops on shops.shop_id = changes.shop_id
    left join stood on stood.shop_id = changes.shop_id
    group by changes.shop_id, changes.variant_key
),

changed_products as (
    select shop_id, product_id from changed_listings where not is_of_its_end
    union
    select shop_id, product_id from {{ changed('int_variant_listings') }}
    where variant_key in (select variant_key from changed_listings where not is_of_its_end)
),

variants_of_them as (
    select listings.*
    from {{ ref('int_variant_listings') }} as listings
    join changed_products on changed_products.shop_id = listings.shop_id and changed_products.product_id = listings.product_id
),

spans as (
    select shop_id, case when is_of_its_end then first_end else listed_date end as first_day, last_end as last_day
    from changed_listings
    union
    select variants.shop_id, coalesce(variants.listed_date, stood.first_day), coalesce(variants.delisted_date, shops.as_of_date)
    from variants_of_them as variants
    join {{ ref('int_shops') }} as shops on shops.shop_id = variants.shop_id
    left join stood on stood.shop_id = variants.shop_id
    union
    select first_changes.shop_id, first_changes.day, coalesce(still_standing.day, shops.as_of_date)
    from first_changes
    join {{ ref('int_shops') }} as shops on shops.shop_id = first_changes.shop_id
    left join stood on stood.shop_id = first_changes.shop_id
    left join still_standing on still_standing.shop_id = first_changes.shop_id
    where coalesce(first_changes.day <= stood.first_day, true)
),

days as (
    select * from changed_days
    union
    {{ days_since_previous_as_of() }}
    union
    select shop_id, cast(day - interval '{{ var("thresholds").return_window_days }}' day as date)
    from ({{ days_since_previous_as_of() }}) as closing
    union
    select spans.shop_id, spine.date_day
    from spans
    join {{ ref('int_shops') }} as shops on shops.shop_id = spans.shop_id
    join {{ ref('dim_dates') }} as spine
        on spine.date_day between spans.first_day and least(spans.last_day, shops.as_of_date)
    union
    select shop_id, created_date from {{ ref('fct_order_lines') }}
    where variant_key in (select variant_key from variants_of_them)
    union
    select reviews.shop_id, reviews.created_date
    from {{ ref('fct_reviews') }} as reviews
    join changed_products
        on changed_products.shop_id = reviews.shop_id and changed_products.product_id = reviews.product_id
    union
    select traffic.shop_id, traffic.date
    from {{ ref('int_product_traffic') }} as traffic
    semi join changed_products
        on changed_products.shop_id = traffic.shop_id and changed_products.product_id = traffic.product_id
),

touched as (
    select shop_id, period_type, date as period_start from ({{ periods_of_days('days', period_types) }}) as periods
)

{# What a product sold in a period says where it stands in the next one. #}
select * from touched
union
select
    touched.shop_id,
    touched.period_type,
    {{ next_period('touched.period_type', 'touched.period_start') }} as period_start
from touched
join {{ ref('int_shops') }} as shops on shops.shop_id = touched.shop_id
where touched.period_type <> 'day' and {{ next_period('touched.period_type', 'touched.period_start') }} <= shops.as_of_date
{% endmacro %}

{# The first day of the week or month after a period, and of the one before it. #}
{% macro next_period(period_type, first_day) -%}
    cast(case {{ period_type }} when 'week' then {{ first_day }} + interval '7' day else {{ first_day }} + interval '1' month end as date)
{%- endmacro %}
{% macro previous_period(period_type, first_day) -%}
    cast(case {{ period_type }} when 'week' then {{ first_day }} - interval '7' day else {{ first_day }} - interval '1' month end as date)
{%- endmacro %}
