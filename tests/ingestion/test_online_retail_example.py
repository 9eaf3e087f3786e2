"""The example configuration on the real files, against the same figures computed from the files by other means."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingestion.config import load_config
from ingestion.mapping import EntitySelect, entity_selects

POSTAGE = ("POST", "DOT", "C2")
OTHERS = {"BANK CHARGES": "fee", "AMAZONFEE": "fee", "CRUK": "fee", "M": "adjustment", "B": "adjustment",
          "D": "discount", "S": "sample"}  # fmt: skip


@pytest.fixture(scope="module")
def frame(online_retail: Path) -> pl.DataFrame:
    """All files as text, with the file and the row number that each row has in raw."""
    parts = [
        pl.read_csv(path, infer_schema=False)
        .with_row_index("_row", offset=1)
        .with_columns(pl.lit(path.name).alias("_file"))
        for path in sorted(online_retail.glob("*.csv.gz"))
    ]
    return pl.concat(parts)


@pytest.fixture(scope="module")
def example(repository: Path, online_retail: Path) -> dict[str, EntitySelect]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPSMART_DATA", str(online_retail.parent))
        config = load_config(repository / "ingestion" / "files" / "examples" / "online_retail.yml")
    assert config.as_of == "latest"
    return {one.entity: one for one in entity_selects(config)}


@pytest.fixture(scope="module")
def duck(frame: pl.DataFrame, example: dict[str, EntitySelect]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every entity of the example as a table of its name."""
    with duckdb.connect() as connection:
        connection.register("files", frame.to_arrow())
        connection.execute(
            "create table landed as select *, 'L1' as _load_id, 1 as _load_seq, false as _deleted from files"
        )
        for entity, select in example.items():
            connection.execute(f"create table {entity} as {select.sql.replace('__raw__', 'landed')}")
        yield connection


def test_example_gives_lines_refunds_and_what_derives_from_lines(example: dict[str, EntitySelect]) -> None:
    assert {name: one.derived for name, one in example.items()} == {
        "order_lines": False, "refunds": False, "orders": True, "products": True, "customers": True
    }  # fmt: skip
    assert all(one.rowwise and not one.version for one in example.values())


def test_nothing_in_the_files_is_unusable(
    duck: duckdb.DuckDBPyConnection, example: dict[str, EntitySelect]
) -> None:
    for select in example.values():
        sql = select.problems_sql.replace("__raw__", "landed")
        assert duck.execute(f"select * from ({sql})").fetchall() == []


def test_lines_are_the_sales_and_exact_duplicates_share_a_key(
    duck: duckdb.DuckDBPyConnection, frame: pl.DataFrame
) -> None:
    raw = [
        "InvoiceNo",
        "StockCode",
        "Description",
        "Quantity",
        "InvoiceDate",
        "UnitPrice",
        "CustomerID",
        "Country",
    ]
    sales = frame.filter(~pl.col("InvoiceNo").str.starts_with("C") & (pl.col("Quantity").cast(pl.Int64) > 0))
    distinct = sales.unique(raw)
    assert (frame.height, frame.height - frame.unique(raw).height) == (541_909, 5_268)
    assert duck.execute(
        "select count(*), count(distinct order_line_id), count(distinct (order_id, order_line_id)) from order_lines"
    ).fetchone() == (sales.height, distinct.height, distinct.height)
    pence = distinct.select(
        (
            pl.col("Quantity").cast(pl.Int64)
            * (pl.col("UnitPrice").cast(pl.Float64) * 1000).round().cast(pl.Int64)
        ).sum()
    ).item()
    total = duck.execute(
        "select cast(sum(quantity * unit_price) * 1000 as bigint)"
        " from (select distinct on (order_line_id) * from order_lines)"
    ).fetchone()
    assert total == (pence,)


def test_postage_fees_and_adjustments_are_told_apart(
    duck: duckdb.DuckDBPyConnection, frame: pl.DataFrame
) -> None:
    code = pl.col("StockCode").str.to_uppercase()
    kinds = (
        frame.filter(~pl.col("InvoiceNo").str.starts_with("C") & (pl.col("Quantity").cast(pl.Int64) > 0))
        .select(
            pl.when(code.is_in(POSTAGE))
            .then(pl.lit("shipping"))
            .otherwise(code.replace_strict(OTHERS, default="merchandise"))
            .alias("kind")
        )
        .group_by("kind")
        .len()
    )
    found = duck.execute("select line_type, count(*) from order_lines group by all").fetchall()
    assert dict(found) == dict(kinds.iter_rows())
    assert duck.execute("select count(*) from order_lines where is_gift_card").fetchone() == (34,)
    assert duck.execute("select bool_and(is_giveaway = (unit_price = 0)) from order_lines").fetchone() == (
        True,
    )


def test_refunds_are_the_cancellations_with_their_amounts_positive(
    duck: duckdb.DuckDBPyConnection, frame: pl.DataFrame
) -> None:
    cancelled = frame.filter(pl.col("InvoiceNo").str.starts_with("C"))
    row = duck.execute(
        "select count(*), count(distinct refund_id), count(order_id), min(amount) > 0, min(quantity),"
        " bool_and(coalesce(merchandise_amount, 0) + coalesce(shipping_amount, 0) in (0, amount)) from refunds"
    ).fetchone()
    assert row == (cancelled.height, 9_251, 0, True, 1, True)
    kinds = duck.execute(
        "select case when variant_id in ('POST', 'DOT', 'C2') then 'postage'"
        " when variant_id in ('M', 'D', 'S', 'B', 'CRUK', 'AMAZONFEE', 'BANK CHARGES') then 'other' else 'goods' end,"
        " sum(amount) = sum(merchandise_amount), sum(amount) = sum(shipping_amount) from refunds group by all"
    ).fetchall()
    assert {kind: (bool(goods), bool(postage)) for kind, goods, postage in kinds} == {
        "goods": (True, False), "postage": (False, True), "other": (False, False)
    }  # fmt: skip


def test_lines_without_a_customer_form_none_and_ids_lose_their_decimals(
    duck: duckdb.DuckDBPyConnection, frame: pl.DataFrame
) -> None:
    sales = frame.filter(~pl.col("InvoiceNo").str.starts_with("C") & (pl.col("Quantity").cast(pl.Int64) > 0))
    known = {str(one).removesuffix(".0") for one in sales["CustomerID"].drop_nulls().unique()}
    found = {row[0] for row in duck.execute("select distinct customer_id from customers").fetchall()}
    assert found == known
    without = sales.filter(pl.col("CustomerID").is_null())["InvoiceNo"].n_unique()
    assert duck.execute(
        "select count(distinct order_id) from orders where customer_id is null"
    ).fetchone() == (without,)


def test_times_are_london_wall_clock_made_utc(duck: duckdb.DuckDBPyConnection) -> None:
    wanted = {"536365": "2010-12-01T08:26", "555500": "2011-06-03T14:32"}  # 15:32 on a summer's day
    for order, instant in wanted.items():
        row = duck.execute("select min(created_at) from orders where order_id = ?", [order]).fetchone()
        assert row == (datetime.fromisoformat(instant),)
