{{ config(unique_key=['shop_id', 'session_date', 'identified_date']) }}

{% call touched() %}
select shop_id, session_date from {{ changed('int_session_people') }} where is_identified_later
{% endcall %}

with restated as (
    select
        people.shop_id,
        people.session_date,
        {{ local_date('people.known_at', 'shops.timezone') }} as identified_date,
        people.visitor_id,
        people.customer_key,
        people.customer_key_before
    from {{ ref('int_session_people') }} as people
    join {{ ref('int_shops') }} as shops on shops.shop_id = people.shop_id
    where people.is_identified_later
    {%- if is_increment() %}
        and (people.shop_id, people.session_date) in (select (shop_id, session_date) from {{ touched_rows() }})
        and {{ in_touched_days('people.session_date', 'session_date', 'session_date') }}
    {%- endif %}
),

final as (
    select
        shop_id,
        session_date,
        identified_date,
        cast({{ days_between('session_date', 'identified_date') }} as integer) as days_later,
        count(*) as sessions,
        count(*) filter (where customer_key_before is null) as sessions_of_nobody_before,
        count(*) filter (where customer_key_before is not null) as sessions_of_others_before,
        count(distinct visitor_id) as visitors,
        count(distinct customer_key) as customers
    from restated
    group by shop_id, session_date, identified_date
)

select * from final
