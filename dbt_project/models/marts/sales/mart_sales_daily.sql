{{ config(unique_key=['shop_id', 'period_type', 'date', 'platform', 'sales_channel']) }}

{% set compared = ['gross_sales', 'paid_amount', 'orders'] %}
{% set aims = ['gmv', 'paid_amount', 'net_sales', 'orders'] %}
{% set weeks = 8 %}
{% set cell = ['shop_id', 'platform', 'sales_channel'] %}

{# A period is compared again when it changed or is not over, and so are those that it is compared with: the days of the next
   eight weeks, the same period a year later, and the same day of a festival. Where a shop's history begins, all of it. #}
{% call touched() %}
with moved as (
    select shop_id, period_type, date from {{ changed('int_sales_periods') }}
    union
    select shop_id, period_type, date from {{ ref('int_sales_periods') }} where not is_complete_period
),

begun as (
    select moved.shop_id from moved
    join (select shop_id, min(date) as first_day from {{ this }} where period_type = 'day' group by shop_id) as known
        on known.shop_id = moved.shop_id and moved.date <= known.first_day
    where moved.period_type = 'day'
    union
    select shop_id from {{ changed('int_targets') }}
)

select shop_id, period_type, date from moved
union
select moved.shop_id, moved.period_type, cast(moved.date + later.number * interval '1' day as date)
from moved
cross join {{ numbers(1, 7 * weeks) }} as later
where moved.period_type = 'day'
union
select shop_id, period_type, cast(date + interval '364' day as date) from moved
union
select shop_id, period_type, cast(date + interval '1' year as date) from moved
union
select shop_id, period_type, cast(date + interval '366' day as date) from moved
union
select moved.shop_id, moved.period_type, days.date
from moved
join ({{ festival_days() }}) as days on days.date_last_year = moved.date
where moved.period_type = 'day'
union
select shop_id, period_type, date from {{ ref('int_sales_periods') }} where shop_id in (select shop_id from begun)
union
select shop_id, period_type, date from {{ this }} where shop_id in (select shop_id from begun)
{% endcall %}

{# Of the days before a day, those of eight weeks are looked at; of the year before, some weeks for the sake of festivals. #}
with every_period as (
    select * from {{ ref('int_sales_periods') }}
    {%- if is_increment() %}
    where {{ in_touched_days('date', "cast(date - interval '" ~ 7 * weeks ~ "' day as date)", 'date') }}
        or {{ in_touched_days('date', "cast(date - interval '410' day as date)", "cast(date - interval '320' day as date)") }}
    {%- endif %}
),

shops as ({{ shops_and_all() }}),

histories as (
    select shop_id, min(date) as first_day from {{ ref('int_sales_periods') }}
    where period_type = 'day' and platform = 'all' and sales_channel = 'all'
    group by shop_id
),

festival_dates as (
    {{ festival_days() }}
),

periods as (
    select
        every_period.*,
        histories.first_day as history_began,
        festival_dates.festival,
        festival_dates.festival_day,
        festival_dates.date_last_year as festival_date_last_year,
        cast(case when every_period.period_type = 'day' then every_period.date - interval '7' day end as date) as date_last_week,
        cast(case
            when every_period.period_type in ('day', 'week') then every_period.date - interval '364' day
            else every_period.date - interval '1' year
        end as date) as date_last_year,
        {{ period_first_day('every_period.period_type', 'every_period.date') }} as first_day,
        cast(case
            when every_period.period_type = 'month_to_date'
                then date_trunc('month', every_period.date) + interval '1' month - interval '1' day
            else {{ period_last_day('every_period.period_type', 'every_period.date') }}
        end as date) as last_day_of_target,
        least({{ period_last_day('every_period.period_type', 'every_period.date') }}, shops.first_date) as last_day_counted
    from every_period
    {%- if is_increment() %}
    semi join {{ touched_rows() }} as touched
        on touched.shop_id = every_period.shop_id and touched.period_type = every_period.period_type and touched.date = every_period.date
    {%- endif %}
    join histories on histories.shop_id = every_period.shop_id
    join shops on shops.shop_id = every_period.shop_id
    left join festival_dates on festival_dates.date = case when every_period.period_type = 'day' then every_period.date end
),

{# Of the days before a day: those of the trailing windows, and the same weekdays of the last weeks. A day without a row, of
   a shop that was there, sold nothing. #}
before_days as (
    select
        {%- for name in cell %}
        periods.{{ name }},
        {%- endfor %}
        periods.date,
        {{ days_between('earlier.date', 'periods.date') }} as days_ago,
        {%- for name in compared %}
        earlier.{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from periods
    join every_period as earlier
        on {{ same_cell('earlier', 'periods') }}
        and earlier.period_type = 'day'
        and earlier.date between periods.date - interval '{{ 7 * weeks }}' day and periods.date
    where periods.period_type = 'day'
),

last_days as (
    select
        {{ cell | join(', ') }}, date,
        {%- for name in compared %}
        sum({{ name }}) filter (where days_ago < 7) as {{ name }}_7,
        sum({{ name }}) filter (where days_ago < 28) as {{ name }}_28{{ ',' if not loop.last }}
        {%- endfor %}
    from before_days
    group by {{ cell | join(', ') }}, date
),

same_weekdays as (
    select
        {%- for name in cell %}
        periods.{{ name }},
        {%- endfor %}
        periods.date,
        cast(coalesce(before_days.paid_amount, 0) as double) as paid_amount
    from periods
    cross join {{ numbers(1, weeks) }} as weeks_ago
    left join before_days
        on {{ same_cell('before_days', 'periods') }}
        and before_days.date = periods.date
        and before_days.days_ago = 7 * weeks_ago.number
    where periods.period_type = 'day'
        and {{ days_between('periods.history_began', 'periods.date') }} >= 7 * weeks_ago.number
),

medians as (
    select {{ cell | join(', ') }}, date, count(*) as weeks, percentile_cont(0.5) within group (order by paid_amount) as middle
    from same_weekdays
    group by {{ cell | join(', ') }}, date
),

{# The spread of a few weeks by their median absolute deviation, which one festival among them does not move. #}
bands as (
    select
        {%- for name in cell %}
        medians.{{ name }},
        {%- endfor %}
        medians.date,
        max(medians.middle) as middle,
        3 * greatest(
            1.4826 * percentile_cont(0.5) within group (order by abs(same_weekdays.paid_amount - medians.middle)),
            0.05 * max(medians.middle)
        ) as reach
    from medians
    join same_weekdays
        on {{ same_cell('same_weekdays', 'medians') }}
        and same_weekdays.date = medians.date
    where medians.weeks >= 4
    group by {% for name in cell %}medians.{{ name }}, {% endfor %}medians.date
),

targets as (
    {{ targets_of_periods(aims) }}
),

final as (
    select
        periods.date,
        periods.period_type,
        periods.shop_id,
        periods.platform,
        periods.sales_channel,
        {%- for name in sales_columns() %}
        periods.{{ name }},
        {%- endfor %}
        {# Who last bought before the shop's data begin cannot be told from who never did. #}
        case
            when {{ days_between('periods.history_began', 'periods.first_day') }} >= 365 then periods.new_buyers_365d
        end as new_buyers_365d,
        {%- for name in compared %}
        {%- set kind = 'bigint' if name == 'orders' else 'decimal(18, 4)' %}
        {%- for days in [7, 28] %}
        cast(case
            when periods.period_type = 'day' and {{ days_between('periods.history_began', 'periods.date') }} >= {{ days - 1 }}
                then cast(last_days.{{ name }}_{{ days }} as double) / {{ days }}
        end as decimal(18, 4)) as {{ name }}_mean_{{ days }}d,
        {%- endfor %}
        {%- for other, its_date in others_compared() %}
        cast(case when periods.{{ its_date }} >= periods.history_began then coalesce({{ other }}.{{ name }}, 0) end as {{ kind }})
            as {{ name }}_{{ other }},
        {%- endfor %}
        {%- endfor %}
        periods.festival,
        periods.festival_day,
        cast(case when bands.reach > bands.middle then 0 else bands.middle - bands.reach end as decimal(18, 4)) as paid_amount_expected_low,
        cast(bands.middle + bands.reach as decimal(18, 4)) as paid_amount_expected_high,
        case
            when periods.is_complete_period
                then cast(periods.paid_amount as double) not between bands.middle - bands.reach
                    and bands.middle + bands.reach
        end as is_anomaly,
        cast({{ days_between('periods.first_day', 'periods.last_day_counted') }} + 1 as double)
            / ({{ days_between('periods.first_day', 'periods.last_day_of_target') }} + 1)
            as time_elapsed_share,
        {%- for name in aims %}
        targets.{{ name }} as {{ name }}_target,
        {{ rate_of_money('periods.' ~ name, 'targets.' ~ name) }}
            as {{ name }}_completion{{ ',' if not loop.last }}
        {%- endfor %}
    from periods
    {# A condition on the periods alone would make nested loops of these joins. #}
    left join last_days
        on {{ same_cell('last_days', 'periods') }}
        and last_days.date = case when periods.period_type = 'day' then periods.date end
    left join bands
        on {{ same_cell('bands', 'periods') }}
        and bands.date = case when periods.period_type = 'day' then periods.date end
    {%- for other, its_date in others_compared() %}
    left join every_period as {{ other }}
        on {{ same_cell(other, 'periods') }}
        and {{ other }}.period_type = periods.period_type
        and {{ other }}.date = periods.{{ its_date }}
    {%- endfor %}
    left join targets
        on targets.shop_id = periods.shop_id and targets.period = {{ name_of_period('periods.period_type', 'periods.date') }}
        and targets.sales_channel = case when periods.platform = 'all' then periods.sales_channel end
)

select * from final
