{# Loads (and files) that the landing gate accepted and that no later delivery of the same file replaces. #}
{% macro accepted_loads() %}
    {% if has_table('accepted_loads') %}
        {{ return('(select * from staging.accepted_loads where is_current)') }}
    {% endif %}
    {{ return("(select '' as source_name, '' as input, '' as load_id, cast(0 as bigint) as load_seq, '' as file, cast(0 as bigint) as deletions where false)") }}
{% endmacro %}

{# Whether the landing gate has made this table yet; on a database of dbt's alone it has not. #}
{% macro has_table(name) %}
    {% set gates = asked_once_a_run("select table_name from information_schema.tables where table_schema = 'staging' and table_name in ('accepted_loads', 'rejects')") %}
    {{ return(name in gates | map(attribute=0)) }}
{% endmacro %}

{# Those of them that feed this canonical model: the mappings' inputs, and others that they join. #}
{% macro own_loads() %}
    {{ return(loads_of(mapped_inputs() + joined_inputs())) }}
{% endmacro %}

{% macro loads_of(inputs) %}
    {% set conditions = [] %}
    {% for one in inputs %}
        {% do conditions.append("(source_name = '" ~ one[0] ~ "' and input = '" ~ one[1] ~ "')") %}
    {% endfor %}
    {{ return("(select * from " ~ accepted_loads() ~ " as loads where " ~ (conditions | unique | join(' or ') or 'false') ~ ")") }}
{% endmacro %}

{# (source, input) of each mapping of this model. #}
{% macro mapped_inputs() %}
    {% set inputs = [] %}
    {% for mapping in mappings(model.config.meta.get('entity')) %}
        {% do inputs.append((mapping.source, mapping.input)) %}
    {% endfor %}
    {{ return(inputs) }}
{% endmacro %}

{# (source, input) of what those mappings join. #}
{% macro joined_inputs() %}
    {% set inputs = [] %}
    {% for mapping in mappings(model.config.meta.get('entity')) %}
        {% for other in mapping.get('lookups', []) %}{% do inputs.append((mapping.source, other.input)) %}{% endfor %}
    {% endfor %}
    {{ return(inputs) }}
{% endmacro %}

{#
  What there is to say of the loads that feed this model, in one question: (load_id, is_new, is_removed, is_deleting).
  New is what counts and is not in the model yet, removed what is in it and counts no more; deleting are those that
  said that rows were deleted. Loads of which none of this is true are left out.
#}
{% macro own_load_states() %}
    {{ return(asked_once(
        "select load_id, bool_or(is_new), bool_or(is_removed), bool_or(is_deleting) from ("
        ~ "select coalesce(accepted.load_id, applied.load_id) as load_id, applied.load_id is null as is_new, "
        ~ "accepted.load_id is null as is_removed, coalesce(accepted.deletions, known.deletions) > 0 as is_deleting "
        ~ "from " ~ own_loads() ~ " as accepted full join "
        ~ "(select * from staging.applied_loads where model = '" ~ model.name ~ "') as applied using (load_id, input, file) "
        ~ "left join (select load_id, file, max(deletions) as deletions from "
        ~ ("staging.accepted_loads" if has_table("accepted_loads") else accepted_loads() ~ " as none_yet") ~ " group by load_id, file) as known "
        ~ "on known.load_id = applied.load_id and known.file = applied.file and accepted.load_id is null) as states "
        ~ "where is_new or is_removed or is_deleting group by load_id, is_new, is_removed order by load_id"
    )) }}
{% endmacro %}

{# Ids of the accepted loads that this model does not contain yet. #}
{% macro new_load_ids() %}
    {{ return(own_load_states() | selectattr(1) | map(attribute=0) | unique | list) }}
{% endmacro %}

{# Loads and files that this model contains and that count no more (replaced by a later delivery of the file, or
   un-accepted). #}
{% macro removed_loads() -%}
    (
        select applied.load_id, applied.file from staging.applied_loads as applied
        where applied.model = '{{ model.name }}' and not exists (
            select 1 from {{ own_loads() }} as accepted
            where accepted.load_id = applied.load_id and accepted.input = applied.input and accepted.file = applied.file
        )
    )
{%- endmacro %}

{% macro has_removed_loads() %}
    {{ return(own_load_states() | selectattr(2) | list | length > 0) }}
{% endmacro %}

{# Of some loads (by default all accepted ones that feed this model) those that say that rows were deleted. #}
{% macro deleting_loads(only=none) %}
    {% set found = own_load_states() | rejectattr(2) | selectattr(3) | map(attribute=0) | unique | list %}
    {{ return(found if only is none else found | select('in', only) | list) }}
{% endmacro %}

{# True when a load that deleted rows counts no more: nothing in the model says which rows would be there without it. #}
{% macro has_removed_deletions() %}
    {% if not model.config.meta.get('entity') %}{{ return(false) }}{% endif %}
    {{ return(own_load_states() | selectattr(2) | selectattr(3) | list | length > 0) }}
{% endmacro %}

{# A condition on a canonical row: the load or file that it came with counts no more. #}
{% macro came_from_removed_load() -%}
    exists (select 1 from {{ removed_loads() }} as removed where removed.load_id = _load_id and removed.file = _file)
{%- endmacro %}

{# True when a mapping that groups or joins rows feeds this model and loads came or went: any row may be another now.
   Of one that takes each row by itself and joins others, only a load of those does that. #}
{% macro grouped_mapping_moved() %}
    {% set grouped = mappings(model.config.meta.get('entity')) | rejectattr('rowwise') | list %}
    {% if grouped | length > 0 %}{{ return(new_load_ids() | length > 0 or has_removed_loads()) }}{% endif %}
    {{ return(joined_inputs() | length > 0 and joined_input_moved()) }}
{% endmacro %}

{% macro joined_input_moved() %}
    {% set inputs = joined_inputs() | map(attribute=1) | unique | join("', '") %}
    {{ return(asked_once(
        "select 1 from " ~ loads_of(joined_inputs()) ~ " as accepted full join ("
        ~ "select * from staging.applied_loads where model = '" ~ model.name ~ "' and input in ('" ~ inputs ~ "')) as applied "
        ~ "using (load_id, input, file) where accepted.source_name is null or applied.model is null limit 1"
    ) | length > 0) }}
{% endmacro %}
