"""The traps of advertising and of what it brings, each with its unit tests."""

from __future__ import annotations

ROI: dict[str, list[str]] = {
    "advertising in several currencies": [
        "test_fct_ad_spend__accounts_in_several_currencies_become_the_shop_s"
    ],
    "a renamed campaign, and a platform that counts nothing": [
        "test_fct_ad_spend__a_renamed_campaign_stays_one_and_what_nobody_counts_is_unknown"
    ],
    "new customers are persons, whom all shops win once; what they cost in all": [
        "test_mart_marketing_daily__all_that_new_customers_cost_and_all_of_them",
        "test_mart_marketing_daily__a_person_of_two_shops_is_new_once_in_all",
        "test_int_new_customer_coupons__coupons_of_the_shop_on_first_orders",
    ],
    "repeat buyers' earlier path counted twice; visits within the window, to its second": [
        "test_fct_touches__visits_of_the_window_after_the_order_before"
    ],
    "consecutive repeats collapse": ["test_fct_touches__consecutive_repeats_are_one_touch"],
    "anonymous orders, shared devices and two orders in one session": [
        "test_fct_touches__the_session_of_the_order_counts_whoever_it_is_of"
    ],
    "an order with no session": ["test_fct_attribution__an_order_without_a_session_is_unattributed"],
    "splits to the cent, in six models": [
        "test_fct_attribution__six_models_split_each_order_to_the_cent",
        "test_fct_attribution__one_and_two_touches_and_cents_that_cannot_be_split",
    ],
    "spend on days with no conversion disappearing; spend on a day without visits; one campaign, one channel": [
        "test_mart_marketing_roi__spend_without_conversions_and_conversions_without_spend_stay"
    ],
    "revenue counted in one window and spend in another": [
        "test_mart_marketing_roi__revenue_by_the_date_of_the_order_and_of_the_touch"
    ],
    "payback by the customers that a campaign won, whatever brought them back": [
        "test_int_new_customer_margins__later_orders_are_of_the_campaign_that_won_the_buyer",
        "test_int_campaign_paybacks__when_new_customers_have_earned_their_spend",
    ],
}  # fmt: skip
