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
}  # fmt: skip
