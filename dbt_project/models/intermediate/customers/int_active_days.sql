{{ config(unique_key=['shop_id', 'person_key', 'date']) }}
-- depends_on: {{ ref('fct_sessions') }}

{# Who visits is somebody known, or a visitor of the shop. #}
{% set visits = var('thresholds').growth.active == 'visited' %}
{% set visiting_person = "coalesce(customer_key, 'visitor:' || shop_id || ':' || visitor_id)" %}

{# A person's first day stands in all of their rows. #}
{% call touched() %}
select customer_key as person_key from {{ changed('fct_orders') }}
{%- if visits %}
union
select {{ visiting_person }} from {{ changed('fct_sessions') }}
{%- endif %}
{% endcall %}

with active as (
    select shop_id, customer_key as person_key, created_date as date from {{ ref('fct_orders') }}
    where is_valid and not is_anonymous
    {%- if is_increment() %}
        and customer_key in (select person_key from {{ touched_rows() }})
    {%- endif %}
    {%- if visits %}
    union all
    select shop_id, {{ visiting_person }}, session_date from {{ ref('fct_sessions') }}
    {%- if is_increment() %}
    where {{ visiting_person }} in (select person_key from {{ touched_rows() }})
    {%- endif %}
    {%- endif %}
),

days as (
    select distinct shop_id, person_key, date from active
)

select
    shop_id,
    person_key,
    date,
    min(date) over (partition by shop_id, person_key) as first_date,
    min(date) over (partition by person_key) as first_date_anywhere
from days
