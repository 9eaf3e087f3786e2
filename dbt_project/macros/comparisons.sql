{# What a period is compared with, and the column that says its date. #}
{% macro others_compared() %}
    {{ return([
        ('last_week', 'date_last_week'), ('last_year', 'date_last_year'), ('last_year_festival', 'festival_date_last_year'),
    ]) }}
{% endmacro %}

{# The whole numbers from first to last, as a relation with one column `number`. #}
{% macro numbers(first, last) %}
    (
        select {{ days_between("date '2000-01-01'", 'spine.date_day') }} + ({{ first }}) as number
        from {{ date_spine("date '2000-01-01'", "date '2000-01-01' + interval '" ~ (last - first) ~ "' day") }} as spine
    )
{% endmacro %}

{# The days of all festivals: festival, festival_day (0 is the festival's own), date, and the same day of the year before's. Of
   two festivals the nearer one has the day. A festival reaches up to 60 days to either side. #}
{% macro festival_days() %}
    select
        festivals.festival,
        near.number as festival_day,
        cast(festivals.festival_date + near.number * interval '1' day as date) as date,
        cast(before.festival_date + near.number * interval '1' day as date) as date_last_year
    from {{ ref('festivals') }} as festivals
    join {{ numbers(-60, 60) }} as near on near.number between -festivals.days_before and festivals.days_after
    left join {{ ref('festivals') }} as before
        on before.festival = festivals.festival
        and extract(year from before.festival_date) = extract(year from festivals.festival_date) - 1
    qualify row_number() over (
        partition by festivals.festival_date + near.number * interval '1' day
        order by abs(near.number), festivals.festival_date, festivals.festival
    ) = 1
{% endmacro %}

{# Targets by shop, period and sales channel, a column for each metric. #}
{% macro targets_of_periods(metrics) %}
    select
        shop_id,
        period,
        coalesce(sales_channel, 'all') as sales_channel,
        {%- for name in metrics %}
        max(value) filter (where metric = '{{ name }}') as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_targets') }}
    group by shop_id, period, coalesce(sales_channel, 'all')
{% endmacro %}

{# What targets call a period: a month is 2026-11, an ISO week 2026-W47, a day 2026-11-23. A month's target is also that of
   its days' months to date. #}
{% macro name_of_period(period_type, date) -%}
    case
        when {{ period_type }} = 'day' then cast({{ date }} as string)
        when {{ period_type }} = 'week' then substr(cast(cast({{ date }} + interval '3' day as date) as string), 1, 4)
            || '-W' || lpad(cast(extract(week from {{ date }}) as string), 2, '0')
        else substr(cast({{ date }} as string), 1, 7)
    end
{%- endmacro %}

{# Two rows are of the same shop, platform and sales channel. #}
{% macro same_cell(one, other) -%}
    {{ one }}.shop_id = {{ other }}.shop_id
        and {{ one }}.platform = {{ other }}.platform
        and {{ one }}.sales_channel = {{ other }}.sales_channel
{%- endmacro %}
