{# Share of something, NULL of nothing. The same of an amount of money, which is a decimal: nothing is rounded on the way. #}
{% macro rate(part, whole) -%}cast({{ part }} as double) / nullif({{ whole }}, 0){%- endmacro %}
{% macro rate_of_money(part, whole) -%}{{ rate(part, 'cast(' ~ whole ~ ' as double)') }}{%- endmacro %}
