{# Every row of a canonical entity has its shop and all that its contract requires, and is there once. Gives what is
   wrong with each row. (One test per entity: a test per column would take the better part of a small shop's build.) #}
{% test entity_rows(model, entity, key) %}
with rows_with_problems as (
    select
        {{ key }} as entity_key,
        concat_ws(
            ', ',
            {%- for column in ['shop_id'] + required_columns(entity) %}
            case when {{ column }} is null then '{{ column }} is missing' end,
            {%- endfor %}
            case when {{ key }} is null then '{{ key }} is missing' end,
            case when count(*) over (partition by {{ key }}) > 1 then '{{ key }} is there more than once' end
        ) as problems
    from {{ model }}
)

select entity_key, problems from rows_with_problems where problems <> ''
{% endtest %}
