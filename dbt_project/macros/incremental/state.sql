{#
  The book-keeping behind increments. All of it lives in the schema `staging` of the build database, so that a
  model's rows and the record of what they contain commit in one transaction.

  builds            one row per dbt run; the newest row must be finished for its result to be published
  applied_loads     which accepted loads (and files) each canonical model contains
  model_state       per model: `epoch` counts full builds, `version` counts increments since then
  applied_changes   up to which epoch and version of each upstream a model has worked; `as_of` is one of them
  changes__<model>  which rows of a model changed in which version
#}
{% macro begin_build() %}
    {% if flags.WHICH in ('run', 'build', 'test', 'compile', 'generate', 'seed', 'show') %}
    create schema if not exists staging;
    create schema if not exists canonical;
    create table if not exists staging.builds (
        invocation_id varchar, started_at timestamptz, finished_at timestamptz, as_of timestamp,
        code_hash varchar, mapping_hash varchar, is_full_refresh boolean, failures integer
    );
    create table if not exists staging.applied_loads (model varchar, load_id varchar, input varchar, file varchar);
    create table if not exists staging.model_state (model varchar, epoch bigint, version bigint);
    create table if not exists staging.applied_changes (model varchar, upstream varchar, epoch bigint, version bigint);
    {% endif %}
    {% if flags.WHICH in ('run', 'build') %}
    insert into staging.builds values (
        '{{ invocation_id }}', current_timestamp, null, timestamp '{{ var("as_of") }}',
        '{{ var("code_hash") }}', '{{ var("mapping_hash") }}', {{ flags.FULL_REFRESH | string | lower }}, null
    );
    {% endif %}
{% endmacro %}

{% macro finish_build(results) %}
    {% if execute and flags.WHICH in ('run', 'build') %}
    {% set failures = results | selectattr('status', 'in', ['error', 'fail', 'skipped', 'runtime error']) | list | length %}
    update staging.builds set finished_at = current_timestamp, failures = {{ failures }}
    where invocation_id = '{{ invocation_id }}';
    {{ forget_applied_changes() }}
    {% endif %}
{% endmacro %}

{# Change rows that every reader has worked through are of no more use. #}
{% macro forget_applied_changes() %}
    {% set logs = run_query("select table_name from information_schema.tables where table_schema = 'staging' and starts_with(table_name, 'changes__')") %}
    {% for row in logs.rows %}
    {% set upstream = row[0][9:] %}
    delete from staging.{{ row[0] }} where version <= coalesce((
        select min(applied.version) from staging.applied_changes as applied
        join staging.model_state as state on state.model = applied.upstream and state.epoch = applied.epoch
        where applied.upstream = '{{ upstream }}'
    ), 0);
    {% endfor %}
{% endmacro %}

{# The rows that a query of the book-keeping gives. Nobody else writes while a model is built, so each question is asked
   once; the answers are kept in the graph, which outlasts the model's compilation. #}
{% macro asked_once(query) %}
    {{ return(kept_answer(graph.nodes.get(model.unique_id, model), query)) }}
{% endmacro %}

{# The same of what no model changes: asked once in a run, by whichever model comes first. #}
{% macro asked_once_a_run(query) %}
    {{ return(kept_answer(graph, query)) }}
{% endmacro %}

{% macro kept_answer(keeper, query) %}
    {% if 'answers' not in keeper %}{% do keeper.update({'answers': {}}) %}{% endif %}
    {% if query not in keeper.answers %}{% do keeper.answers.update({query: run_query(query).rows | list}) %}{% endif %}
    {{ return(keeper.answers[query]) }}
{% endmacro %}
