"""From configured mappings to typed rows of entities, and the values that nobody can use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from ingestion.contracts import load_contracts
from tests.ingestion.mappings import HEAD, LINE, LINES, at, land, problems_of, rows_of, selects


@pytest.fixture
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def test_select_gives_typed_rows_with_their_provenance(
    tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    land(duck, [LINE])
    found = selects(tmp_path, LINES)
    lines = found["order_lines"]
    assert (lines.source, lines.type, lines.input, lines.shop_id) == ("retail", "files", "lines", "main")
    assert (lines.timezone, lines.derived, lines.rowwise, lines.version) == (
        "Europe/London",
        False,
        True,
        False,
    )
    assert lines.columns == ["order_line_id", "order_id", "variant_id", "quantity", "unit_price", "line_type"]
    assert rows_of(duck, lines.sql) == [
        {
            "order_line_id": "1", "order_id": "o1", "variant_id": "c1", "quantity": 2, "unit_price": Decimal("1.5"),
            "line_type": "merchandise", "source_name": "retail", "shop_id": "main", "_version": None,
            "_load_id": "L1", "_load_seq": 1, "_file": "1.csv", "_row": 1, "_position": 1,
            "_is_deleted": False,
        }
    ]  # fmt: skip
    assert problems_of(duck, lines) == []


def test_types_of_the_sql_are_those_of_the_contract(tmp_path: Path, duck: duckdb.DuckDBPyConnection) -> None:
    land(duck, [LINE])
    contracts = load_contracts()
    delivery = {
        "_version": "BIGINT",
        "_load_seq": "BIGINT",
        "_row": "BIGINT",
        "_position": "BIGINT",
        "_is_deleted": "BOOLEAN",
    }
    for select in selects(tmp_path, LINES).values():
        described = duck.execute(f"describe {select.sql.replace('__raw__', 'landed')}").fetchall()
        types = {row[0]: row[1] for row in described}
        contract = contracts[select.entity]
        assert {name: types[name].lower() for name in select.columns} == {
            name: contract.columns[name].data_type for name in select.columns
        }
        assert types.items() >= delivery.items()
        assert types.keys() - set(select.columns) == {
            "source_name", "shop_id", "_version", "_load_id", "_load_seq", "_file", "_row", "_position",
            "_is_deleted",
        }  # fmt: skip


def test_column_map_reads_formats_ids_values_and_chinese_names(
    tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    row = {
        "订单 编号": "17850.0",
        "下单时间": "01/07/2011 08:26",
        "实付": "12.345678",
        "状态": " Paid",
        "改": "2011-07-02",
    }
    land(duck, [row, {**row, "状态": "测试"}])
    found = selects(
        tmp_path,
        """\
      orders:
        from: lines
        columns:
          order_id: {column: 订单 编号, id: true}
          created_at: {column: 下单时间, format: ["%Y", "%d/%m/%Y %H:%M"]}
          total: {column: 实付}
          financial_status: 状态
          currency: {value: GBP}
          is_test: {value: no}
        where: 状态 <> '测试' -- 测试订单
        version: 改
