{{ config(unique_key=['shop_id', 'week_start', 'term']) }}

{% set counts = ['searches', 'searches_with_known_results', 'zero_result_searches', 'viewed_searches', 'carted_searches'] %}

{# A week is computed again when a search in its sessions changed, or an order that came of one, and when it may be over. #}
{% call touched() %}
with days as (
    select shop_id, session_date as day from {{ changed('int_session_searches') }}
    union
    select shop_id, session_date from {{ changed('fct_sessions') }}
    group by session_key, shop_id, session_date
    having count(distinct concat_ws('|', cast(orders as string), coalesce(cast(purchase_at as string), ''))) > 1
    union
    {{ days_since_previous_as_of() }}
)

select distinct shop_id, cast(date_trunc('week', day) as date) as week_start from days
{% endcall %}

with searches as (
    select *, cast(date_trunc('week', session_date) as date) as week_start from {{ ref('int_session_searches') }}
    {%- if is_increment() %}
    where {{ in_touched_days('session_date', 'week_start', period_last_day("'week'", 'week_start')) }}
        and (shop_id, cast(date_trunc('week', session_date) as date)) in (select (shop_id, week_start) from {{ touched_rows() }})
    {%- endif %}
),

sessions as (
    select session_key, orders, purchase_at from {{ ref('fct_sessions') }}
    where orders > 0
    {%- if is_increment() %}
        and {{ in_touched_days('session_date', 'week_start', period_last_day("'week'", 'week_start')) }}
    {%- endif %}
),

{# Orders of a session count for each term that was searched before the first of them, and once for all terms together. #}
credited as (
    select
        searches.*,
        case when coalesce(searches.first_searched_at <= sessions.purchase_at, true) then sessions.orders end as orders
    from searches
    left join sessions on sessions.session_key = searches.session_key
),

of_terms as (
    select session_key, shop_id, week_start, term, visitor_id, orders, {{ counts | join(', ') }} from credited
    union all
    select
        session_key, shop_id, week_start, 'all', max(visitor_id), max(orders)
        {%- for name in counts %}, sum({{ name }}){% endfor %}
    from credited
    group by session_key, shop_id, week_start
),

summed as (
    select
        shop_id,
        week_start,
        term,
        count(*) as sessions,
        count(distinct visitor_id) as visitors,
        {%- for name in counts %}
        cast(sum({{ name }}) as bigint) as {{ name }},
        {%- endfor %}
        count(orders) as order_sessions,
        cast(coalesce(sum(orders), 0) as bigint) as orders
    from of_terms
    group by shop_id, week_start, term
),

final as (
    select
        summed.shop_id,
        shops.platform,
        summed.week_start,
        summed.week_start + interval '6' day < shops.as_of_date as is_complete_period,
        summed.term,
        summed.searches,
        summed.sessions,
        summed.visitors,
        summed.searches_with_known_results,
        summed.zero_result_searches,
        {{ rate('summed.zero_result_searches', 'summed.searches_with_known_results') }} as zero_result_rate,
        summed.viewed_searches,
        {{ rate('summed.viewed_searches', 'summed.searches') }} as view_rate,
        summed.carted_searches,
        {{ rate('summed.carted_searches', 'summed.searches') }} as cart_rate,
        summed.orders,
        summed.order_sessions,
        {{ rate('summed.order_sessions', 'summed.sessions') }} as conversion_rate
    from summed
    join {{ ref('int_shops') }} as shops on shops.shop_id = summed.shop_id
)

select * from final
