{# What costs of selling are called, everywhere and in this order. #}
{% macro cost_kinds() %}
    {{ return(['payment_fees', 'commission', 'creator_fees', 'freight', 'return_freight', 'insurance', 'other_costs']) }}
{% endmacro %}

{# Whom a cost belongs to: its order, else the bill stands for itself. #}
{% macro cost_owner() -%}
    case when order_id is not null then {{ entity_key(['shop_id', 'order_id']) }} else 'bill:' || order_cost_key end
{%- endmacro %}
