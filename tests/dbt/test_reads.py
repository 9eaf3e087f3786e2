"""A new day reads a day's worth of rows, not the history. `pytest -s tests/dbt/test_reads.py` shows the figures.

Three counts for each model and each relation that it reads (see kit/reads.py): rows *kept* are what it works on, rows
*passed* are what scans hand to the filters and look-ups above them, rows *scanned* are in the row groups opened.
DuckDB has no index on keys: to look up the rows of some keys it goes through the column of that key. Where keys grow
with time it skips most of it; a buyer's key is a hash, so that their orders are looked for among all orders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tests.dbt.kit.history import History
from tests.dbt.kit.lake import Lake, shop
from tests.dbt.kit.reads import Reads, watched
from tests.dbt.kit.runner import NAME, Runner
from tests.dbt.kit.telling import SOURCES

DAYS = 300
HISTORY = History(datetime(2024, 1, 1), refunds_per_day=20)  # noqa: DTZ001 - UTC without saying so, as the tables have it
ARRIVING = {entity: table.num_rows for entity, table in HISTORY.days(DAYS, DAYS).items()}
"""Rows that arrive on a day, by entity."""
SOME_DAYS = 6 * (sum(ARRIVING.values()) - ARRIVING["events"])
"""A day's rows, once more for each of the joins that a model is made of, and the chunks that a scan takes at a time."""
MONTH = 31 * HISTORY.orders_per_day
BUYERS = DAYS * HISTORY.new_buyers_per_day

WORKS_ON_MORE: Mapping[str, Mapping[str, int]] = {
    # orders placed, paid, dealt and sent in the month that is not over and in the one before, whose orders are refunded
    # and whose refund windows close
    "int_sales_periods": {"fct_orders": 2 * 4 * MONTH},
    # orders of the month that is not over, in which every cohort has a cell, and of that of the orders refunded
    "int_cohort_cells": {"fct_orders": 2 * MONTH},
    # lines and views of that month and of the one in which return windows close, and what both came to by product
    "mart_product_performance": {
        "fct_order_lines": 3 * MONTH * HISTORY.lines_per_order,
        "int_product_traffic": 3 * 31 * HISTORY.variants // 2,
        "mart_product_performance": 3 * 5 * HISTORY.variants,
    },
    "mart_variant_performance": {
        "fct_order_lines": 3 * MONTH * HISTORY.lines_per_order,
        "int_product_traffic": 3 * 31 * HISTORY.variants,
        "mart_variant_performance": 3 * 7 * HISTORY.variants,
    },
    # lines of the weeks of which anything was given back, which are those of the last month
    "mart_returns": {"fct_order_lines": MONTH * HISTORY.lines_per_order},
    # one row per buyer of the last 365 days: recency moves for everybody every day
    "mart_customer_rfm": {"int_customer_windows": BUYERS},
    # so does the month that is not over; its moves are also from the month before
    "mart_customer_rfm_monthly": {"mart_customer_rfm": BUYERS, "mart_customer_rfm_monthly": 2 * BUYERS},
    "mart_customer_segment_moves": {"mart_customer_rfm_monthly": 2 * BUYERS},
    # orders that may still wait to be shipped
    "mart_today": dict.fromkeys(("fct_orders", "int_orders"), 90 * HISTORY.orders_per_day),
    # orders of the month of which anything was given back: what they earn pays back what their buyers cost
    "int_new_customer_margins": {"fct_orders": MONTH},
    # what the visits of the last month led to, in six models
    "mart_marketing_roi": {"fct_attribution": 6 * MONTH},
    # demand of the weeks that the classes of this week and the last are of
    "int_stock_classes": {"int_stock_demand": 14 * 7 * HISTORY.orders_per_day * HISTORY.lines_per_order},
    # orders of the quarter that is not over and of the one before
    "mart_growth_accounting": {"int_active_days": 2 * 3 * MONTH},
    # one row per person of each, as everybody's recency moves; who was active in the last eight weeks
    "mart_customer_360": {
        "int_active_days": 2 * MONTH,
        **dict.fromkeys(
            ("dim_customers", "int_customer_profiles", "mart_customer_ltv", "mart_customer_rfm"), BUYERS
        ),
    },
}
"""Rows that a day may keep of a relation where it is more than some days' rows, and why."""

