"""The traps of sessions and channels, each with its unit tests."""

from __future__ import annotations

SESSIONS: dict[str, list[str]] = {
    "exactly 30 minutes; one visitor id in two shops; what comes after as_of": [
        "test_int_sessions__exactly_the_gap_is_the_same_session"
    ],
    "two events at one instant": ["test_int_sessions__events_of_one_instant_are_in_the_order_of_their_ids"],
    "a session over local midnight": ["test_int_sessions__over_local_midnight_it_is_of_the_day_it_began"],
    "independent counts per step": ["test_int_sessions__a_step_counts_after_the_step_before"],
    "bots, and bounces": [
        "test_int_sessions__machines_and_bounces",
        "test_fct_sessions__machines_are_left_out_and_the_first_of_people_is_new",
        "test_mart_bot_traffic__machines_are_counted_beside_people",
    ],
    "a shared tablet": ["test_int_sessions__accounts_of_a_shared_tablet"],
    "an order with two purchase events, with none, and of nobody": [
        "test_int_order_sessions__the_purchase_event_then_the_visitor"
    ],
    "a purchase event without an order": [
        "test_fct_sessions__a_purchase_event_without_an_order_is_no_purchase"
    ],
    "which channel a visit came by": ["test_fct_sessions__first_matching_rule_says_the_channel"],
    "two campaigns of one name": ["test_fct_sessions__a_campaign_by_its_id_or_any_of_its_names"],
    "a campaign that was renamed": ["test_dim_campaigns__a_renamed_campaign_is_one_under_its_newest_name"],
}  # fmt: skip
