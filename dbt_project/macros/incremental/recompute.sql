{#
  The incremental strategy `recompute`. The model has produced `temp_relation`: the right rows for everything that
  is touched (or for everything, see is_increment). Rows that differ are replaced, rows that are no longer produced
  go, equal rows stay as they are, and what changed is noted for the models downstream. One transaction, with the
  hooks in increment.sql.
#}
{% macro get_incremental_recompute_sql(arg_dict) %}
    {% set target = arg_dict['target_relation'] %}
    {% set images = arg_dict['temp_relation'] %}
    {% set name = model.name %}
    {% set key = [model.config.unique_key] if model.config.unique_key is string else model.config.unique_key %}
    {% set columns = arg_dict['dest_columns'] | map(attribute='name') | list %}
    {% set values = columns | reject('in', lineage_columns()) | list %}
    {% set is_part = is_increment() %}
    {% if is_part and model.config.meta.get('entity') %}
    create or replace temp table touched__{{ name }} as
    select {{ key[0] }} from {{ images }}
    {% if has_removed_loads() %}union select {{ key[0] }} from {{ target }} where {{ came_from_removed_load() }}{% endif %}
    {% if deleting_loads(new_load_ids()) %}union select {{ key[0] }} from ({{ newly_deleted(model.config.meta.entity) }}) as deleted{% endif %};
    {% endif %}
    create or replace temp table current__{{ name }} as
    select {{ columns | join(', ') }}, rowid as _place from {{ target }}
    {% if is_part %}semi join touched__{{ name }} using ({{ scope_columns() | join(', ') }}){% endif %};

    create or replace temp table old__{{ name }} as
    select {{ columns | join(', ') }} from current__{{ name }} except select {{ columns | join(', ') }} from {{ images }};

    create or replace temp table new__{{ name }} as
    select {{ columns | join(', ') }} from {{ images }} except select {{ columns | join(', ') }} from current__{{ name }};

    {# By place: looking the keys up once more would read all of them again. #}
    delete from {{ target }} where rowid in (
        select _place from current__{{ name }} as standing join old__{{ name }} as old
        on {% for column in key %}standing.{{ column }} is not distinct from old.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
    );

    insert into {{ target }} ({{ columns | join(', ') }}) select * from new__{{ name }};

    insert into staging.changes__{{ name }} (version, {{ log_columns() | join(', ') }})
    select distinct state.version + 1, {{ log_columns() | join(', ') }} from (
        (select {{ values | join(', ') }} from old__{{ name }} except select {{ values | join(', ') }} from new__{{ name }})
        union all
        (select {{ values | join(', ') }} from new__{{ name }} except select {{ values | join(', ') }} from old__{{ name }})
    ) cross join (select version from staging.model_state where model = '{{ name }}') as state;

    update staging.model_state set version = version + 1
    where model = '{{ name }}' and version < (select max(version) from staging.changes__{{ name }});

    drop table if exists touched__{{ name }}; drop table current__{{ name }}; drop table old__{{ name }}; drop table new__{{ name }};
{% endmacro %}

{# Columns that say where a row came from: a change in them alone changes nothing downstream, but for those that the
   model names in `meta.lineage_matters`. #}
{% macro lineage_columns() %}
    {% set columns = ['_version', '_load_seq', '_load_id', '_file', '_position'] %}
    {{ return(columns | reject('in', model.config.meta.get('lineage_matters', [])) | list) }}
{% endmacro %}

{# The columns of the model's scope: those of its touched query, by configuration `meta.scope`, else its key. #}
{% macro scope_columns() %}
    {% set key = model.config.unique_key %}
    {{ return(model.config.meta.get('scope') or ([key] if key is string else key)) }}
{% endmacro %}
