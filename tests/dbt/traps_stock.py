"""The traps of the stock, each with its unit tests."""

from __future__ import annotations

STOCK: dict[str, list[str]] = {
    "no snapshot is unknown, not 0; gaps between snapshots; oversold stock is kept": [
        "test_fct_inventory_daily__levels_are_carried_and_what_is_not_told_is_not_there"
    ],
    "stock from movements alone": ["test_fct_inventory_daily__movements_alone_begin_with_what_comes_in"],
    "snapshots and movements that disagree": [
        "test_fct_inventory_daily__snapshots_and_movements_are_reconciled"
    ],
    "a count without a time of day": ["test_fct_inventory_daily__a_date_without_a_time_is_of_the_whole_day"],
    "days of 23 and 25 hours in the stock": [
        "test_fct_inventory_daily__daylight_saving_days_are_one_day_each"
    ],
    "stock without a place": ["test_dim_locations__a_place_without_a_name_is_called_default"],
    "velocity divides by days in stock; zero velocity gives no cover; oversold stays below zero": [
        "test_mart_inventory_health__velocity_divides_by_days_in_stock"
    ],
    "average inventory is the mean of daily snapshots; the unit cost of the day": [
        "test_mart_inventory_health__average_inventory_is_the_mean_of_the_days"
    ],
    "split shipments do not multiply sold units": [
        "test_int_stock_demand__split_shipments_do_not_multiply_units",
        "test_mart_inventory_health__sold_units_leave_one_place",
    ],
    "a set is on no shelf, its articles are": ["test_int_stock_demand__of_a_set_its_articles_leave_the_shelf"],
    "sell-through of what was there and came": [
        "test_mart_inventory_health__sell_through_of_what_was_there_and_came"
    ],
    "stock shared by several shops": [
        "test_mart_inventory_health__stock_of_several_shops_lasts_as_long_as_all_of_them_let_it"
    ],
    "when to order, and what is too much": [
        "test_mart_inventory_health__when_to_order",
        "test_int_lead_times__mean_of_what_had_arrived_before_the_month",
    ],
    "even and uneven demand": ["test_int_stock_classes__even_and_uneven_demand"],
    "how much sold since the launch": ["test_mart_stock_launches__sell_through_since_launch"],
}  # fmt: skip
