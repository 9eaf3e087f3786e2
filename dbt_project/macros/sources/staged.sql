{#
  The body of stg_<entity>: every mapping of the configuration that feeds the entity, over the accepted loads (or
  those of them that are listed), without the rows that the landing gate rejected. A raw row that says that it was
  deleted is a delivery too, with _is_deleted.
#}
{% macro staged(entity, only=none) %}
{%- if not execute -%}select 1 as placeholder{%- else -%}
{%- set columns = contract_columns(entity) -%}
{%- for mapping in mappings(entity) %}
{%- set loads = accepted_load_ids(mapping, only) %}
{%- if loads %}
select
    staged.source_name,
    staged.shop_id,
    {%- for column in columns %}
    {{ 'staged.' ~ column.name if column.name in mapping.columns else 'cast(null as ' ~ sql_type(column) ~ ') as ' ~ column.name }},
    {%- endfor %}
    {%- for column in delivery_columns() %}
    staged.{{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
from (
{{ mapping.sql | replace('__raw__', raw_rows(mapping, loads)) }}
) as staged
{{ without_rejects(mapping) }}
union all
{%- endif %}
{%- endfor %}
{{ no_rows(entity) }}
{%- endif -%}
{% endmacro %}

{% macro without_rejects(mapping) -%}
    {%- if has_table('rejects') -%}
anti join (
    select load_id, file, rejected.row as _row from staging.rejects as rejected
    where source_name = '{{ mapping.source }}' and input = '{{ mapping.input }}' and entity = '{{ mapping.entity }}'
) as rejects on rejects.load_id = staged._load_id and rejects.file = staged._file and rejects._row = staged._row
    {%- endif -%}
{%- endmacro %}

{# An entity's shape without a row. #}
{% macro no_rows(entity) -%}
select
    cast(null as string) as source_name,
    cast(null as string) as shop_id,
    {%- for column in contract_columns(entity) + delivery_columns() %}
    cast(null as {{ sql_type(column) }}) as {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
where false
{%- endmacro %}