""",
    )
    orders = found["orders"]
    assert orders.version
    assert sorted(orders.raw_columns) == sorted(row)
    assert orders.required_raw_columns == sorted(["订单 编号", "下单时间", "状态"])
    (given,) = rows_of(duck, orders.sql)
    assert given["order_id"] == "17850"
    assert given["created_at"] == at(2011, 7, 1, 7, 26)
    assert given["total"] == Decimal("12.3457")
    assert (given["financial_status"], given["currency"], given["is_test"]) == ("paid", "GBP", False)
    assert given["_version"] == (at(2011, 7, 1, 23) - at(1970, 1, 1)) // timedelta(microseconds=1)
    assert problems_of(duck, orders) == []


def test_every_bad_value_is_reported_with_its_row(tmp_path: Path, duck: duckdb.DuckDBPyConnection) -> None:
    bad = [
        {**LINE, "Qty": "6.5"},
        {**LINE, "Price": "nan", "Kind": "Freebie"},
        {**LINE, "Price": None, "Id": " "},
        LINE,
        {**LINE, "Placed": "01/07/2011"},
        {**LINE, "Qty": "many " * 100, "Kind": " MERCHANDISE ", "Placed": ""},
    ]
    land(duck, bad)
    found = selects(tmp_path, LINES)
    kinds = "one of merchandise, shipping, fee, adjustment, discount, sample, price_difference"
    assert sorted(problems_of(duck, found["order_lines"])) == [
        (1, "o1:1", "quantity", "6.5", "a whole number"),
        (2, "o1:1", "line_type", "Freebie", kinds),
        (
            2,
            "o1:1",
            "unit_price",
            "nan",
            'a number such as 12.34; declare missing: ["--"] (with this text) if it means no value',
        ),
        (3, "o1", "order_line_id", " ", "a value"),
        (3, "o1", "unit_price", None, "a value"),
        (6, "o1:1", "quantity", ("many " * 100)[:200], "a whole number"),
    ]
    assert sorted(problems_of(duck, found["orders"])) == [
        (
            5,
            "o1",
            "created_at",
            "01/07/2011",
            (
                "a time such as 2024-05-31 13:45:00 or 2024-05-31; declare dates: day_first or dates: month_first"
                " for the input"
            ),
        ),
        (6, "o1", "created_at", "", "a value"),
    ]
    (first, *_) = rows_of(duck, found["order_lines"].sql)
    assert first["quantity"] is None


def test_version_that_cannot_be_compared_is_reported(tmp_path: Path, duck: duckdb.DuckDBPyConnection) -> None:
    land(duck, [{**LINE, "v": "7"}, {**LINE, "v": "new"}, {**LINE, "v": None}])
    lines = selects(tmp_path, LINES + "        version: V\n")["order_lines"]
    assert [row["_version"] for row in rows_of(duck, lines.sql)] == [7, None, None]
    assert [one[:4] for one in problems_of(duck, lines)] == [(2, "o1:1", "version", "new")]
    assert "V" in lines.raw_columns


def test_typed_columns_are_taken_as_they_are(tmp_path: Path, duck: duckdb.DuckDBPyConnection) -> None:
    duck.execute(
        'create table landed as select 1 as "Id", 7::double as "Order", \'c\' as "Code", 2::double as "Qty",'
        ' 1.23456::decimal(10,5) as "Price", null as "Kind", timestamptz \'2011-07-01 08:26:00+02\' as "Placed",'
        ' 5::ubigint as "Buyer", null::int as "Land", \'x\' as "Name",'
        " 'L1' as _load_id, 1 as _load_seq, '' as _file, 1 as _row, false as _deleted"
    )
    found = selects(tmp_path, LINES, HEAD.replace("lines.csv", "lines.parquet"))
    (line,) = rows_of(duck, found["order_lines"].sql)
    assert (line["order_line_id"], line["order_id"], line["quantity"]) == ("1", "7.0", 2)
    assert line["unit_price"] == Decimal("1.2346")
    (order,) = rows_of(duck, found["orders"].sql)
    assert (order["created_at"], order["customer_id"]) == (at(2011, 7, 1, 6, 26), "5")
    assert all(problems_of(duck, one) == [] for one in found.values())


def test_source_zone_outweighs_the_shops(tmp_path: Path, duck: duckdb.DuckDBPyConnection) -> None:
    land(duck, [LINE])
    head = HEAD.replace("    shop: main\n", "    shop: main\n    timezone: Asia/Shanghai\n")
    orders = selects(tmp_path, LINES, head)["orders"]
    assert orders.timezone == "Asia/Shanghai"
    assert rows_of(duck, orders.sql)[0]["created_at"] == at(2011, 7, 1, 0, 26)
