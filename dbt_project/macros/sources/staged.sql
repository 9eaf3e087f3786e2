{#
  The body of stg_<type>__<entity>: every mapping of the configuration that feeds the entity from a source of this
  kind, over the accepted loads, without the rows that the landing gate rejected.
#}
{% macro staged(type, entity) %}
{%- if not execute -%}select 1 as placeholder{%- else -%}
{%- set columns = contract_columns(entity) -%}
{%- for mapping in mappings(entity, type) %}
{%- set loads = accepted_load_ids(mapping) %}
{%- if loads %}
select
    staged.source_name,
    staged.shop_id,
    {%- for column in columns %}
    {{ 'staged.' ~ column.name if column.name in mapping.columns else 'cast(null as ' ~ column.data_type ~ ') as ' ~ column.name }},
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
    select load_id, file, "row" from staging.rejects
    where source_name = '{{ mapping.source }}' and input = '{{ mapping.input }}' and entity = '{{ mapping.entity }}'
) as rejects on rejects.load_id = staged._load_id and rejects.file = staged._file and rejects."row" = staged._row
    {%- endif -%}
{%- endmacro %}

{# An entity's shape without a row. #}
{% macro no_rows(entity) -%}
select
    cast(null as varchar) as source_name,
    cast(null as varchar) as shop_id,
    {%- for column in contract_columns(entity) + delivery_columns() %}
    cast(null as {{ column.data_type }}) as {{ column.name }}{{ ',' if not loop.last }}
    {%- endfor %}
where false
{%- endmacro %}
