{#
  The body of a canonical model: one row per business key, from all sources that give the entity. The highest
  version that the source declares wins; without one the later load, then the later file and row. Where the newest says
  that it was deleted there is no row.

  An increment reads the rows of loads not yet applied, straight from their folders, and lets them compete with the
  rows that stand, and with what earlier loads said was deleted. Where a load or file no longer counts, the keys that
  came from it are read again from all that was accepted.
#}
{% macro newest_version(entity) %}
{%- set relation = ref('stg_' ~ entity) if mappings(entity) else none -%}
{%- if not execute -%}select 1 as placeholder{%- else -%}
{%- set key_column = model.config.unique_key -%}
{%- set key = entity_key(['shop_id'] + model.config.meta.business_key) -%}
{%- set columns = ['source_name', 'shop_id'] + contract_columns(entity) | map(attribute='name') | list
    + ['_version', '_load_seq', '_load_id', '_file', '_position'] -%}
{%- set is_part = is_increment() -%}
{%- set new_loads = new_load_ids() if is_part else [] -%}
{%- set has_removed = is_part and relation is not none and has_removed_loads() -%}
{%- set deleting = (deleting_loads() | reject('in', new_loads) | list) if new_loads else [] -%}
{%- set row = key ~ ' as ' ~ key_column ~ ', ' ~ columns | join(', ') -%}
with delivered as (
    {%- if is_part and new_loads %}
    select {{ row }}, _is_deleted from (
        {{ staged(entity, new_loads) }}
    ) as new_rows
    union all
    {%- elif not is_part and relation is not none %}
    {%- do require_all_loads(relation, mappings(entity)) %}
    select {{ row }}, _is_deleted from {{ relation }}
    union all
    {%- endif %}
    select {{ row }}, _is_deleted from ({{ no_rows(entity) }}) as nothing
),

{% if is_part -%}
standing as (
    select {{ key_column }}, {{ columns | join(', ') }}, false as _is_deleted from {{ this }}
    where {{ key_column }} in (select {{ key_column }} from delivered)
    {%- if has_removed %} and not {{ came_from_removed_load() }}{% endif %}
),

{% if deleting -%}
deleted as (
    select {{ row }}, _is_deleted from (
        {{ staged(entity, deleting) }}
    ) as deletions
    where _is_deleted and {{ key }} in (select {{ key_column }} from delivered)
),

{% endif -%}
{% if has_removed -%}
orphaned as (
    select {{ key_column }} from {{ this }} where {{ came_from_removed_load() }}
),

redelivered as (
    select {{ row }}, _is_deleted from {{ relation }}
    where {{ key }} in (select {{ key_column }} from orphaned)
),

{% endif -%}
{%- endif -%}
candidates as (
    select * from delivered
    {%- if is_part %}
    union all
    select * from standing
    {%- endif %}
    {%- if deleting %}
    union all
    select * from deleted
    {%- endif %}
    {%- if has_removed %}
    union all
    select * from redelivered
    {%- endif %}
),

newest as (
    select *
    from candidates
    qualify row_number() over (
        partition by {{ key_column }}
        order by _version desc nulls last, _load_seq desc, _file desc, _position desc
    ) = 1
)

select {{ key_column }}, {{ columns | join(', ') }}
from newest
where not _is_deleted
{%- endif -%}
{% endmacro %}

{# Keys that the new loads of this canonical model say are deleted. #}
{% macro newly_deleted(entity) %}
    {%- set key = entity_key(['shop_id'] + model.config.meta.business_key) -%}
    select {{ key }} as {{ model.config.unique_key }} from (
        {{ staged(entity, deleting_loads(new_load_ids())) }}
    ) as deletions
    where _is_deleted
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
