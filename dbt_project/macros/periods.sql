{#
  The periods that marts report by. Weeks begin on Monday; `month_to_date` has a row for each day, from the first of
  its month to that day. `date` names a period: its first day, and for month_to_date its last.
#}

{# From a relation with shop_id and day: every period that a fact of that day counts in, as (shop_id, period_type, date).
   A day counts in the month-to-date of each later day of its month, up to the shop's as_of date. #}
{% macro periods_of_days(days, period_types) %}
    {%- for type in period_types %}
    {%- if type == 'month_to_date' %}
    select distinct days.shop_id, 'month_to_date' as period_type, spine.date_day as date
    from (select shop_id, date_trunc('month', day) as month, min(day) as first_day from {{ days }} group by 1, 2) as days
    join {{ ref('int_shops') }} as shops on shops.shop_id = days.shop_id
    join {{ ref('dim_dates') }} as spine
        on spine.month_start = days.month and spine.date_day >= days.first_day and spine.date_day <= shops.as_of_date
    {%- else %}
    select distinct shop_id, '{{ type }}' as period_type, cast(date_trunc('{{ type }}', day) as date) as date
    from {{ days }} as days
    {%- endif %}
    {{ 'union' if not loop.last }}
    {%- endfor %}
{% endmacro %}

{# The periods of all shops together that facts of these days count in; a month to date runs to the last shop's today. #}
{% macro periods_of_all_shops(days, period_types) %}
    {%- for type in period_types %}
    {%- if type == 'month_to_date' %}
    select distinct 'all' as shop_id, 'month_to_date' as period_type, spine.date_day as date
    from (select date_trunc('month', day) as month, min(day) as first_day from {{ days }} group by 1) as days
    join {{ ref('dim_dates') }} as spine
        on spine.month_start = days.month and spine.date_day >= days.first_day
        and spine.date_day <= (select max(as_of_date) from {{ ref('int_shops') }})
    {%- else %}
    select distinct 'all' as shop_id, '{{ type }}' as period_type, cast(date_trunc('{{ type }}', day) as date) as date
    from {{ days }} as days
    {%- endif %}
    {{ 'union' if not loop.last }}
    {%- endfor %}
{% endmacro %}

{# Both: `days` has the days of shops, `days_of_all` may be of more. Without a third argument they are the same. #}
{% macro periods_of_shops_and_all(days, period_types, days_of_all=none) -%}
    select * from ({{ periods_of_days(days, period_types) }}) as periods
    {%- if several_shops() %}
    union
    select * from ({{ periods_of_all_shops(days_of_all or days, period_types) }}) as periods_of_all
    {%- endif %}
{%- endmacro %}

{# What a model with rows of periods computes: the touched periods, or every one that a day of `days` counts in, where the
   days of all shops together stand beside the shops' own. #}
{% macro periods_to_compute(days, period_types) -%}
    {%- if is_increment() -%}
    select * from {{ touched_rows() }}
    {%- else -%}
    {%- set of_shops = "(select * from " ~ days ~ " where shop_id <> 'all')" if several_shops() else days -%}
    {{ periods_of_shops_and_all(of_shops, period_types, days) }}
    {%- endif -%}
{%- endmacro %}

{% macro period_first_day(period_type='period_type', date='date') -%}
    cast(case when {{ period_type }} = 'month_to_date' then date_trunc('month', {{ date }}) else {{ date }} end as date)
{%- endmacro %}

{% macro period_last_day(period_type='period_type', date='date') -%}
    cast(case {{ period_type }}
        when 'week' then {{ date }} + interval '6' day
        when 'month' then {{ date }} + interval '1' month - interval '1' day
        when 'quarter' then {{ date }} + interval '3' month - interval '1' day
        else {{ date }}
    end as date)
{%- endmacro %}

{# Dates that no shop's local date, so many days before the instant, is earlier or later than: literals, which scans can
   use where the shop's own date would have to be looked up. #}
{% macro earliest_date(instant, days_before) -%}
    cast(cast({{ instant }} as date) - interval '{{ days_before }}' day - interval '1' day as date)
{%- endmacro %}
{% macro latest_date(instant, days_before) -%}
    cast(cast({{ instant }} as date) - interval '{{ days_before }}' day + interval '1' day as date)
{%- endmacro %}

{# The days whose periods may have become complete since this model's last build. #}
{% macro days_since_previous_as_of() %}
    select shops.shop_id, spine.date_day as day
    from {{ ref('int_shops') }} as shops
    join {{ ref('dim_dates') }} as spine
        on spine.date_day between {{ local_date(previous_as_of(), 'shops.timezone') }} and shops.as_of_date
{% endmacro %}

{# Shops, and `all` of them where there are several: its money is in the reporting currency, its period is over when it
   is over in every shop. #}
{% macro several_shops() %}{{ return(var('shops') | length > 1) }}{% endmacro %}
{% macro shops_and_all() %}
    select shop_id, currency, as_of_date as first_date, as_of_date as last_date from {{ ref('int_shops') }}
    {%- if several_shops() %}
    union all
    select 'all', '{{ var('reporting_currency') }}', min(as_of_date), max(as_of_date) from {{ ref('int_shops') }}
    {%- endif %}
{% endmacro %}
