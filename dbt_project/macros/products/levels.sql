{# What a row of `facts` rolled up is of, see performance: its level, and `all` for what it is not split by. #}
{% macro level_columns(item, rolls_up) %}
{%- if rolls_up -%}
case
    when grouping(facts.{{ item }}) = 0 then '{{ item.split("_")[0] }}'
    when grouping({{ of_items('category') }}) = 0 then 'category'
    when grouping({{ of_items('brand') }}) = 0 then 'brand'
    else 'shop'
end as level,
case when grouping(facts.{{ item }}) = 1 then 'all' else facts.{{ item }} end as item,
case when grouping({{ of_items('category') }}) = 1 then 'all' else {{ of_items('category') }} end as category_or_all,
case when grouping({{ of_items('brand') }}) = 1 then 'all' else {{ of_items('brand') }} end as brand_or_all
{%- else -%}
'{{ item.split("_")[0] }}' as level,
facts.{{ item }} as item,
{{ of_items('category') }} as category_or_all,
{{ of_items('brand') }} as brand_or_all
{%- endif -%}
{% endmacro %}

{% macro by_level(keys, item, rolls_up) %}
{%- set key = keys | join(', ') -%}
{%- if rolls_up -%}
group by grouping sets (
    ({{ key }}, facts.{{ item }}, {{ of_items('category') }}, {{ of_items('brand') }}),
    ({{ key }}, {{ of_items('category') }}),
    ({{ key }}, {{ of_items('brand') }}),
    ({{ key }})
)
{%- else -%}
group by {{ key }}, facts.{{ item }}, {{ of_items('category') }}, {{ of_items('brand') }}
{%- endif -%}
{% endmacro %}

{# What is reviewed may be in no catalogue. #}
{% macro of_items(column) %}coalesce(items.{{ column }}, 'unknown'){% endmacro %}