LOOKS_THROUGH: Mapping[str, set[str]] = {
    # whoever has the day's e-mail addresses, phones and accounts, and all they are linked to: their keys are hashes
    "int_identity_links": {"int_orders", "int_customers", "int_identity_links"},
    "int_people": {"int_identity_links", "int_people"},
    # all orders of the day's buyers: their number and their first order depend on all
    "fct_orders": {"int_orders_summed", "fct_orders"},
    "dim_customers": {"fct_orders", "int_customers", "int_people", "dim_customers"},
    "int_customer_windows": {"fct_orders", "int_customer_windows"},
    # orders of whoever is somebody else now, by hashes
    "int_order_people": {"int_orders", "int_people"},
    # one row per refund
    "int_orders_summed": {"int_refunds_matched"},
    # the orders of two months, four times: once for each of their clocks
    "int_sales_periods": {"fct_orders"},
    # one row per product and period
    "mart_product_performance": {"mart_product_performance"},
    "mart_variant_performance": {"mart_variant_performance"},
    "mart_returns": {"mart_returns"},
    "mart_customer_rfm": {"int_customer_windows"},
    "mart_customer_rfm_monthly": {"mart_customer_rfm"},
    # all orders of the day's buyers once more: the months and windows that theirs stand in
    "int_customer_windows_monthly": {
        "fct_orders",
        "fct_refunds",
        "dim_dates",
    },
    "mart_customer_ltv": {"fct_orders", "mart_customer_ltv"},
    # all sessions of the day's visitors: which was their first
    "fct_sessions": {"int_sessions", "fct_sessions"},
    # the days of articles that are another product's now
    "int_product_traffic": {"int_product_traffic"},
    # the orders of the day's buyers before and after theirs
    "fct_touches": {"fct_orders"},
    # the first orders of the buyers of that month
    "int_new_customer_margins": {"fct_orders"},
    # rows of the day's orders, which stand as they were worked out
    "fct_attribution": {"fct_attribution"},
    # the calendar
    "mart_cohort_retention": {"dim_dates"},
    "mart_cohort_retention_weekly": {"dim_dates"},
    "int_stock_classes": {"dim_dates"},
    # all sessions of the day's visitors, who may have told who they are: their ids are hashes
    "int_session_people": {"int_sessions", "int_order_sessions", "int_order_people", "int_session_people"},
    # all days and all that the day's buyers ever bought
    "int_active_days": {"fct_orders", "int_active_days"},
    "int_customer_profiles": {"fct_orders", "fct_order_lines", "int_customer_profiles"},
    # reviews of whoever is somebody else now
    "int_customer_contacts": {"int_reviews"},
    "mart_customer_360": {"dim_customers", "int_customer_profiles", "mart_customer_ltv", "mart_customer_rfm"},
}
"""Relations of whose rows a scan may pass half or more to a look-up: their keys are not in the order of time."""


@dataclass
class Measured:
    """Reads by model of the build of the history and of the day after, and how many rows each table has then."""

    full: Mapping[str, Reads]
    day: Mapping[str, Reads]
    rows: Mapping[str, int]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory, runner: Runner) -> Measured:
    folder = tmp_path_factory.mktemp("reads")
    lake, database = Lake(folder, [shop("main")], SOURCES), folder / "build" / NAME
    lake.land(HISTORY.days(0, DAYS - 1), "history")
    with watched() as full:
        runner.build(lake, database, HISTORY.as_of(DAYS - 1))
    lake.land(HISTORY.days(DAYS, DAYS), "day")
    with watched() as day:
        runner.build(lake, database, HISTORY.as_of(DAYS))
    measured = Measured(full, day, _rows(database))
    print("\n" + _shown(measured))
    return measured


def _rows(database: Path) -> dict[str, int]:
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "select schema_name, table_name from duckdb_tables() where schema_name in ('canonical', 'main')"
        ).fetchall()
        counts = [
            connection.execute(f"select count(*) from {schema}.{name}").fetchone() for schema, name in names
        ]
    return {name: count[0] for (_, name), count in zip(names, counts, strict=True) if count}


def _shown(measured: Measured) -> str:
    lines = [
        (
            f"{'rows read: a day on top of ' + str(DAYS):34}{'history':>12}{'day: kept':>12}{'passed':>12}"
            f"{'scanned':>12}"
            f"{'history s':>12}{'day s':>8}"
        )
    ]
    for model, full in measured.full.items():
        day = measured.day[model]
        figures = (full.kept, day.kept, day.passed, day.scanned)
        counts = "".join(f"{sum(figure.values()):12,}" for figure in figures)
        lines.append(f"{model:34}{counts}{full.seconds:12.2f}{day.seconds:8.2f}")
    seconds = [sum(one.seconds for one in reads.values()) for reads in (measured.full, measured.day)]
    return "\n".join([*lines, f"{'in all':34}{'':48}{seconds[0]:12.2f}{seconds[1]:8.2f}"])


def test_a_day_works_on_a_day_s_rows(measured: Measured) -> None:
    too_many = {
        (model, relation): rows
        for model, reads in measured.day.items()
        for relation, rows in reads.kept.items()
        if rows > WORKS_ON_MORE.get(model, {}).get(relation, 0) + SOME_DAYS
    }
    assert not too_many


def test_scans_skip_the_history_where_keys_grow_with_time(measured: Measured) -> None:
    too_many = {
        (model, relation): (rows, measured.rows[relation])
        for model, reads in measured.day.items()
        for relation, rows in reads.passed.items()
        if relation in measured.rows
        and rows > max(measured.rows[relation] * 0.55, 2 * SOME_DAYS)  # a small table says nothing
        and relation not in LOOKS_THROUGH.get(model, ())
    }
    assert not too_many


def test_a_day_opens_the_day_s_files_only(measured: Measured) -> None:
    assert sum(reads.passed["raw"] for reads in measured.day.values()) == sum(ARRIVING.values())


def test_the_exceptions_are_needed(measured: Measured) -> None:
    """So that the two lists above stay true."""
    kept = {
        (model, relation)
        for model, relations in WORKS_ON_MORE.items()
        for relation in relations
        if measured.day[model].kept[relation] <= SOME_DAYS
    }
    passed = {
        (model, relation)
        for model, relations in LOOKS_THROUGH.items()
        for relation in relations
        if measured.day[model].passed[relation] <= measured.rows[relation] / 2
    }
    assert not kept | passed
