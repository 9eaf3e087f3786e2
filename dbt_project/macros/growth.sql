{# The periods of growth accounting, and what one is long. #}
{% macro growth_periods() %}
    {{ return({'day': "interval '1' day", 'week': "interval '7' day", 'month': "interval '1' month", 'quarter': "interval '3' month"}) }}
{% endmacro %}

{# Days that the trailing counts of a day look back on, itself among them. #}
{% macro trailing_days() %}{{ return({'wau': 7, 'mau': 28}) }}{% endmacro %}

{# From a relation with shop_id and day: every period of which a row may change if somebody was active on that day, or was
   not: the day's own, the next (in which they may be lost), and the days that look back on it. #}
{% macro periods_of_activity(days) %}
    select distinct shop_id, 'day' as period_type, date from (
        select shop_id, {{ each_day('day', "day + interval '" ~ (trailing_days().mau - 1) ~ "' day") }} as date from {{ days }} as days
    ) as looking_back
    {%- for type, length in growth_periods().items() if type != 'day' %}
    union
    select distinct shop_id, '{{ type }}', cast(date_trunc('{{ type }}', day) as date) from {{ days }} as days
    union
    select distinct shop_id, '{{ type }}', cast(date_trunc('{{ type }}', day) + {{ length }} as date) from {{ days }} as days
    {%- endfor %}
{% endmacro %}

{# The first day that the row of a period needs to know of. #}
{% macro growth_first_day() -%}
    cast(case period_type
        when 'day' then date - interval '{{ trailing_days().mau - 1 }}' day
        {%- for type, length in growth_periods().items() if type != 'day' %}
        when '{{ type }}' then date - {{ length }}
        {%- endfor %}
    end as date)
{%- endmacro %}
