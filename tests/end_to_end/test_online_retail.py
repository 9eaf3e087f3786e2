"""A year of a real shop through the whole way, against the same figures computed a second time in polars."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.end_to_end import reference
from tests.end_to_end.shop import Shop

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, repository: Path, online_retail: Path) -> Shop:
    """The year published by one `opsmart run` with the example configuration."""
    shop = Shop.from_example(
        tmp_path_factory.mktemp("online_retail"),
        repository / "ingestion/files/examples/online_retail.yml",
        online_retail.parent,
    )
    shop.run()
    return shop


@pytest.fixture(scope="module")
def expected(online_retail: Path) -> reference.Reference:
    return reference.compute(online_retail)


def cents(column: str) -> pl.Expr:
    """Decimal money as whole hundredths of a penny."""
    return (pl.col(column) * 10_000).cast(pl.Int64)


def test_every_row_arrives_in_raw(shop: Shop, expected: reference.Reference) -> None:
    landed = duckdb.sql(f"select count(*) from read_parquet('{shop.warehouse}/raw/retail/lines/*/*.parquet')")
    assert landed.fetchall() == [(expected.raw_rows,)] == [(541_909,)]


def test_exact_duplicates_go_once(shop: Shop, expected: reference.Reference) -> None:
    assert expected.duplicate_rows == 5_268
    sold = shop.ask("select count(*) as n from fct_order_lines")["n"][0]
    taken_back = shop.ask("select count(*) as n from fct_refunds")["n"][0]
    assert (sold, taken_back) == (expected.lines.height, expected.refunds.height)


def test_revenue_and_orders_of_each_day(shop: Shop, expected: reference.Reference) -> None:
    ours = shop.ask(
        "select date as day, orders, units, buyers - anonymous_buyers as customers, anonymous_buyers, gross_sales "
        "from mart_sales_daily where period_type = 'day' and platform = 'all' and sales_channel = 'all' and orders > 0"
    ).with_columns(gross=cents("gross_sales"))
    days = expected.orders.group_by("day").agg(
        orders=pl.len(),
        units=pl.col("units").sum(),
        customers=pl.col("customer").drop_nulls().n_unique(),
        anonymous_buyers=pl.col("customer").null_count(),
        gross=pl.col("gross").sum(),
    )
    columns = ["day", "orders", "units", "customers", "anonymous_buyers", "gross"]
    assert_same(ours, days, columns)


def test_buyers_of_a_month_are_counted_anew(shop: Shop, expected: reference.Reference) -> None:
    ours = shop.ask(
        "select date as month, buyers, new_buyers, repeat_buyers from mart_sales_daily "
        "where period_type = 'month' and platform = 'all' and sales_channel = 'all'"
    )
    orders = expected.orders.with_columns(month=pl.col("day").dt.truncate("1mo"))
    first = orders.with_columns(first=pl.col("month").min().over("customer")).filter(
        pl.col("customer").is_not_null()
    )
    months = (
        orders.group_by("month")
        .agg(buyers=pl.col("customer").drop_nulls().n_unique() + pl.col("customer").null_count())
        .join(
            first.filter(pl.col("first") == pl.col("month"))
            .group_by("month")
            .agg(new_buyers=pl.col("customer").n_unique()),
            on="month",
        )
        .join(
            first.filter(pl.col("first") < pl.col("month"))
            .group_by("month")
            .agg(repeat_buyers=pl.col("customer").n_unique()),
            on="month",
            how="left",
        )
        .with_columns(pl.col("repeat_buyers").fill_null(0))
    )
    assert_same(ours, months, ["month", "buyers", "new_buyers", "repeat_buyers"])


def test_returns_by_refund_date(shop: Shop, expected: reference.Reference) -> None:
    ours = shop.ask(
        "select date as day, returns_by_refund_date from mart_sales_daily "
        "where period_type = 'day' and platform = 'all' and sales_channel = 'all' and returns_by_refund_date <> 0"
    ).with_columns(goods=cents("returns_by_refund_date"))
    valid = expected.refunds.filter(
        pl.col("order").is_null() | pl.col("order").is_in(expected.orders["order"].to_list())
    )
    days = valid.group_by("day").agg(goods=pl.col("goods").sum()).filter(pl.col("goods") != 0)
    assert_same(ours, days, ["day", "goods"])


def test_cancellations_find_their_sale_or_say_that_they_do_not(
    shop: Shop, expected: reference.Reference
) -> None:
    ours = shop.ask("select order_match, count(*) as n from fct_refunds group by 1")
    counts = dict(ours.iter_rows())
    unmatched = expected.refunds["order"].null_count()
    assert counts == {"none": unmatched, "matched": expected.refunds.height - unmatched}
    assert (
        unmatched >= 1_682
    )  # of 9,251 lines, those without any earlier sale; the others found all of it returned
    nameless = shop.ask(
        "select count(*) as n from fct_refunds where (order_id is null) <> (order_match = 'none')"
    )
    assert nameless["n"][0] == 0


def test_returns_of_each_order(shop: Shop, expected: reference.Reference) -> None:
    ours = shop.ask(
        "select order_id as order, gross_sales, returns from fct_orders where is_valid"
    ).with_columns(gross=cents("gross_sales"), returns=cents("returns"))
    assert_same(ours, expected.orders, ["order", "gross", "returns"])


def test_every_cohort_cell(shop: Shop, expected: reference.Reference) -> None:
    ours = shop.ask("select * from mart_cohort_retention where first_channel = 'all'").with_columns(
        net=cents("net_sales")
    )
    columns = ["cohort_month", "period_number", "cohort_size", "active_customers", "orders", "net"]
    assert_same(ours, reference.cohorts(expected), columns)


def test_every_rfm_row(shop: Shop, expected: reference.Reference) -> None:
    # Marts name people by keys of ours; a person's last order names them in both.
    ours = shop.ask(
        "select last_orders.order_id as customer, rfm.* from mart_customer_rfm as rfm join ("
        "select customer_key, max(order_id) as order_id from fct_orders where is_valid group by 1"
        ") as last_orders using (customer_key)"
    ).with_columns(money=cents("monetary"))
    names = expected.orders.group_by("customer").agg(order=pl.col("order").max())
    theirs = (
        reference.rfm(expected)
        .join(names, on="customer")
        .with_columns(customer=pl.col("order"), money=pl.col("monetary"))
    )
    columns = [
        "customer",
        "recency_days",
        "frequency",
        "money",
        "recency_score",
        "frequency_score",
        "monetary_score",
    ]
    assert_same(ours, theirs, columns)


def test_anonymous_orders_never_form_a_customer(shop: Shop, expected: reference.Reference) -> None:
    ours = shop.ask(
        "select count(*) as orders, count(distinct customer_key) as keys from fct_orders "
        "where is_anonymous and is_valid"
    )
    anonymous = expected.orders["customer"].null_count()
    assert ours.row(0) == (anonymous, anonymous)
    assert shop.ask("select max(orders) as most from dim_customers")["most"][0] < 1_000


def test_postage_fees_and_adjustments_are_no_sales(shop: Shop, expected: reference.Reference) -> None:
    ours = shop.ask("select line_type, sum(gross_sales) as gross from fct_order_lines group by 1")
    assert {kind: value for kind, value in ours.iter_rows() if kind != "merchandise"} == dict.fromkeys(
        ["shipping", "fee", "adjustment", "sample"], 0
    )


def assert_same(ours: pl.DataFrame, theirs: pl.DataFrame, columns: list[str]) -> None:
    """The same rows in these columns, whatever the order and the width of the numbers."""
    left, right = (
        frame.select(pl.col(columns)).with_columns(pl.selectors.integer().cast(pl.Int64)).sort(columns)
        for frame in (ours, theirs)
    )
    differing = left.join(right, on=columns, how="anti", nulls_equal=True)
    missing = right.join(left, on=columns, how="anti", nulls_equal=True)
    same = differing.is_empty() and missing.is_empty()
    assert same, f"ours only:\n{differing}\nexpected only:\n{missing}"
    assert left.height == right.height
