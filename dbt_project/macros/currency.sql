{# An amount of an order in its shop's currency. `rate` is 1 for nearly all orders, see int_order_rates. #}
{% macro in_shop_currency(amount, rate='shop_rate') -%}
    cast(cast({{ amount }} as decimal(18, 4)) * {{ rate }} as decimal(18, 4))
{%- endmacro %}

{# That rate, from int_order_rates joined as `rates`: an order that it does not have is in its shop's currency; one that
   it has and that has no rate there stays without one. #}
{% macro rate_of_order(rates='rates') -%}
    case when {{ rates }}.order_key is null then cast(1 as decimal(20, 10)) else {{ rates }}.shop_rate end
{%- endmacro %}

{# What the shop's currency is worth in the reporting currency on the local date of an instant: for what belongs to no
   order. `shops` is int_shops. #}
{% macro join_reporting_rates(instant) -%}
    left join {{ ref('int_fx_rates_daily') }} as day_rates
        on day_rates.date = {{ local_date(instant, 'shops.timezone') }} and day_rates.currency = upper(shops.currency)
{%- endmacro %}
{% macro reporting_rate_of_day() -%}
    case when upper(shops.currency) = '{{ var('reporting_currency') }}' then 1 else day_rates.rate end
{%- endmacro %}
