{#
  True when only what is touched gets computed: the model stands, and its upstreams' logs tell what has changed since.
  Otherwise everything is computed; of a model that stands, only the rows that differ are then replaced. That is so
  after an upstream was built anew, because its log does not say which rows have gone, after as_of went back, for a
  mapping that is not read row by row, and where a load that deleted rows counts no more. Compiling for documentation changes nothing and so is not an increment; a
  unit test has no table of its own that could be added to.
#}
{% macro is_increment() %}
    {{ return(
        execute and model.resource_type == 'model' and flags.WHICH in ('run', 'build') and is_incremental()
        and worked_through().is_continued and not grouped_mapping_moved() and not has_removed_deletions()
    ) }}
{% endmacro %}

{# The as_of of this model's last build, as a timestamp literal. #}
{% macro previous_as_of() %}
    {{ return("cast('" ~ worked_through().as_of ~ "' as timestamp)" if execute else as_of()) }}
{% endmacro %}

{# How far this model's last build had come: by upstream the version of its log, the as_of, and whether a build can go
   on from there. #}
{% macro worked_through() %}
    {% set rows = asked_once(
        "select state.model, case when state.model = 'as_of' then cast(make_timestamp(applied.version) as varchar) "
        ~ "else cast(applied.version as varchar) end, applied.epoch is not distinct from state.epoch "
        ~ "and (state.model <> 'as_of' or applied.version <= " ~ epoch_microseconds(as_of()) ~ ") "
        ~ "from (select model, epoch from staging.model_state where model in ('" ~ upstream_models() | join("', '") ~ "') "
        ~ "union all select 'as_of', 0) as state "
        ~ "left join staging.applied_changes as applied on applied.upstream = state.model and applied.model = '" ~ model.name ~ "'"
    ) %}
    {% set known = {'is_continued': rows | rejectattr(2) | list | length == 0} %}
    {% for row in rows %}{% do known.update({row[0]: row[1]}) %}{% endfor %}
    {{ return(known) }}
{% endmacro %}
