# ruff: noqa: E501 - a fault quotes the model's own lines
"""Faults in funnels, searches and what is looked at."""

from __future__ import annotations

from tests.dbt.mutations.fault import Fault

FAULTS = [
    Fault("mart_funnel_daily", "buyers of other sessions", "from orders\n    join sessions on sessions.session_key = orders.session_key", "from orders\n    left join sessions on sessions.shop_id = orders.shop_id"),
    Fault("counted_people", "everybody counts on each of their days", "as first_day, min(day) as day,", "as first_day, max(day) as day,"),
    Fault("touched_funnel_periods", "deaf to platforms' totals", "select shop_id, date from {{ changed('int_traffic_daily') }}\n", "select shop_id, date from {{ changed('int_traffic_daily') }} where false\n"),
    Fault("mart_funnel_steps", "the window begins with the step before", "<= acted_at + interval", "<= at_2 + interval"),
    Fault("mart_funnel_steps", "who enters again has left", "else 1 end desc,\n                acted_at", "else 1 end,\n                acted_at"),
    Fault("mart_funnel_steps", "only the day itself is looked at again", "select shop_id, started_at - {{ longest }} as first_at, ended_at as last_at", "select shop_id, started_at as first_at, ended_at as last_at"),
    Fault("mart_search", "an order of a session is one of every search", "case when coalesce(searches.first_searched_at <= sessions.purchase_at, true) then sessions.orders end", "sessions.orders"),
    Fault("int_session_searches", "all that happens in a session is owed to its last search", "rows between unbounded preceding and current row", "rows between unbounded preceding and unbounded following"),
    Fault("int_product_traffic", "a cart before the view follows from it", "count(case when visits.carted_at >= visits.viewed_at then 1 end) as cart_visits", "count(visits.carted_at) as cart_visits"),
    Fault("int_product_traffic", "articles that move stay where they were", "and listings.product_id is distinct from standing.product_id", "and false"),
    Fault("int_order_visits", "machines buy", "where not is_bot and session_key in", "where session_key in"),
]  # fmt: skip
