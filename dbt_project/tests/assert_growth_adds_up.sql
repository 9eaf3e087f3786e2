{# active = active before + new + resurrected − churned, active before is what the row of the period before says, everybody
   is new once, and each day's people are those of its orders. #}
with rows_in_turn as (
    select
        *,
        lag(active) over (partition by shop_id, period_type order by date) as active_of_row_before
    from {{ ref('mart_growth_accounting') }}
),

people as (
    select shop_id, count(distinct person_key) as people from {{ ref('int_active_days') }} group by shop_id
    {%- if several_shops() %}
    union all
    select 'all', count(distinct person_key) from {{ ref('int_active_days') }}
    {%- endif %}
),

newcomers as (
    select shop_id, period_type, sum(new) as people from {{ ref('mart_growth_accounting') }} group by shop_id, period_type
)

select shop_id, period_type, date from rows_in_turn
where active <> active_before + new + resurrected - churned
    or active <> new + retained + resurrected
    or active_before <> retained + churned
    or active_before <> coalesce(active_of_row_before, 0)
union all
select newcomers.shop_id, newcomers.period_type, null
from newcomers
full join people on people.shop_id = newcomers.shop_id
where newcomers.people is distinct from people.people
