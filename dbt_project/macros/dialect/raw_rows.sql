{#
  The landed rows of a mapping's input, as a sub-query: the source's columns plus _load_id, _load_seq, _file, _row, _deleted;
  accepted loads only, each file in its newest accepted delivery. Only the folders of accepted loads are named, so
  that a refused load cannot even be opened. A column that the mapping reads and no landed file has is NULL.
#}
{% macro raw_rows(mapping, loads) %}
    {{ return(dialect('raw_rows')(mapping, var('raw_dir') ~ '/' ~ mapping.source ~ '/' ~ mapping.input, loads)) }}
{% endmacro %}

{# Accepted loads of the mapping's input, or those of them that are listed, that landed at least one row. #}
{% macro accepted_load_ids(mapping, only=none) %}
    {% set folder = (var('raw_dir') ~ '/' ~ mapping.source ~ '/' ~ mapping.input) | replace("'", "''") %}
    {% set patterns = [] %}
    {% for load in (['*'] if only is none else only) %}
        {% do patterns.append("'" ~ folder ~ '/load_id=' ~ load ~ "/*.parquet'") %}
    {% endfor %}
    {{ return(run_query(
        "select distinct accepted.load_id from " ~ accepted_loads() ~ " as accepted "
        ~ "semi join (select regexp_extract(file, 'load_id=([^/]+)/[^/]+$', 1) as load_id from glob([" ~ patterns | join(', ') ~ "]"
        ~ ")) as landed using (load_id) "
        ~ "where source_name = '" ~ mapping.source ~ "' and input = '" ~ mapping.input ~ "' order by 1"
    ).rows | map(attribute=0) | list) }}
{% endmacro %}

{% macro duckdb__raw_rows(mapping, folder, loads) %}
{%- set paths = [] -%}
{%- for load in loads %}{% do paths.append("'" ~ folder | replace("'", "''") ~ '/load_id=' ~ load ~ "/*.parquet'") %}{% endfor -%}
{%- set scan = "read_parquet([" ~ paths | join(', ') ~ "], hive_partitioning = true, hive_types = {'load_id': varchar}, union_by_name = true)" -%}
{%- set landed = run_query('describe select * from ' ~ scan).rows | map(attribute=0) | list -%}
{%- set known = landed | map('lower') | list -%}
{%- set file = "coalesce(landed._file, '')" if '_file' in landed else "''" -%}
{#- Where a source numbers no rows, their place in the Parquet file says which came later. -#}
{%- set numbered = scan if '_row' in landed else scan[:-1] ~ ', file_row_number = true)' -%}
(
    select
        {%- for column in landed if column not in ['load_id', '_file', '_row', '_deleted'] %}
        landed."{{ column | replace('"', '""') }}",
        {%- endfor %}
        {%- for column in mapping.raw_columns if column | lower not in known %}
        cast(null as varchar) as "{{ column | replace('"', '""') }}",
        {%- endfor %}
        landed.load_id as _load_id,
        accepted.load_seq as _load_seq,
        {{ file }} as _file,
        cast({{ 'landed._row' if '_row' in landed else 'landed.file_row_number' }} as bigint) as _row,
        {{ 'coalesce(landed._deleted, false)' if '_deleted' in landed else 'false' }} as _deleted
    from {{ numbered }} as landed
    join {{ accepted_loads() }} as accepted
        on accepted.load_id = landed.load_id
        and accepted.file = {{ file }}
        and accepted.source_name = '{{ mapping.source }}'
        and accepted.input = '{{ mapping.input }}'
)
{% endmacro %}

{% macro spark__raw_rows(mapping, folder, loads) %}
(
    select
        landed.*,
        landed.load_id as _load_id,
        accepted.load_seq as _load_seq
    from parquet.`{{ folder }}` as landed
    join {{ accepted_loads() }} as accepted
        on accepted.load_id = landed.load_id
        and accepted.file = coalesce(landed._file, '')
        and accepted.source_name = '{{ mapping.source }}'
        and accepted.input = '{{ mapping.input }}'
)
{% endmacro %}

{# The SQL that a view was made with. #}
{% macro view_definition(relation) %}{{ return(dialect('view_definition')(relation)) }}{% endmacro %}
{% macro duckdb__view_definition(relation) %}
    {{ return(run_query(
        "select sql from duckdb_views() where database_name = '" ~ relation.database ~ "' and schema_name = '" ~ relation.schema
        ~ "' and view_name = '" ~ relation.identifier ~ "'"
    ).rows | map(attribute=0) | join) }}
{% endmacro %}
{% macro spark__view_definition(relation) %}
    {{ return(run_query('show create table ' ~ relation).rows | map(attribute=0) | join) }}
{% endmacro %}
