{{ config(unique_key=['session_key', 'term']) }}

{% call touched() %}{{ changed_session_days() }}{% endcall %}

with {{ events_in_sessions(
    ['search', 'click', 'product_view', 'add_to_cart'], ['search_term', 'search_results'], 'searches > 0'
) }}

{# What is done after a search, up to the next one of the session, is owed to it. #}
numbered as (
    select
        *,
        count(case when event_type = 'search' then 1 end) over (
            partition by session_key order by event_at, event_id rows between unbounded preceding and current row
        ) as search_number
    from session_events
),

searches as (
    select
        session_key,
        search_number,
        max(shop_id) as shop_id,
        max(session_date) as session_date,
        coalesce(nullif({{ squeezed("lower(max(case when event_type = 'search' then search_term end))") }}, ''), 'unknown') as term,
        min(event_at) as searched_at,
        max(case when event_type = 'search' then search_results end) as results,
        bool_or(event_type in ('click', 'product_view')) as is_viewed,
        bool_or(event_type = 'add_to_cart') as is_carted
    from numbered
    where search_number > 0
    group by session_key, search_number
),

final as (
    select
        searches.session_key,
        searches.term,
        max(searches.shop_id) as shop_id,
        max(sessions.visitor_id) as visitor_id,
        max(searches.session_date) as session_date,
        min(searches.searched_at) as first_searched_at,
        count(*) as searches,
        count(searches.results) as searches_with_known_results,
        count(case when searches.results <= 0 then 1 end) as zero_result_searches,
        count(case when searches.is_viewed then 1 end) as viewed_searches,
        count(case when searches.is_carted then 1 end) as carted_searches
    from searches
    join sessions on sessions.session_key = searches.session_key
    group by searches.session_key, searches.term
)

select * from final
