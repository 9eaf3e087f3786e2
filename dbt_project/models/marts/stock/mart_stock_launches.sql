{{ config(unique_key=['variant_key', 'location_id']) }}

{% set weeks = [4, 8, 12] %}

{# A variant is computed again when a day of its first weeks changed, and when 4, 8 or 12 of them are over. #}
{% call touched() %}
with launches as (
    select products.variant_key, {{ local_date('products.listed_at', 'shops.timezone') }} as launch_date, shops.timezone, shops.as_of_date
    from {{ ref('dim_products') }} as products
    join {{ ref('int_shops') }} as shops on shops.shop_id = products.shop_id
    where products.listed_at is not null
),

touched_variants as (
    select variant_key from {{ changed('dim_products') }}
    union
    select launches.variant_key from launches
    semi join {{ changed('mart_inventory_health') }} as days
        on days.variant_key = launches.variant_key
        and days.date >= launches.launch_date
        and days.date < launches.launch_date + interval '{{ 7 * weeks[-1] }}' day
    {%- for n in weeks %}
    union
    select variant_key from launches
    where launch_date + interval '{{ 7 * n }}' day > {{ local_date(previous_as_of(), 'timezone') }}
        and launch_date + interval '{{ 7 * n }}' day <= as_of_date
    {%- endfor %}
)

{# with the days that are read of them #}
select
    touched_variants.variant_key,
    coalesce(launches.launch_date, date '1900-01-01') as first_day,
    cast(coalesce(launches.launch_date, date '1900-01-01') + interval '{{ 7 * weeks[-1] - 1 }}' day as date) as last_day
from touched_variants
left join launches on launches.variant_key = touched_variants.variant_key
{% endcall %}

with launches as (
    select
        products.variant_key,
        shops.as_of_date,
        {{ local_date('products.listed_at', 'shops.timezone') }} as launch_date
    from {{ ref('dim_products') }} as products
    join {{ ref('int_shops') }} as shops on shops.shop_id = products.shop_id
    where products.listed_at is not null
    {%- if is_increment() %}
        and products.variant_key in (select variant_key from {{ touched_rows() }})
    {%- endif %}
),

days as (
    select
        days.variant_key, days.shop_id, days.variant_id, days.location_id, days.date, days.on_hand, days.units, days.returned_units,
        days.received_units, days.opening_on_hand, launches.launch_date, launches.as_of_date,
        min(days.date) over (partition by days.variant_key, days.location_id) as known_since
    from {{ ref('mart_inventory_health') }} as days
    join launches
        on launches.variant_key = days.variant_key
        and days.date >= launches.launch_date
        and days.date < launches.launch_date + interval '{{ 7 * weeks[-1] }}' day
    {%- if is_increment() %}
    where {{ in_touched_days('days.date', 'first_day', 'last_day') }}
    {%- endif %}
),

summed as (
    select
        variant_key, shop_id, variant_id, location_id, launch_date, as_of_date, known_since,
        {%- for n in weeks %}
        {%- set within = "date < launch_date + interval '" ~ 7 * n ~ "' day" %}
        coalesce(sum(units - returned_units) filter (where {{ within }}), 0) as units_{{ n }},
        coalesce(sum(units) filter (where {{ within }}), 0) as sold_{{ n }},
        coalesce(sum(received_units) filter (where {{ within }}), 0) as received_{{ n }},
        max_by(on_hand, case when {{ within }} then date end) as closing_{{ n }},
        {%- endfor %}
        max(case when date = known_since then coalesce(opening_on_hand, on_hand + units - received_units) end) as opening
    from days
    group by variant_key, shop_id, variant_id, location_id, launch_date, as_of_date, known_since
),

totals as (
    select
        *
        {%- for n in weeks %},
        opening + case when received_{{ n }} > 0 then received_{{ n }} else greatest(closing_{{ n }} - opening + sold_{{ n }}, 0) end
            as total_{{ n }}
        {%- endfor %}
    from summed
),

final as (
    select
        variant_key,
        shop_id,
        variant_id,
        location_id,
        launch_date,
        known_since,
        {%- for n in weeks %}
        cast(units_{{ n }} as bigint) as units_{{ n }}_weeks,
        cast(total_{{ n }} as bigint) as received_{{ n }}_weeks,
        case
            when launch_date + interval '{{ 7 * n }}' day <= as_of_date and total_{{ n }} > 0
                then cast(units_{{ n }} as double) / total_{{ n }}
        end as sell_through_{{ n }}_weeks,
        launch_date + interval '{{ 7 * n }}' day <= as_of_date as is_{{ n }}_weeks_closed{{ ',' if not loop.last }}
        {%- endfor %}
    from totals
)

select * from final
