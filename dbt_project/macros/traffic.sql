{# For models that are made of what happened in sessions, day by day (by the day that a session began). #}

{# The days of which a session changed, or an event in one. Where whole days are computed again, that is their scope. #}
{% macro changed_session_days() %}
    select shop_id, session_date from {{ changed('int_sessions') }}
    union
    select sessions.shop_id, sessions.session_date
    from {{ ref('int_sessions') }} as sessions
    semi join {{ changed('int_events') }} as moved
        on moved.shop_id = sessions.shop_id
        and moved.visitor_id = sessions.visitor_id
        and moved.event_at >= sessions.started_at
        and moved.event_at <= sessions.ended_at
    {%- if is_increment() %}
    where {{ in_days_of(
        "(select event_at as first_day, event_at + interval '1' day as last_day from " ~ changed('int_events') ~ ") as days",
        'sessions.started_at', 'sessions.ended_at'
    ) }}
    {%- endif %}
{% endmacro %}

{# Common table expressions: people's `sessions` (of the touched days) and the `session_events` of some types in them. #}
{% macro events_in_sessions(types, columns, condition='true', day='session_date') %}
sessions as (
    select session_key, shop_id, visitor_id, session_date, started_at, ended_at
    from {{ ref('int_sessions') }}
    where not is_bot and {{ condition }}
    {%- if is_increment() %}
        and {{ in_touched_days('session_date', day, day) }}
        and (shop_id, session_date) in (select (shop_id, {{ day }}) from {{ touched_rows() }})
    {%- endif %}
),

session_events as (
    select
        sessions.session_key, sessions.session_date, events.shop_id, events.event_id, events.event_at, events.event_type,
        {%- for column in columns %}
        events.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_events') }} as events
    join sessions
        on sessions.shop_id = events.shop_id
        and sessions.visitor_id = events.visitor_id
        and sessions.started_at <= events.event_at
        and sessions.ended_at >= events.event_at
    where events.event_type in ('{{ types | join("', '") }}')
    {%- if is_increment() %}
        and {{ in_days_of(
            "(select min(started_at) as first_day, max(ended_at) + interval '1' day as last_day from " ~ ref('int_sessions')
            ~ " where not is_bot and " ~ in_touched_days('session_date', day, day) ~ " group by session_date) as days",
            'events.event_at', 'events.event_at'
        ) }}
    {%- endif %}
),
{% endmacro %}
