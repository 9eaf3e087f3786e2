"""The traps of the metrics' definitions, each with the unit tests that show the models do not fall into it."""

from __future__ import annotations

from tests.dbt.traps_funnel import FUNNEL
from tests.dbt.traps_people import PEOPLE
from tests.dbt.traps_promotions import PROMOTIONS
from tests.dbt.traps_roi import ROI
from tests.dbt.traps_sessions import SESSIONS
from tests.dbt.traps_stock import STOCK

TRAPS: dict[str, list[str]] = {
    # orders
    "a voided order's discount must not survive it": [
        "test_fct_orders__voided_order_keeps_no_discount",
        "test_int_sales_periods__voided_unpaid_and_test_orders_sell_nothing",
    ],
    "an authorization, a capture and a sale of one order do not double its tax or what was paid": [
        "test_int_orders_summed__authorization_capture_and_sale_are_the_same_money",
        "test_int_orders_summed__parts_of_a_payment_add_up",
    ],
    "gift cards, giveaways, price differences, postage and fees are not in gross": [
        "test_int_orders_summed__only_merchandise_is_in_gross_sales",
        "test_int_order_lines_priced__only_merchandise_is_a_sale",
        "test_fct_order_lines__lines_that_are_no_sales_stay_with_amounts_of_zero",
    ],
    "test orders": ["test_int_orders_summed__test_orders_and_orders_of_test_accounts_are_not_valid"],
    "zero-value and gift-card orders, by configuration": [
        "test_int_orders_summed__zero_value_orders_do_not_count",
        "test_int_orders_summed__zero_value_and_gift_card_orders_count_as_configured",
    ],
    "unpaid, and paid at the second attempt": ["test_int_orders_summed__unpaid_orders_are_not_valid"],
    "cancelled before and after payment": ["test_int_orders_summed__cancelled_after_payment_stays_valid"],
    "no payment data": ["test_int_orders_summed__without_payment_data_an_order_is_paid_when_placed"],
    "a pre-sale's deposit": ["test_int_orders_summed__deposit_counts_on_the_day_the_balance_is_paid"],
    "days without an exchange rate, and rates that are given the other way round": [
        "test_int_fx_rates_daily__a_weekend_takes_fridays_rate_and_a_gap_beyond_five_days_has_none",
        "test_int_fx_rates_daily__a_rate_is_taken_as_given_then_turned_round_then_through_another_currency",
        "test_int_orders_summed__rate_is_of_the_orders_local_date",
    ],
    "an order in another currency": [
        "test_int_order_rates__another_currency_goes_through_the_reporting_one",
        "test_int_order_lines_priced__another_currency_is_converted_line_by_line",
        "test_int_refunds_matched__another_currency_is_given_back_at_the_rate_of_the_order",
        "test_int_orders_summed__another_currency_is_converted_and_a_full_refund_leaves_nothing",
    ],
    "money of people who buy in several currencies": ["test_fct_orders__money_of_people_is_in_the_reporting_currency"],
    "nothing after as_of": [
        "test_int_identity_links__nothing_links_before_its_time",
        "test_dim_customers__account_opened_after_as_of_is_not_there_yet",
        "test_int_orders_summed__what_happens_after_as_of_has_not_happened",
        "test_fct_orders__orders_after_as_of_are_absent",
    ],
    "a bundle and its parts": ["test_int_order_lines_priced__bundle_and_its_parts_count_once"],
    "payments by the date paid": ["test_int_sales_periods__payments_by_their_date_and_zero_denominators_give_null"],
    # refunds
    "a refund above the line value": [
        "test_fct_order_lines__refund_above_the_line_value",
        "test_fct_orders__refund_above_the_value_makes_net_sales_negative",
    ],
    "a refund of shipping only": [
        "test_int_refunds_matched__shipping_and_tax_are_no_merchandise",
        "test_fct_refunds__what_counts_and_what_gives_cost_back",
    ],
    "a refund of a gift card": ["test_int_refunds_matched__gift_cards_given_back_are_no_returns"],
    "a refund in a later month than its order": [
        "test_int_sales_periods__refund_in_a_later_month_counts_there",
        "test_mart_cohort_retention__refund_restates_the_cell_of_its_order",
        "test_mart_product_performance__returns_count_in_the_period_of_the_sale",
    ],
    "a fully refunded order stays in its own month's gross and orders": [
        "test_int_sales_periods__refund_in_a_later_month_counts_there",
        "test_int_orders_summed__cancelled_after_payment_stays_valid",
    ],
    "a refund that did not go through": [
        "test_int_orders_summed__only_refunds_that_went_through_count",
        "test_fct_order_lines__refunds_count_when_they_went_through",
    ],
    "a refund of an order that nobody delivered": ["test_fct_refunds__money_given_back_for_an_unknown_order_counts"],
    "a refund of several lines is one refund": ["test_int_sales_periods__refund_of_two_lines_is_one_refund"],
    "restocked goods give their cost back, refund-only does not": [
        "test_fct_order_lines__only_restocked_units_give_their_cost_back",
        "test_fct_refunds__what_counts_and_what_gives_cost_back",
    ],
    "a refund of an order as a whole": ["test_fct_order_lines__refund_of_an_order_is_shared_by_value"],
    "a return booked to another variant": [
        "test_int_refunds_matched__return_booked_to_another_variant",
        "test_fct_refunds__booked_to_another_variant_is_of_what_was_sold",
    ],
    "unlinked refund: the latest earlier sale with units left": [
        "test_int_refund_matches__latest_earlier_sale_with_units_left",
        "test_int_refunds_matched__how_the_order_is_known",
    ],
    "unlinked refund: all sales used up": ["test_int_refund_matches__used_up_sales_match_nothing"],
    "unlinked refund larger than the latest sale": ["test_int_refund_matches__refund_larger_than_its_sale"],
    "two unlinked refunds": ["test_int_refund_matches__two_refunds_of_one_sale"],
    "unlinked refund at the instant of the sale": [
        "test_int_refund_matches__sale_at_the_same_instant_is_not_earlier"
    ],
    "unlinked refund: no customer, another one, another article": [
        "test_int_refund_matches__only_the_same_customer_article_and_shop",
        "test_int_refunds_matched__how_the_order_is_known",
    ],
    # costs and discounts
    "the discount of an order is shared to the last digit": [
        "test_int_order_lines_priced__discount_of_an_order_is_shared_to_the_last_digit",
        "test_int_order_lines_priced__discount_of_an_order_is_shared_by_sold_goods_only",
        "test_int_order_lines_priced__discounts_of_lines_are_not_taken_twice",
    ],
    "the unit cost valid when sold": ["test_int_order_lines_priced__unit_cost_is_the_one_valid_when_sold"],
    "a coupon that the platform or a creator pays for": [
        "test_int_order_lines_priced__who_pays_a_discount",
        "test_fct_orders__margins_of_an_order",
    ],
    "freight and payment fees that are told twice": [
        "test_int_selling_costs__freight_counts_once",
        "test_int_selling_costs__fees_are_those_of_payments_that_went_through",
    ],
    "costs that are given back, and those that belong to no order": [
        "test_int_selling_costs__words_of_sources_become_kinds"
    ],
    "whose cost comes first": ["test_int_order_lines_priced__cost_of_the_line_comes_first_and_the_latest_known_last"],
    "unknown costs": ["test_int_sales_periods__unknown_costs_give_no_margin"],
    # today
    "half a day is not compared with a whole one": ["test_mart_today__days_are_compared_up_to_the_same_time"],
    "a daylight-saving night, seen from the day after": [
        "test_mart_today__after_a_daylight_saving_night_the_clock_on_the_wall_counts"
    ],
    "orders that wait to be shipped, and a shop that does not say": [
        "test_mart_today__orders_that_wait_and_refunds_that_do",
        "test_mart_today__a_shop_that_tells_nothing_of_shipping_has_no_known_backlog",
    ],
    "what rises is counted up to the same time, over all variants": [
        "test_mart_today_products__what_rises_and_what_falls"
    ],
    # people
    "guests never form one customer": [
        "test_int_orders_summed__orders_without_identity_never_form_one_customer",
        "test_int_orders_summed__order_of_nobody_is_a_buyer_of_its_own",
        "test_fct_orders__anonymous_orders_are_nobodys_first",
        "test_int_sales_periods__anonymous_orders_are_buyers_each",
        "test_int_cohort_cells__nobody_and_unpaid_orders_form_no_cohort",
        "test_int_customer_windows__without_a_valid_order_nobody_is_a_customer",
    ],
    "a guest with the e-mail address of an account": [
        "test_int_identity_links__orders_and_accounts_link_what_they_have_in_common",
        "test_int_order_people__order_is_of_the_person_behind_any_of_its_identities",
        "test_dim_customers__accounts_and_guest_orders_of_one_address_are_one_person",
    ],
    "a guest with only the phone of an account that also has an e-mail address": [
        "test_int_identity_links__orders_and_accounts_link_what_they_have_in_common",
        "test_int_people__chain_of_links_is_one_person",
        "test_int_order_people__order_is_of_the_person_behind_any_of_its_identities",
    ],
    "one e-mail address in two shops": [
        "test_int_identity_links__masked_people_are_linked_within_their_scope_only",
        "test_int_people__person_is_known_by_email_before_phone_before_account",
        "test_int_order_people__order_is_of_the_person_behind_any_of_its_identities",
    ],
    "a chain of links is one person": ["test_int_people__chain_of_links_is_one_person"],
    "a shop assistant's address does not merge a town": [
        "test_int_people__what_too_many_share_joins_nobody",
        "test_int_order_people__identity_that_too_many_share_speaks_only_where_nothing_else_does",
        "test_mart_identity_report__what_too_many_share_is_reported_with_its_links",
    ],
    "people whom a marketplace masks": [
        "test_int_shops__identities_hold_in_all_shops_on_a_platform_or_in_one_shop",
        "test_int_identity_links__masked_people_are_linked_within_their_scope_only",
        "test_dim_customers__masked_people_say_how_far_they_are_known",
    ],
    "what is typed into a test order": ["test_int_identity_links__test_orders_link_nobody"],
    "delivery addresses and devices are no identity": [
        "test_int_identity_links__orders_and_accounts_link_what_they_have_in_common"
    ],
    "a fully refunded first order stays the first": [
        "test_fct_orders__fully_refunded_first_order_stays_the_first",
        "test_int_cohort_cells__buyers_of_two_shops_are_one_over_all",
        "test_mart_cohort_retention__refund_restates_the_cell_of_its_order",
    ],
    "a person who buys in two shops has one first order over all of them": [
        "test_fct_orders__first_order_anywhere_is_by_local_date",
        "test_int_cohort_cells__buyers_of_two_shops_are_one_over_all",
    ],
    "what is cumulated goes on through idle months; unknown costs give no LTV": [
        "test_mart_cohort_retention__observed_cells_are_zero_and_future_cells_absent",
        "test_mart_cohort_retention__unknown_costs_give_no_margin",
        "test_mart_cohort_ltv__sums_over_cells_and_windows_that_close_with_the_last_day",
    ],
    "windows after the first order: their last day counts, and is over before they close": [
        "test_int_cohort_cells__buyers_orders_and_windows_of_a_cell",
        "test_mart_cohort_ltv__sums_over_cells_and_windows_that_close_with_the_last_day",
        "test_mart_cohort_ltv__a_window_is_open_on_its_last_day",
        "test_mart_customer_ltv__orders_up_to_the_last_day_of_a_window_count",
        "test_mart_customer_ltv__a_window_closes_when_its_last_day_is_over_everywhere",
    ],
    "a period of all shops is over when it is in every shop": [
        "test_mart_cohort_retention__all_shops_are_over_when_the_last_one_is"
    ],
    # periods
    "future cells are absent, observed zero cells are there": [
        "test_mart_cohort_retention__observed_cells_are_zero_and_future_cells_absent"
    ],
    "the current period is partial": [
        "test_mart_cohort_retention__observed_cells_are_zero_and_future_cells_absent",
        "test_int_sales_periods__month_to_date_runs_to_each_day_and_current_periods_are_incomplete",
        "test_mart_product_performance__return_window_and_current_periods",
    ],
    "daylight-saving nights, and midnight in Shanghai": [
        "test_int_orders_summed__dates_are_the_shops_also_on_daylight_saving_nights",
        "test_fct_refunds__dates_are_the_shops_and_later_refunds_absent",
        "test_int_shops__today_is_each_shops_own_date",
    ],
    "weeks from Monday; distinct buyers do not add up": [
        "test_int_sales_periods__weeks_begin_on_monday_and_their_buyers_are_not_the_sum_of_days",
        "test_mart_cohort_retention_weekly__weeks_run_over_the_end_of_a_year",
    ],
    "month to date": ["test_int_sales_periods__month_to_date_runs_to_each_day_and_current_periods_are_incomplete"],
    "the same weekday, month and festival of last year, and days on which nothing was sold": [
        "test_mart_sales_daily__days_are_compared_with_the_days_that_were",
        "test_mart_sales_daily__last_year_is_the_same_weekday_and_the_same_festival",
    ],
    "a festival among the weeks that a day is expected by": [
        "test_mart_sales_daily__a_day_outside_the_band_of_its_weekdays_is_an_anomaly"
    ],
    "targets of months, weeks, days and channels": ["test_mart_sales_daily__targets_and_time_elapsed"],
    "split shipments": ["test_int_order_shipments__a_split_shipment_is_one_order"],
    "GMV, paid, Shopify's, JD's": ["test_int_sales_periods__the_same_money_by_every_clock_and_convention"],
    "costs of no order": ["test_int_sales_periods__costs_and_advertising_count_when_they_arise"],
    "roll-ups are computed": ["test_int_sales_periods__all_rows_are_computed_not_summed"],
    "zero denominators give NULL": [
        "test_int_sales_periods__payments_by_their_date_and_zero_denominators_give_null",
        "test_mart_product_performance__return_window_and_current_periods",
    ],
    # RFM
    "ties get equal scores": [
        "test_mart_customer_rfm__equal_values_get_equal_scores",
        "test_mart_customer_rfm_monthly__scores_are_among_the_customers_of_a_month",
    ],
    "a month's RFM is as it was when the month ended: what was paid and refunded later is not in it": [
        "test_int_customer_windows_monthly__a_month_is_as_it_was_when_it_ended"
    ],
    "who leaves the window moves as well": [
        "test_mart_customer_segment_moves__everyone_of_both_months_is_in_one_move"
    ],
    "recency 0; 5 is best in all three": [
        "test_mart_customer_rfm__scores_are_cut_points_below_the_value_and_five_is_best"
    ],
    "a single customer": ["test_mart_customer_rfm__single_customer"],
    "a customer who only returned": ["test_int_customer_windows__without_a_valid_order_nobody_is_a_customer"],
    "the border of the window": [
        "test_int_customer_windows__window_ends_today_and_begins_after_its_border",
        "test_int_customer_windows_monthly__border_of_the_window_and_nobody",
    ],
    # products
    "the same article over shops and platforms": [
        "test_dim_products__sku_key_by_the_map_then_by_code_then_the_variant",
        "test_dim_skus__the_same_article_of_two_shops_is_one",
    ],
    "deleted variants": ["test_dim_products__deleted_variants_stay_products"],
    "products on sale only part of the period, and never sold": [
        "test_mart_product_performance__on_sale_at_any_time_of_the_period",
        "test_int_variant_listings__on_sale_by_the_shops_dates_else_since_the_first_sale",
    ],
    "roll-ups by category and brand count an order once": [
        "test_mart_product_performance__roll_ups_are_computed_and_reviews_count_when_written",
    ],
    "growth against a month of other length, and of a month not over": [
        "test_mart_variant_performance__stages_of_a_life_by_the_pace_of_sales",
    ],
    "variants of one product": ["test_mart_variant_performance__variants_of_a_product_are_apart"],
    "a late return restates the week of its sale": ["test_mart_returns__a_late_return_is_of_the_week_of_its_sale"],
    "a return without a reason, of a part, before shipment": [
        "test_mart_returns__by_the_week_of_the_sale_and_the_days_since",
        "test_mart_returns__refund_of_an_order_is_of_its_lines_by_reason",
    ],
    # reviews
    "a review of an unknown product, of a variant, of an order": [
        "test_fct_reviews__the_product_as_far_as_the_review_tells",
        "test_mart_product_performance__roll_ups_are_computed_and_reviews_count_when_written",
    ],
    "a reply that has not been given yet": ["test_fct_reviews__negative_replied_and_nothing_after_as_of"],
    "a few reviews against the shop's mean": [
        "test_mart_reviews__few_reviews_say_little_against_the_shops_mean",
        "test_mart_reviews__unknown_products_and_topics_count",
    ],
    "words inside of words": ["test_fct_reviews__topics_by_whole_words_and_by_chinese_words_anywhere"],
    "ABC at 80 and 95 percent; nothing sold is a C": [
        "test_mart_product_performance__abc_classes_at_80_and_95_percent"
    ],
    "ABC with equal sales and with one dominant product": [
        "test_mart_product_performance__equal_sales_get_equal_classes_and_a_dominant_product_is_an_a"
    ],
    **FUNNEL,
    **PEOPLE,
    **ROI,
    **SESSIONS,
    **STOCK,
    **PROMOTIONS,
}  # fmt: skip
