# ruff: noqa: E501 - a fault quotes the model's own lines
"""Faults in sessions, in what orders come from, and in channels."""

from __future__ import annotations

from tests.dbt.mutations.fault import Fault

FAULTS = [
    Fault(
        "int_sessions",
        "exactly the gap starts a session",
        "event_at > lag(event_at) over ({{ before }}) + {{ gap }}",
        "event_at >= lag(event_at) over ({{ before }}) + {{ gap }}",
    ),
    Fault(
        "int_sessions",
        "events of one instant in any order",
        "order by event_at, event_id' %}",
        "order by event_at, event_type' %}",
    ),
    Fault(
        "int_sessions",
        "steps are independent of each other",
        "parted.event_type = 'add_to_cart' and parted.place > summed.product_view_place",
        "parted.event_type = 'add_to_cart' and summed.product_view_place is not null",
    ),
    Fault(
        "int_sessions",
        "a session is of the day on which it ended",
        "{{ local_date('judged.started_at', 'shops.timezone') }} as session_date",
        "{{ local_date('judged.ended_at', 'shops.timezone') }} as session_date",
    ),
    Fault(
        "int_sessions",
        "a late event does not join what came after it",
        "and sessions.started_at <= moved.event_at + {{ gap }}",
        "and sessions.started_at <= moved.event_at",
    ),
    Fault(
        "int_sessions",
        "only the event's own instant is read again",
        "greatest(moved.event_at, coalesce(sessions.ended_at, moved.event_at)) as last_at",
        "moved.event_at as last_at",
    ),
    Fault(
        "int_order_sessions",
        "the last purchase event links the order",
        "partition by order_key order by event_at, event_id",
        "partition by order_key order by event_at desc, event_id",
    ),
    Fault(
        "int_order_sessions",
        "deaf to sessions that come later",
        "and sessions.ended_at >= orders.created_at - {{ gap }}\n    {%- if is_increment() %}",
        "and sessions.ended_at < sessions.started_at\n    {%- if is_increment() %}",
    ),
    Fault(
        "int_purchase_events",
        "deaf to sessions that became others",
        "where session_key in (select session_key from {{ changed('int_sessions') }})",
        "where false",
    ),
    Fault(
        "int_order_shops",
        "every shop has orders",
        "select 1 from {{ orders }} where shop_id = '{{ shop.shop_id }}' and",
        "select 1 from {{ orders }} where",
    ),
    Fault(
        "fct_sessions",
        "machines are people",
        "    where not is_bot\n    {%- if is_increment() %}\n        and session_key in",
        "    where true\n    {%- if is_increment() %}\n        and session_key in",
    ),
    Fault(
        "fct_sessions",
        "the tracker's word is enough",
        "case when shop_orders.has_orders then bought.ordered_at else sessions.purchase_event_at end as purchase_at",
        "coalesce(bought.ordered_at, sessions.purchase_event_at) as purchase_at",
    ),
    Fault(
        "fct_sessions",
        "deaf to who was first",
        "where sessions.visitor_type = 'new' {{ not_earlier }}",
        "where false",
    ),
    Fault(
        "fct_sessions",
        "deaf to campaigns that become known",
        "on names.shop_id = sessions.shop_id and names.campaign_name = sessions.campaign",
        "on names.shop_id = sessions.session_key and names.campaign_name = sessions.campaign",
    ),
    Fault("dim_channels", "nothing is paid for", "is_paid, position", "false as is_paid, position"),
    Fault(
        "dim_campaigns",
        "the first name stays",
        "max_by(campaign, date)",
        "min_by(campaign, date)",
    ),
    Fault(
        "mart_bot_traffic",
        "visitors of days are added up",
        "row_number() over (partition by shop_id, traffic, visitor_id, date_trunc('month', day) order by day) = 1 as is_first",
        "true as is_first",
    ),
    Fault("channel_of", "the last rule wins", "order by priority", "order by priority desc"),
]
