{# The attribution models, and the weight that each gives to a touch of an order's path: whole numbers, so that shares of
   them are exact. The touches of a path are numbered from the first. #}
{% macro attribution_models() %}
    {% set half_life = var('thresholds').attribution.half_life_days %}
    {{ return({
        'first_touch': 'case when touch_number = 1 then 1 else 0 end',
        'last_touch': 'case when touch_number = touches then 1 else 0 end',
        'last_non_direct': 'case when touch_number = coalesce(last_non_direct, touches) then 1 else 0 end',
        'linear': '1',
        'position_based': 'case when touches > 2 and touch_number in (1, touches) then 2 * (touches - 2) else 1 end',
        'time_decay': 'round(1000000000 * power(0.5, (days_before_order - days_before_last) / ' ~ half_life ~ '))',
    }) }}
{% endmacro %}

{# What is split among the touches of an order. #}
{% macro attributed_money() %}
    {{ return(['revenue', 'revenue_after_refunds', 'gross_margin', 'contribution_margin']) }}
{% endmacro %}
