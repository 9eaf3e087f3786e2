"""The traps of funnels, searches and what is looked at, each with its unit tests."""

from __future__ import annotations

FUNNEL: dict[str, list[str]] = {
    "steps count in their order, so that no rate is above 1; cart abandonment is NULL without a cart": [
        "test_mart_funnel_daily__steps_in_order_and_what_stands_beside",
        "test_mart_funnel_daily__visitors_of_a_period_are_not_the_sum_of_its_days",
    ],
    "orders without a session, and purchase events without an order": [
        "test_mart_funnel_daily__steps_in_order_and_what_stands_beside"
    ],
    "adding daily unique visitors": [
        "test_mart_funnel_daily__visitors_of_a_period_are_not_the_sum_of_its_days"
    ],
    "visitors and buyers of several shops": ["test_mart_funnel_daily__all_shops_together"],
    "a platform that gives totals only": [
        "test_mart_funnel_daily__totals_of_the_platform_where_there_are_no_events",
        "test_int_product_traffic__totals_of_the_platform_where_there_are_no_events",
        "test_mart_product_performance__views_are_there_without_a_sale_and_unknown_without_traffic",
    ],
    "windows that begin with the first step, and those that are not closed": [
        "test_mart_funnel_steps__in_order_within_the_window_over_sessions",
        "test_mart_funnel_steps__without_orders_the_tracker_tells_and_open_windows_are_marked",
    ],
    "what is done after a search is owed to the last one; terms that differ in case and spaces": [
        "test_int_session_searches__what_follows_a_search_is_owed_to_it_until_the_next_one"
    ],
    "orders of a session are not searches that sold": ["test_mart_search__terms_of_a_week_and_all_together"],
    "views of variants are not visits of their product": [
        "test_int_product_traffic__a_visit_counts_once_for_each_article"
    ],
}  # fmt: skip
