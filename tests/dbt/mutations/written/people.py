"""Faults in whose a session is, and in who came and went."""

from __future__ import annotations

from tests.dbt.mutations.fault import Fault

FAULTS = [
    Fault(
        "int_session_people",
        "a shared tablet stays with whom it was",
        "coalesce(customer_key, customer_key_later, customer_key_earlier) as customer_key",
        "coalesce(customer_key, customer_key_earlier, customer_key_later) as customer_key",
    ),
    Fault(
        "int_session_people",
        "a till is everybody's",
        "where is_personal or customer_key is not null",
        "where true",
    ),
    Fault(
        "int_session_people",
        "test orders say who somebody is",
        "where order_sessions.order_key not in (select order_key from test_orders)",
        "where true",
    ),
    Fault(
        "int_session_people",
        "only the session that changed is looked at again",
        "and (shop_id, visitor_id) in (select (shop_id, visitor_id) from {{ touched_rows() }})",
        "and session_key in (select session_key from {{ changed('int_sessions') }})",
    ),
    Fault(
        "mart_growth_accounting",
        "whoever was ever active is retained",
        "case when date_before = previous_date then 1 else 0 end as retained",
        "case when date_before is not null then 1 else 0 end as retained",
    ),
    Fault(
        "mart_growth_accounting",
        "people of two shops count twice in all",
        "select distinct 'all', person_key, date, first_date_anywhere from active",
        "select 'all', shop_id || person_key, date, first_date_anywhere from active",
    ),
    Fault(
        "mart_customer_360",
        "who was lost is dormant",
        "when recent.was_active then 'churned'",
        "when recent.was_active and false then 'churned'",
    ),
    Fault(
        "int_active_days",
        "orders of nobody are somebody's",
        "where is_valid and not is_anonymous",
        "where is_valid",
    ),
    Fault(
        "int_customer_contacts",
        "tickets of tomorrow are there",
        "where {{ of.at }} <= {{ as_of() }}",
        "where true",
    ),
    Fault(
        "int_customer_profiles",
        "the last visit is the first touch",
        "order by started_at, session_key) = 1",
        "order by started_at desc, session_key) = 1",
    ),
    Fault(
        "mart_identity_restatements",
        "the day in Greenwich",
        "{{ local_date('people.known_at', 'shops.timezone') }} as identified_date",
        "cast(people.known_at as date) as identified_date",
    ),
]
