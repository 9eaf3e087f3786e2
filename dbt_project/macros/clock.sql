{# The one instant that this run calls now. Nothing else asks a clock. #}
{% macro as_of() %}{{ return("cast('" ~ var('as_of') ~ "' as timestamp)") }}{% endmacro %}
