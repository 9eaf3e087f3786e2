{#
  What an increment has to compute again. A model says so at its top:

      {% call touched() %} select distinct order_key from {{ changed('int_orders') }} {% endcall %}

  and reads only `where order_key in (select order_key from {{ touched_rows() }})`. The query's columns are the
  model's scope: all rows of the model with these values are replaced, so one that is no longer produced
  disappears. It runs once, before the model, into a temporary table of the model's own connection.
#}
{% macro touched() %}
    {% if not execute %}{% do caller() %}{% endif %}
    {% if is_increment() %}
        {% do run_query('create or replace temp table touched__' ~ model.name ~ ' as ' ~ caller()) %}
    {% endif %}
{% endmacro %}

{% macro touched_rows() %}{{ return('touched__' ~ model.name) }}{% endmacro %}

{# The rows of an upstream model, by its log columns, that this model has not yet worked through. #}
{% macro changed(upstream) %}
    {% set relation = ref(upstream) %}
    {% if not execute %}{{ return(relation) }}{% endif %}
    {{ return('(select * from staging.changes__' ~ upstream ~ ' where version > ' ~ worked_through()[upstream] ~ ')') }}
{% endmacro %}

{#
  A condition on a date: it lies in a touched period, which `first` and `last` say of each touched row. Written out as
  the ranges of days without a gap between them, so that a scan skips what lies outside; a great many become one.
#}
{% macro in_touched_days(column, first, last) %}
    {% set days = "(select " ~ first ~ " as first_day, " ~ last ~ " as last_day from " ~ touched_rows() ~ ") as touched" %}
    {{ return(in_days_of(days, column, column)) }}
{% endmacro %}

{# The same of any relation with first_day and last_day, on what lasts from one column to the other: some of it lies there. #}
{% macro in_days_of(days, begins, ends) %}
    {% set ranges = asked_once(
        "with periods as (select distinct first_day, last_day from " ~ days ~ "), "
        ~ "marked as (select *, coalesce(first_day > max(last_day) over (order by first_day, last_day "
        ~ "rows between unbounded preceding and 1 preceding) + interval '1' day, true) as is_first from periods), "
        ~ "numbered as (select *, count(*) filter (where is_first) over (order by first_day, last_day) as number from marked) "
        ~ "select cast(cast(min(first_day) as date) as varchar), cast(cast(max(last_day) as date) as varchar) from numbered "
        ~ "group by number order by number"
    ) %}
    {% if ranges | length > 20 %}{% set ranges = [(ranges[0][0], ranges[-1][1])] %}{% endif %}
    {% set conditions = [] %}
    {% for range in ranges %}
        {% do conditions.append(
            ends ~ " >= cast('" ~ range[0] ~ "' as date) and " ~ begins ~ " <= cast('" ~ range[1] ~ "' as date)"
        ) %}
    {% endfor %}
    {{ return('(' ~ (conditions | join(' or ') or 'false') ~ ')') }}
{% endmacro %}
