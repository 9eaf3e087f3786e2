{# The columns that a source may give of an entity, as the contract of int_<entity> names them. #}
{% macro contract_columns(entity) %}
    {% if not execute %}{{ return([]) }}{% endif %}
    {% set columns = graph.nodes['model.' ~ project_name ~ '.int_' ~ entity].columns.values() %}
    {{ return(columns | selectattr('config.meta.given', 'defined') | list) }}
{% endmacro %}

{# A column's type as DuckDB and Spark both write it: Spark wants a length of a varchar, and both call text string. #}
{% macro sql_type(column) %}{{ return(column.data_type | replace('varchar', 'string')) }}{% endmacro %}

{# What a staged row carries besides its entity's columns. #}
{% macro delivery_columns() %}
    {{ return([
        {'name': '_version', 'data_type': 'bigint'}, {'name': '_load_seq', 'data_type': 'bigint'},
        {'name': '_load_id', 'data_type': 'varchar'}, {'name': '_file', 'data_type': 'varchar'},
        {'name': '_row', 'data_type': 'bigint'}, {'name': '_position', 'data_type': 'bigint'},
        {'name': '_is_deleted', 'data_type': 'boolean'},
    ]) }}
{% endmacro %}

{# Mappings of the configuration that give an entity. #}
{% macro mappings(entity) %}
    {{ return(var('entity_selects') | selectattr('entity', 'equalto', entity) | list) }}
{% endmacro %}

{# Those of them that every row has. #}
{% macro required_columns(entity) %}
    {{ return(contract_columns(entity) | selectattr('config.meta.required', 'defined') | map(attribute='name') | list) }}
{% endmacro %}
