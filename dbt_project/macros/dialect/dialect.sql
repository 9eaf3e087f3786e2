{# Calls <dialect>__<name>. The dialect is the target's; `--vars '{dialect: spark}'` compiles for Spark without it. #}
{% macro dialect(name) %}{{ return(context[var('dialect', target.type) ~ '__' ~ name]) }}{% endmacro %}
