{# An amount of an order in its shop's currency. `rate` is 1 for nearly all orders, see int_order_rates. #}
{% macro in_shop_currency(amount, rate='shop_rate') -%}
    cast(cast({{ amount }} as decimal(18, 4)) * {{ rate }} as decimal(18, 4))
{%- endmacro %}

{# That rate, from int_order_rates joined as `rates`: an order that it does not have is in its shop's currency; one that
   it has and that has no rate there stays without one. #}
{% macro rate_of_order(rates='rates') -%}
    case when {{ rates }}.order_key is null then cast(1 as decimal(20, 10)) else {{ rates }}.shop_rate end
{%- endmacro %}
