{# Before a model's rows change, inside their transaction: a full build starts a new epoch, which tells every
   reader of the model that all of it is new. #}
{% macro open_increment() %}
    {% if execute and model.config.materialized == 'incremental' and not is_incremental() %}
    drop table if exists staging.changes__{{ model.name }};
    insert into staging.model_state (model, epoch, version)
    select '{{ model.name }}', coalesce(max(epoch), 0) + 1, 0 from staging.model_state where model = '{{ model.name }}';
    delete from staging.model_state as state
    using (select max(epoch) as epoch from staging.model_state where model = '{{ model.name }}') as newest
    where state.model = '{{ model.name }}' and state.epoch < newest.epoch;
    {% endif %}
{% endmacro %}

{# After a model's rows changed, in the same transaction: what the model now contains. It is not further in time than its
   upstreams are: one that was left out of this run still holds what was so at an earlier as_of. #}
{% macro close_increment() %}
    {% if not execute %}{{ return('') }}{% endif %}
    {% set upstreams = "('" ~ upstream_models() | join("', '") ~ "')" %}
    {% if model.config.materialized == 'incremental' %}
    create table if not exists staging.changes__{{ model.name }} as
    select cast(0 as bigint) as version, {{ log_columns() | join(', ') }} from {{ this }} limit 0;
    {% endif %}
    {% if model.config.meta.get('entity') %}
    delete from staging.applied_loads where model = '{{ model.name }}';
    insert into staging.applied_loads
    select '{{ model.name }}', load_id, input, file from {{ own_loads() }} as accepted;
    {% endif %}
    delete from staging.applied_changes where model = '{{ model.name }}';
    insert into staging.applied_changes
    select '{{ model.name }}', state.model, state.epoch, state.version from staging.model_state as state
    where state.model in {{ upstreams }}
    union all
    select '{{ model.name }}', 'as_of', 0, least({{ epoch_microseconds(as_of()) }}, min(applied.version))
    from staging.applied_changes as applied
    where applied.model in {{ upstreams }} and applied.upstream = 'as_of';
{% endmacro %}

{# The columns of a changed row that other models need to know, before and after: its key, unless it says more. #}
{% macro log_columns() %}
    {% set key = model.config.unique_key %}
    {{ return(model.config.meta.get('log') or ([key] if key is string else key)) }}
{% endmacro %}

{% macro upstream_models() %}
    {% set names = [] %}
    {% for unique_id in model.depends_on.nodes if unique_id.startswith('model.') %}
        {% do names.append(unique_id.split('.')[-1]) %}
    {% endfor %}
    {{ return(names) }}
{% endmacro %}
