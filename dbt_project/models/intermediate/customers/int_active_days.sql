{{ config(unique_key=['shop_id', 'person_key', 'date']) }}

{# A person's first day stands in all of their rows. #}
{% call touched() %}
select customer_key as person_key from {{ changed('fct_orders') }}
{% endcall %}

with active as (
    select distinct shop_id, customer_key as person_key, created_date as date from {{ ref('fct_orders') }}
    where is_valid and not is_anonymous
    {%- if is_increment() %}
    and customer_key in (select person_key from {{ touched_rows() }})
    {%- endif %}
)

select
    shop_id,
    person_key,
    date,
    min(date) over (partition by shop_id, person_key) as first_date,
    min(date) over (partition by person_key) as first_date_anywhere
from active
