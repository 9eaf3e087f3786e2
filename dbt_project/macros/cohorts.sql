{# Days after a buyer's first order that lifetime values and repurchases are counted for. #}
{% macro ltv_windows() %}{{ return([30, 90, 180, 365]) }}{% endmacro %}

{#
  What those who first bought in a month (or week) do in each month (or week) since, from int_cohort_cells. A cohort is
  put together again when one of its cells has changed, since each of them stands in the cumulated figures of all later
  ones; all cohorts are when a period has ended and the next begun.
#}
{% macro cohort_retention(period) %}
{% set cohort, activity = 'cohort_' ~ period, 'activity_' ~ period %}
{% call touched() %}
select shop_id, cohort_start as {{ cohort }} from {{ changed('int_cohort_cells') }} where period_type = '{{ period }}'
union
select shop_id, {{ cohort }} from {{ this }}
where {{ period_turned(period) }}
{% endcall %}

with cells as (
    select * from {{ ref('int_cohort_cells') }}
    where period_type = '{{ period }}'
    {%- if is_increment() %}
    and (shop_id, cohort_start) in (select (shop_id, {{ cohort }}) from {{ touched_rows() }})
    {%- endif %}
),

shops as ({{ shops_and_all() }}),

{# Every period from the cohort's own to the one that as_of falls in; those to come are absent. All of a cohort are
   active in its first period: that is how they came into it. #}
observed as (
    select
        cells.shop_id,
        cells.first_channel,
        cells.cohort_start,
        spine.date_day as activity_start,
        cells.active_customers as cohort_size,
        shops.currency,
        {{ period_last_day("'" ~ period ~ "'", 'spine.date_day') }} < shops.first_date as is_complete_period
    from cells
    join shops on shops.shop_id = cells.shop_id
    join {{ ref('dim_dates') }} as spine
        on spine.date_day = spine.{{ period }}_start
        and spine.date_day between cells.cohort_start and shops.last_date
    where cells.period_number = 0
),

figures as (
    select
        observed.*,
        {%- for measure in ['active_customers', 'orders', 'orders_with_margin'] %}
        coalesce(cells.{{ measure }}, 0) as {{ measure }},
        {%- endfor %}
        {%- for measure in ['net_sales', 'net_sales_reporting'] %}
        coalesce(cells.{{ measure }}, 0) as {{ measure }},
        {%- endfor %}
        coalesce(cells.net_sales + cells.returns, 0) as sales_before_returns,
        {#- Nothing sold has a margin of 0; sold at a cost that nobody knows it has none. -#}
        {%- for measure in ['gross_margin', 'gross_margin_reporting', 'contribution_margin', 'contribution_margin_reporting'] %}
        case when cells.orders is null then 0 else cells.{{ measure }} end as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from observed
    left join cells
        on cells.shop_id = observed.shop_id
        and cells.first_channel = observed.first_channel
        and cells.cohort_start = observed.cohort_start
        and cells.activity_start = observed.activity_start
),

cumulated as (
    select
        *,
        sum(orders) over so_far as cumulative_orders,
        sum(net_sales) over so_far as cumulative_net_sales,
        sum(net_sales_reporting) over so_far as cumulative_net_sales_reporting,
        {%- for suffix in ['', '_reporting'] %}
        case when sum(orders_with_margin) over so_far > 0 then sum(contribution_margin{{ suffix }}) over so_far end
            as cumulative_contribution_margin{{ suffix }}{{ ',' if not loop.last }}
        {%- endfor %}
    from figures
    window so_far as (partition by shop_id, first_channel, cohort_start order by activity_start)
),

final as (
    select
        shop_id,
        first_channel,
        cohort_start as {{ cohort }},
        cast({{ periods_between(period, 'cohort_start', 'activity_start') }} as integer) as period_number,
        activity_start as {{ activity }},
        is_complete_period,
        currency,
        cohort_size,
        active_customers,
        cast(active_customers as double) / cohort_size as retention_rate,
        orders,
        orders_with_margin,
        cast(cumulative_orders as bigint) as cumulative_orders,
        {%- for measure in [
            'sales_before_returns', 'net_sales', 'gross_margin', 'contribution_margin',
            'cumulative_net_sales', 'cumulative_contribution_margin',
        ] %}
        cast({{ measure }} as decimal(18, 4)) as {{ measure }},
        {%- endfor %}
        {{ per_customer('cumulative_net_sales') }} as cumulative_revenue_ltv,
        {{ per_customer('cumulative_contribution_margin') }} as cumulative_ltv,
        {%- for measure in ['net_sales', 'gross_margin', 'contribution_margin'] %}
        cast({{ measure }}_reporting as decimal(18, 4)) as {{ measure }}_reporting,
        {%- endfor %}
        {{ per_customer('cumulative_net_sales_reporting') }} as cumulative_revenue_ltv_reporting,
        {{ per_customer('cumulative_contribution_margin_reporting') }} as cumulative_ltv_reporting
    from cumulated
)

select * from final
{% endmacro %}

{% macro per_customer(amount) -%}
    cast(cast({{ amount }} as double) / cohort_size as decimal(18, 4))
{%- endmacro %}

{# True in an increment where time has gone from one period into another in some shop since the model's last build. #}
{% macro period_turned(period) -%}
    date_trunc('{{ period }}', {{ earliest_date(previous_as_of(), 0) }}) < date_trunc('{{ period }}', {{ latest_date(as_of(), 0) }})
    and (
        select bool_or(
            date_trunc('{{ period }}', {{ local_date(previous_as_of(), 'timezone') }}) < date_trunc('{{ period }}', as_of_date)
        ) from {{ ref('int_shops') }}
    )
{%- endmacro %}

{# Whole periods from the first day of one to the first day of another. #}
{% macro periods_between(period, first, last) -%}
    {%- if period == 'month' -%}
    {{ months_between(first, last) }}
    {%- else -%}
    {{ days_between(first, last) }} / 7
    {%- endif -%}
{%- endmacro %}
