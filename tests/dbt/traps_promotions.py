"""The traps of promotions and live sessions, each with its unit tests."""

from __future__ import annotations

PROMOTIONS: dict[str, list[str]] = {
    "a promotion's discount by who pays; orders that are not valid; another currency": [
        "test_fct_order_promotions__who_pays_and_what_counts"
    ],
    "an order with several reduced lines counts once; coupons of which some are used": [
        "test_mart_promotions__an_order_counts_once_and_its_payers_are_kept_apart"
    ],
    "deposits of pre-sales and their balances": [
        "test_mart_promotions__deposits_become_orders_when_the_balance_is_paid",
        "test_int_paid_days__a_pre_sale_is_of_the_day_of_its_balance",
    ],
    "uplift against matched days, and what was only pulled forward": [
        "test_int_promotion_uplift__days_are_compared_with_the_same_weekdays_before",
        "test_int_promotion_uplift__where_every_day_had_a_promotion_all_count_and_it_says_so",
    ],
    "a live session's orders after midnight, and a creator without a session": [
        "test_int_live_links__what_a_session_sells_is_of_the_session_s_day"
    ],
    "what a platform claims for a live session beside our orders; refunds and slot fees taken off": [
        "test_mart_live__sessions_and_creators_by_what_our_own_orders_say"
    ],
    "advertising for articles out of stock": [
        "test_mart_today_ads__campaigns_that_lead_to_what_is_out_of_stock",
        "test_mart_today_ads__a_product_is_out_of_stock_when_no_variant_of_it_is_left",
    ],
}
