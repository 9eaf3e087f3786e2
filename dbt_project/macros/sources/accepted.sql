{# Loads (and files) that the landing gate accepted and that no later delivery of the same file replaces. #}
{% macro accepted_loads() %}
    {% if has_table('accepted_loads') %}
        {{ return('(select * from staging.accepted_loads where is_current)') }}
    {% endif %}
    {{ return("(select '' as source_name, '' as input, '' as load_id, cast(0 as bigint) as load_seq, '' as file where false)") }}
{% endmacro %}

{# Whether the landing gate has made this table yet; on a database of dbt's alone it has not. #}
{% macro has_table(name) %}
    {{ return(run_query("select 1 from information_schema.tables where table_schema = 'staging' and table_name = '" ~ name ~ "'").rows | length > 0) }}
{% endmacro %}

{# Ids of the accepted loads that this model does not contain yet. #}
{% macro new_load_ids() %}
    {% set rows = run_query(
        "select distinct load_id from " ~ accepted_loads() ~ " as accepted where not exists (select 1 from staging.applied_loads as applied "
        ~ "where applied.model = '" ~ model.name ~ "' and applied.load_id = accepted.load_id "
        ~ "and applied.input = accepted.input and applied.file = accepted.file) order by 1"
    ).rows %}
    {{ return(rows | map(attribute=0) | list) }}
{% endmacro %}

{# A condition on a canonical row: its load or file counted when the row was built and counts no more (replaced by
   a later delivery of the file, or un-accepted). #}
{% macro came_from_removed_load() -%}
    exists (
        select 1 from staging.applied_loads as applied
        where applied.model = '{{ model.name }}' and applied.load_id = _load_id and applied.file = _file
        and not exists (
            select 1 from {{ accepted_loads() }} as accepted
            where accepted.load_id = applied.load_id and accepted.input = applied.input and accepted.file = applied.file
        )
    )
{%- endmacro %}

{% macro has_removed_loads() %}
    {{ return(run_query(
        "select 1 from staging.applied_loads as applied where applied.model = '" ~ model.name ~ "' and not exists (select 1 from "
        ~ accepted_loads() ~ " as accepted where accepted.load_id = applied.load_id and accepted.input = applied.input "
        ~ "and accepted.file = applied.file) limit 1"
    ).rows | length > 0) }}
{% endmacro %}
