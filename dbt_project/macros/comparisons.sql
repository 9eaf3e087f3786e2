{# What a period is compared with, and the column that says its date. #}
{% macro others_compared() %}
    {{ return([
        ('last_week', 'date_last_week'), ('last_year', 'date_last_year'), ('last_year_festival', 'festival_date_last_year'),
    ]) }}
{% endmacro %}

{# The days of all festivals: festival, festival_day (0 is the festival's own), date, and the same day of the year before's. Of
   two festivals the nearer one has the day. #}
{% macro festival_days() %}
    select
        festivals.festival,
        {{ days_between('festivals.festival_date', 'spine.date_day') }} as festival_day,
        spine.date_day as date,
        cast(spine.date_day - {{ days_between('before.festival_date', 'festivals.festival_date') }} * interval '1' day as date)
            as date_last_year
    from {{ ref('festivals') }} as festivals
    join {{ ref('dim_dates') }} as spine
        on spine.date_day between festivals.festival_date - festivals.days_before * interval '1' day
            and festivals.festival_date + festivals.days_after * interval '1' day
    left join {{ ref('festivals') }} as before
        on before.festival = festivals.festival
        and extract(year from before.festival_date) = extract(year from festivals.festival_date) - 1
    qualify row_number() over (
        partition by spine.date_day
        order by abs({{ days_between('festivals.festival_date', 'spine.date_day') }}), festivals.festival_date, festivals.festival
    ) = 1
{% endmacro %}

{# Targets by shop, period and sales channel, a column for each metric. The text of a period names a month (2026-11), an ISO
   week (2026-W47) or a day; a month's target is also that of its days' months to date. #}
{% macro targets_of_periods(metrics) %}
    select
        targets.shop_id,
        calendar.period_type,
        calendar.date,
        coalesce(targets.sales_channel, 'all') as sales_channel,
        {%- for name in metrics %}
        cast(max(targets.value) filter (where targets.metric = '{{ name }}') as decimal(18, 4)) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_targets') }} as targets
    join (
        select 'day' as period_type, date_day as date, cast(date_day as string) as label from {{ ref('dim_dates') }}
        union all
        select distinct
            'week',
            week_start,
            substr(cast(cast(week_start + interval '3' day as date) as string), 1, 4) || '-W' || lpad(cast(iso_week as string), 2, '0')
        from {{ ref('dim_dates') }}
        union all
        select distinct 'month', month_start, substr(cast(month_start as string), 1, 7) from {{ ref('dim_dates') }}
        union all
        select 'month_to_date', date_day, substr(cast(date_day as string), 1, 7) from {{ ref('dim_dates') }}
    ) as calendar on calendar.label = targets.period
    group by targets.shop_id, calendar.period_type, calendar.date, coalesce(targets.sales_channel, 'all')
{% endmacro %}

{# Two rows are of the same shop, platform and sales channel. #}
{% macro same_cell(one, other) -%}
    {{ one }}.shop_id = {{ other }}.shop_id
        and {{ one }}.platform = {{ other }}.platform
        and {{ one }}.sales_channel = {{ other }}.sales_channel
{%- endmacro %}
