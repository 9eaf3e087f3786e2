{#
  The rest of a query whose first part gives `customers`: customer_key, as_of_date, recency_days, frequency, monetary.
  It scores them among those of the same as_of_date, in `segmented`. A score is 1 + how many cut points lie below the
  value: equal values get equal scores, and 5 is best in all three.
#}
{% macro rfm_scored() %}
cut_points as (
    select
        as_of_date
        {%- for measure in ['- recency_days', 'frequency', 'monetary'] %}
        {%- for share in [20, 40, 60, 80] %},
        percentile_cont({{ share / 100 }}) within group (order by cast({{ measure }} as double))
            as {{ measure | replace('- ', '') }}_p{{ share }}
        {%- endfor %}
        {%- endfor %}
    from customers
    group by as_of_date
),

scored as (
    select
        customers.*
        {%- for measure in ['- recency_days', 'frequency', 'monetary'] %}
        {%- set name = measure | replace('- ', '') %},
        1
        {%- for share in [20, 40, 60, 80] %}
            + case when cut_points.{{ name }}_p{{ share }} < cast({{ measure | replace(name, 'customers.' ~ name) }} as double) then 1 else 0 end
        {%- endfor %} as {{ name | replace('_days', '') }}_score
        {%- endfor %}
    from customers
    join cut_points on cut_points.as_of_date = customers.as_of_date
),

segmented as (
    select scored.*, segments.segment
    from scored
    join {{ ref('rfm_segments') }} as segments
        on segments.recency_score = scored.recency_score
        and segments.frequency_score = scored.frequency_score
        and segments.monetary_score = scored.monetary_score
)
{% endmacro %}

{# Months whose last day may have come since this model's last build, as dates in text; known in an increment only. #}
{% macro months_closed_since_previous_as_of() %}
    {% if not execute %}{{ return([]) }}{% endif %}
    {{ return(asked_once(
        "select cast(date_day as varchar) from " ~ ref('dim_dates') ~ " where date_day = month_start and "
        ~ period_last_day("'month'", 'date_day') ~ " between " ~ earliest_date(previous_as_of(), 0) ~ " and " ~ latest_date(as_of(), 0)
        ~ " order by date_day"
    ) | map(attribute=0) | list) }}
{% endmacro %}

{# The same and the month that as_of falls in, as a relation with one column `month`. #}
{% macro months_since_previous_as_of() %}
    select date_day as month from {{ ref('dim_dates') }}
    where date_day = month_start
        and date_day between date_trunc('month', {{ earliest_date(previous_as_of(), 0) }}) and {{ latest_date(as_of(), 0) }}
{% endmacro %}
