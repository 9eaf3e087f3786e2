"""The traps of people over time, each with its unit tests."""

from __future__ import annotations

PEOPLE: dict[str, list[str]] = {
    "history is restated when a visitor turns out to be somebody": [
        "test_int_session_people__a_visitor_signs_in_later_and_earlier_sessions_are_theirs"
    ],
    "a shared tablet joins nobody": ["test_int_session_people__a_shared_tablet_is_of_whom_comes_next"],
    "a till or a kiosk is everybody's": ["test_int_session_people__a_till_is_of_whom_each_session_says"],
    "orders and log-ins of one session; test orders, shared accounts and machines tell nobody": [
        "test_int_session_people__the_last_that_a_session_says_of_itself_counts"
    ],
    "resurrected is not active in the period just before but earlier; the identity of growth": [
        "test_mart_growth_accounting__everyone_is_new_retained_resurrected_or_churned",
        "test_mart_growth_accounting__a_period_in_which_all_were_lost_has_a_row_and_the_next_has_none",
    ],
    "a period that suits how often people buy again": [
        "test_mart_growth_accounting__a_longer_period_suits_who_buys_once_in_three_months"
    ],
    "people of several shops and of several days are counted once": [
        "test_mart_growth_accounting__people_of_two_shops_are_counted_once_in_all",
        "test_mart_growth_accounting__trailing_weeks_count_each_person_once",
    ],
    "what was never paid, and orders of nobody, are no activity": [
        "test_int_active_days__a_day_of_valid_orders_is_active_once"
    ],
    "a visit is activity where so configured, and an unknown visitor a person": [
        "test_int_active_days__who_visits_is_active_where_so_configured"
    ],
    "sessions that became somebody's later are counted by both days": [
        "test_mart_identity_restatements__by_the_day_of_the_sessions_and_the_day_we_learned"
    ],
    "a ticket or review of nobody, of a shared account, of tomorrow": [
        "test_int_customer_contacts__of_the_account_else_of_the_order"
    ],
    "people of several shops, and people who never bought, in the 360 view": [
        "test_int_customer_profiles__what_somebody_is_over_all_shops",
        "test_mart_customer_360__everyone_has_one_row_and_what_is_not_known_is_null",
    ],
    "the first of a month loses nobody": ["test_mart_customer_360__growth_state_is_of_the_last_four_weeks"],
}
