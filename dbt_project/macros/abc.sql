{#
  The classes of a ranking by sales. What stands before a row decides its class, so the best seller is always an A; rows
  that sold the same stand beside each other, before neither. What lost money is a C and takes nothing off the rest.
#}
{% macro abc_ranking(sales, partition) -%}
        sum(greatest({{ sales }}, 0)) over (
            partition by {{ partition }} order by {{ sales }} desc range between unbounded preceding and current row
        ) - sum(greatest({{ sales }}, 0)) over (partition by {{ partition }}, {{ sales }}) as sales_before,
        sum(greatest({{ sales }}, 0)) over (partition by {{ partition }}) as sales_of_all
{%- endmacro %}

{# Of a row with its `sales_before` and `sales_of_all`: A to 80 percent of the sales, B to 95. #}
{% macro abc_class(sales, of='') -%}
case
    when {{ of }}{{ sales }} <= 0 then 'C'
    when {{ of }}sales_before * 100 < {{ of }}sales_of_all * 80 then 'A'
    when {{ of }}sales_before * 100 < {{ of }}sales_of_all * 95 then 'B'
    else 'C'
end
{%- endmacro %}
