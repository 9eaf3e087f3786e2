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
{{ with_lookups(mapping, mapping.sql | replace('__raw__', raw_rows(mapping, loads))) }}
) as staged
{{ without_rejects(mapping) }}
union all
{%- endif %}
{%- endfor %}
{{ no_rows(entity) }}
{%- endif -%}
{% endmacro %}

{# A mapping's SQL with the rows of the other inputs that it joins in place of their placeholders. #}
{% macro with_lookups(mapping, sql) %}
    {% set done = namespace(sql=sql) %}
    {% for other in mapping.get('lookups', []) %}
        {% set joined = {'source': mapping.source, 'input': other.input, 'raw_columns': other.raw_columns} %}
        {% set loads = accepted_load_ids(joined) %}
        {% set done.sql = done.sql | replace(other.placeholder, raw_rows(joined, loads) if loads else no_raw_rows(joined)) %}
    {% endfor %}
    {{ return(done.sql) }}
{% endmacro %}

{# An input of which nothing has been accepted yet. #}
{% macro no_raw_rows(mapping) -%}
(
    select
        {%- for column in mapping.raw_columns %}
        cast(null as string) as "{{ column | replace('"', '""') }}",
        {%- endfor %}
        cast(null as string) as _load_id,
        cast(null as bigint) as _load_seq,
        cast(null as string) as _file,
        cast(null as bigint) as _row,
        false as _deleted
    where false
)
{%- endmacro %}

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
