{#
  The body of a canonical model: one row per business key, from all sources that give the entity. The highest
  version that the source declares wins; without one the later load, then the later file and row.

  An increment reads the rows of loads not yet applied, straight from their folders, and lets them compete with the
  rows that stand. Where a load or file no longer counts, the keys that came from it are read again from all that was
  accepted.
#}
{% macro newest_version(entity) %}
{#- One call per kind of source, so that dbt sees what the model depends on. -#}
{%- set types = mappings(entity) | map(attribute='type') | unique | list -%}
{%- set relations = [] -%}
{%- for type in types -%}
    {%- do relations.append(ref('stg_' ~ type ~ '__' ~ entity)) -%}
{%- endfor -%}
{%- if not execute -%}select 1 as placeholder{%- else -%}
{%- set key_column = model.config.unique_key -%}
{%- set key = entity_key(['shop_id'] + model.config.meta.business_key) -%}
{%- set columns = ['source_name', 'shop_id'] + contract_columns(entity) | map(attribute='name') | list
    + ['_version', '_load_seq', '_load_id', '_file', '_position'] -%}
{%- set is_part = is_increment() -%}
{%- set new_loads = new_load_ids() if is_part else [] -%}
{%- set has_removed = is_part and relations | length > 0 and has_removed_loads() -%}
with delivered as (
    {%- if is_part %}
    {%- for type in types if new_loads %}
    select {{ key }} as {{ key_column }}, {{ columns | join(', ') }} from (
        {{ staged(type, entity, new_loads) }}
    ) as new_rows
    union all
    {%- endfor %}
    {%- else %}
    {%- for relation in relations %}
    {%- do require_all_loads(relation, mappings(entity, types[loop.index0])) %}
    select {{ key }} as {{ key_column }}, {{ columns | join(', ') }} from {{ relation }}
    union all
    {%- endfor %}
    {%- endif %}
    select {{ key }} as {{ key_column }}, {{ columns | join(', ') }} from ({{ no_rows(entity) }}) as nothing
),

{% if is_part -%}
standing as (
    select {{ key_column }}, {{ columns | join(', ') }} from {{ this }}
    where {{ key_column }} in (select {{ key_column }} from delivered)
    {%- if has_removed %} and not {{ came_from_removed_load() }}{% endif %}
),

{% if has_removed -%}
orphaned as (
    select {{ key_column }} from {{ this }} where {{ came_from_removed_load() }}
),

redelivered as (
    {%- for relation in relations %}
    select {{ key }} as {{ key_column }}, {{ columns | join(', ') }} from {{ relation }}
    where {{ key }} in (select {{ key_column }} from orphaned)
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

{% endif -%}
{%- endif -%}
candidates as (
    select * from delivered
    {%- if is_part %}
    union all
    select * from standing
    {%- if has_removed %}
    union all
    select * from redelivered
    {%- endif %}
    {%- endif %}
)

select {{ key_column }}, {{ columns | join(', ') }}
from candidates
qualify row_number() over (
    partition by {{ key_column }}
    order by _version desc nulls last, _load_seq desc, _file desc, _position desc
) = 1
{%- endif -%}
{% endmacro %}

{# A key of ours: the parts joined by a colon; parts that are NULL are left out. #}
{% macro entity_key(parts) %}
    {{- return("concat_ws(':', " ~ parts | join(', ') ~ ')') -}}
{% endmacro %}

{# A full build reads the staging views, and then counts all accepted loads as applied: a view that was made before one
   of them was accepted would lose it unseen. #}
{% macro require_all_loads(relation, mappings) %}
    {% if model.resource_type == 'model' and flags.WHICH in ('run', 'build') %}
    {% set definition = view_definition(relation) %}
    {% for mapping in mappings %}
        {% for load in accepted_load_ids(mapping) if '/load_id=' ~ load ~ '/' not in definition %}
            {{ exceptions.raise_compiler_error(relation.identifier ~ ' does not read load ' ~ load ~ ' of ' ~ mapping.source
                ~ ' yet; build it as well: --select +' ~ model.name) }}
        {% endfor %}
    {% endfor %}
    {% endif %}
{% endmacro %}
