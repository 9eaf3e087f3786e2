{{ config(unique_key=['variant_key', 'week_start']) }}

{% set weeks = 12 %}

{# A week is computed again when what was sold in one of the weeks before it changed, and when it begins. #}
{% call touched() %}
with weeks as (
    select demand.shop_id, spine.date_day as week_start
    from (select distinct shop_id, created_date from {{ changed('int_stock_demand') }}) as demand
    join {{ ref('dim_dates') }} as spine
        on spine.date_day = spine.week_start
        and spine.date_day > demand.created_date
        and spine.date_day <= demand.created_date + interval '{{ 7 * weeks }}' day
    union
    select shop_id, cast(date_trunc('week', day) as date) from ({{ days_since_previous_as_of() }}) as days
)

select weeks.shop_id, weeks.week_start from weeks
join {{ ref('int_shops') }} as shops on shops.shop_id = weeks.shop_id and weeks.week_start <= shops.as_of_date
{% endcall %}

with demand as (
    select variant_key, shop_id, cast(date_trunc('week', created_date) as date) as sold_week, sum(units) as units, sum(sales) as sales
    from {{ ref('int_stock_demand') }}
    {%- if is_increment() %}
    where {{ in_touched_days('created_date', "week_start - interval '" ~ 7 * weeks ~ "' day", 'week_start') }}
    {%- endif %}
    group by 1, 2, 3
),

classed_weeks as (
    {%- if is_increment() %}
    select shop_id, week_start from {{ touched_rows() }}
    {%- else %}
    select shops.shop_id, spine.date_day as week_start
    from {{ ref('int_shops') }} as shops
    join {{ ref('dim_dates') }} as spine
        on spine.date_day = spine.week_start and spine.date_day <= shops.as_of_date
        and spine.date_day > (select min(demand.sold_week) from demand)
    {%- endif %}
),

{# Weeks before the first of them in which a variant was sold say nothing: it may not have been there. #}
summed as (
    select
        demand.variant_key, demand.shop_id, classed_weeks.week_start,
        {{ days_between('min(demand.sold_week)', 'classed_weeks.week_start') }} / 7 as observed_weeks,
        sum(demand.units) as units,
        sum(demand.units * demand.units) as squared_units,
        sum(demand.sales) as sales
    from demand
    join classed_weeks
        on classed_weeks.shop_id = demand.shop_id
        and demand.sold_week < classed_weeks.week_start
        and demand.sold_week >= classed_weeks.week_start - interval '{{ 7 * weeks }}' day
    group by demand.variant_key, demand.shop_id, classed_weeks.week_start
),

ranked as (
    select
        *,
        sqrt(cast(observed_weeks * squared_units - units * units as double)) / nullif(units, 0) as variation,
        {{ abc_ranking('sales', 'shop_id, week_start') }}
    from summed
),

final as (
    select
        variant_key,
        shop_id,
        week_start,
        cast(observed_weeks as bigint) as observed_weeks,
        cast(units as bigint) as units_12_weeks,
        cast(sales as decimal(18, 4)) as sales_12_weeks,
        case when observed_weeks >= 4 then variation end as demand_variation,
        {{ abc_class('sales') }} as abc_class,
        case
            when observed_weeks >= 4 and variation <= 0.5 then 'X'
            when observed_weeks >= 4 and variation <= 1 then 'Y'
            when observed_weeks >= 4 then 'Z'
        end as xyz_class
    from ranked
)

select * from final
