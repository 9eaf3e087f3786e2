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

{# True when only what is touched gets computed. Compiling for documentation changes nothing and so is not; a unit
   test has no table of its own that could be added to. #}
{% macro is_increment() %}
    {{ return(execute and model.resource_type == 'model' and flags.WHICH in ('run', 'build') and is_incremental()) }}
{% endmacro %}

{# The rows of an upstream model, by its log columns, that this model has not yet worked through; all of its
   rows when the upstream was built anew since. #}
{% macro changed(upstream) %}
    {% set relation = ref(upstream) %}
    {% if not execute %}{{ return(relation) }}{% endif %}
    {% set state = run_query(
        "select s.epoch is not distinct from a.epoch, coalesce(a.version, 0) from staging.model_state as s "
        ~ "left join staging.applied_changes as a on a.upstream = s.model and a.model = '" ~ model.name ~ "' "
        ~ "where s.model = '" ~ upstream ~ "'"
    ) %}
    {% if state.rows | length == 0 or not state.rows[0][0] %}
        {{ return(relation) }}
    {% endif %}
    {{ return('(select * from staging.changes__' ~ upstream ~ ' where version > ' ~ state.rows[0][1] ~ ')') }}
{% endmacro %}

{# The as_of of this model's last build, as a timestamp literal. #}
{% macro previous_as_of() %}
    {% if not execute %}{{ return(as_of()) }}{% endif %}
    {% set rows = run_query(
        "select make_timestamp(version) from staging.applied_changes where upstream = 'as_of' and model = '" ~ model.name ~ "'"
    ).rows %}
    {{ return("cast('" ~ rows[0][0] ~ "' as timestamp)" if rows | length else as_of()) }}
{% endmacro %}
