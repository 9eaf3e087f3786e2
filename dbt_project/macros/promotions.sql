{# Weeks before a promotion whose days it is compared with; one that runs longer than that is part of ordinary trade. #}
{% macro baseline_weeks() %}{{ return(4) }}{% endmacro %}

{# Promotions that begin and end, with the local dates of both. #}
{% macro dated_promotions() %}
    select *, {{ days_between('first_date', 'last_date') }} + 1 as length
    from (
        select
            promotions.promotion_key,
            promotions.shop_id,
            shops.as_of_date,
            {{ local_date('promotions.starts_at', 'shops.timezone') }} as first_date,
            {{ last_date_of_promotion() }} as last_date
        from {{ ref('int_promotions') }} as promotions
        join {{ ref('int_shops') }} as shops on shops.shop_id = promotions.shop_id
    ) as promotions
    where last_date >= first_date and {{ days_between('first_date', 'last_date') }} < {{ 7 * baseline_weeks() }}
{% endmacro %}

{# An end at midnight is the end of the day before. #}
{% macro last_date_of_promotion() -%}
    {{ local_date("(promotions.ends_at - interval '1' second)", 'shops.timezone') }}
{%- endmacro %}

{# What the days of a promotion are compared by, with the type of a mean. #}
{% macro promotion_measures() %}
    {{ return({'orders': 'double', 'gross_sales': 'decimal(18, 4)', 'margin_before_returns': 'decimal(18, 4)'}) }}
{% endmacro %}
