{# The days that today is compared with: columns' ending and days ago. #}
{% macro compared_days() %}{{ return({'so_far': 0, 'yesterday': 1, 'last_week': 7}) }}{% endmacro %}

{#
  From a relation with shop_id, a local date `day` and an instant `at`: its rows of today so far, and of yesterday and
  the same weekday last week up to the same time of day, with `days_ago` and the hour of the day. Days are compared by
  the clock on the wall: in the night of a change an hour is missing, or there twice.
#}
{% macro until_this_time(relation) %}
    select
        facts.*,
        {{ days_between('facts.day', 'shops.as_of_date') }} as days_ago,
        cast(extract(hour from {{ local_timestamp('facts.at', 'shops.timezone') }}) as integer) as hour_of_day
    from {{ relation }} as facts
    join {{ ref('int_shops') }} as shops on shops.shop_id = facts.shop_id
    where
        {%- for days in compared_days().values() %}
        {{ 'or ' if not loop.first }}(
            facts.day = cast(shops.as_of_date - interval '{{ days }}' day as date)
            and {{ local_timestamp('facts.at', 'shops.timezone') }}
                <= {{ local_timestamp(as_of(), 'shops.timezone') }} - interval '{{ days }}' day
        )
        {%- endfor %}
{% endmacro %}

{# An order or a refund that has waited longer is forgotten, not waiting. #}
{% macro backlog_days() %}{{ return(90) }}{% endmacro %}
