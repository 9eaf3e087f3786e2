{# What a review may speak of: the topics of the seed review_topics, each a column. #}
{% macro review_topics() %}
    {{ return(['quality', 'delivery', 'packaging', 'price', 'looks', 'size', 'use', 'service']) }}
{% endmacro %}
