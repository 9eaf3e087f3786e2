{#
  The landed rows of a mapping's input, as a sub-query: the source's columns plus _load_id, _load_seq, _file, _row;
  accepted loads only, each file in its newest accepted delivery. Only the folders of accepted loads are named, so
  that a refused load cannot even be opened.
#}
{% macro raw_rows(mapping, loads) %}
    {{ return(dialect('raw_rows')(mapping, var('raw_dir') ~ '/' ~ mapping.source ~ '/' ~ mapping.input, loads)) }}
{% endmacro %}

{% macro accepted_load_ids(mapping) %}
    {{ return(run_query(
        "select distinct load_id from " ~ accepted_loads() ~ " as accepted where source_name = '" ~ mapping.source
        ~ "' and input = '" ~ mapping.input ~ "' order by 1"
    ).rows | map(attribute=0) | list) }}
{% endmacro %}

{% macro duckdb__raw_rows(mapping, folder, loads) %}
(
    select
        raw.* exclude ({{ '_file, _row, ' if mapping.has_files }}load_id),
        raw.load_id as _load_id,
        accepted.load_seq as _load_seq,
        {{ 'raw._file' if mapping.has_files else "cast('' as varchar)" }} as _file,
        {{ 'raw._row' if mapping.has_files else 'cast(null as bigint)' }} as _row
    from read_parquet(
        [{% for load in loads %}'{{ folder }}/load_id={{ load }}/*.parquet'{{ ', ' if not loop.last }}{% endfor %}],
        hive_partitioning = true, hive_types = {'load_id': varchar}, union_by_name = true
    ) as raw
    join {{ accepted_loads() }} as accepted
        on accepted.load_id = raw.load_id
        and accepted.file = {{ 'raw._file' if mapping.has_files else "''" }}
        and accepted.source_name = '{{ mapping.source }}'
        and accepted.input = '{{ mapping.input }}'
)
{% endmacro %}

{% macro spark__raw_rows(mapping, folder, loads) %}
(
    select
        raw.*,
        raw.load_id as _load_id,
        accepted.load_seq as _load_seq
    from parquet.`{{ folder }}` as raw
    join {{ accepted_loads() }} as accepted
        on accepted.load_id = raw.load_id
        and accepted.file = {{ 'raw._file' if mapping.has_files else "''" }}
        and accepted.source_name = '{{ mapping.source }}'
        and accepted.input = '{{ mapping.input }}'
)
{% endmacro %}
