"""From configured mappings to typed rows of entities, their derived relatives, and the values nobody can use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.config import Config, ConfigError, load_config
from ingestion.contracts import load_contracts
from ingestion.demo.settings import GIVES
from ingestion.files.settings import FilesSettings
from ingestion.mapping import EntitySelect, entity_selects

HEAD = """\
shops: [{id: main, name: A, timezone: Europe/London, currency: GBP}]
sources:
  - name: retail
    type: files
    shop: main
    inputs: {lines: {path: lines.csv}}
    entities:
"""
LINES = """\
      order_lines:
        from: lines
        select: |
          select Id as order_line_id, "Order" as order_id, Code as variant_id, Qty as quantity, Price as unit_price,
              Kind as line_type, Placed as created_at, Buyer as customer_id, Land as country, Name as title
"""
LINE = {
    "Id": "1", "Order": "o1", "Code": "c1", "Qty": "2", "Price": "1.5", "Kind": "merchandise",
    "Placed": "2011-07-01 08:26:00", "Buyer": "b1", "Land": "France", "Name": "Cup",
}  # fmt: skip


def at(*parts: int) -> datetime:
    """An instant in UTC, as the warehouse holds it: without a zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


@pytest.fixture
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def selects(folder: Path, entities: str, head: str = HEAD) -> dict[str, EntitySelect]:
    path = folder / "opsmart.yml"
    path.write_text(head + entities, encoding="utf-8")
    return {one.entity: one for one in entity_selects(load_config(path))}


def land(duck: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, Any]], load: int = 1) -> None:
    """Put rows (text, by raw column) into the table `landed` as one file of one load."""
    names = list(rows[0])
    columns = ", ".join(f'"{name}" varchar' for name in names)
    duck.execute(
        f"create table if not exists landed ({columns}, _load_id varchar, _load_seq bigint, _file varchar, _row bigint)"
    )
    for number, row in enumerate(rows, start=1):
        values = [*(row[name] for name in names), f"L{load}", load, f"{load}.csv", number]
        duck.execute(f"insert into landed values ({', '.join('?' * len(values))})", values)


def rows_of(duck: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Rows of a mapping's SQL, with a sub-query in the place of the placeholder, as dbt puts it there."""
    found = duck.execute(
        f"select * from ({sql.replace('__raw__', '(select * from landed)')}) order by _file, _row"
    )
    names = [one[0] for one in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def problems_of(duck: duckdb.DuckDBPyConnection, select: EntitySelect) -> list[tuple[Any, ...]]:
    return [
        (one["_row"], one["entity_key"], one["column_name"], one["value"], one["expected"])
        for one in rows_of(duck, select.problems_sql)
    ]


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
        }
    ]  # fmt: skip
    assert problems_of(duck, lines) == []


def test_types_of_the_sql_are_those_of_the_contract(tmp_path: Path, duck: duckdb.DuckDBPyConnection) -> None:
    land(duck, [LINE])
    contracts = load_contracts()
    delivery = {"_version": "BIGINT", "_load_seq": "BIGINT", "_row": "BIGINT", "_position": "BIGINT"}
    for select in selects(tmp_path, LINES).values():
        described = duck.execute(f"describe {select.sql.replace('__raw__', 'landed')}").fetchall()
        types = {row[0]: row[1] for row in described}
        contract = contracts[select.entity]
        assert {name: types[name].lower() for name in select.columns} == {
            name: contract.columns[name].data_type for name in select.columns
        }
        assert types.items() >= delivery.items()
        assert types.keys() - set(select.columns) == {
            "source_name", "shop_id", "_version", "_load_id", "_load_seq", "_file", "_row", "_position"
        }  # fmt: skip


def test_lines_also_give_orders_products_and_customers(
    tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    land(duck, [LINE, {**LINE, "Id": "2", "Buyer": " "}, {**LINE, "Id": "3", "Order": None, "Code": ""}])
    found = selects(tmp_path, LINES)
    assert list(found) == ["order_lines", "orders", "products", "customers"]
    orders, products, customers = (found[name] for name in ("orders", "products", "customers"))
    assert orders.derived
    assert orders.columns == ["order_id", "customer_id", "created_at", "country"]
    assert [
        (r["order_id"], r["customer_id"], r["_row"], r["_position"]) for r in rows_of(duck, orders.sql)
    ] == [
        ("o1", "b1", 1, -1),  # so that the first row of an order speaks for it
        ("o1", None, 2, -2),
    ]
    assert rows_of(duck, orders.sql)[0]["created_at"] == at(2011, 7, 1, 7, 26)
    assert products.columns == ["variant_id", "product_id", "title"]
    assert [(r["variant_id"], r["product_id"], r["title"]) for r in rows_of(duck, products.sql)] == [
        ("c1", "c1", "Cup")
    ] * 2
    # The order's creation is not the account's: customers do not inherit it.
    assert customers.columns == ["customer_id", "country"]
    assert [r["customer_id"] for r in rows_of(duck, customers.sql)] == ["b1", "b1"]
    assert all(problems_of(duck, one) == [] for one in (orders, products, customers))


def test_customers_come_from_mapped_orders_rather_than_from_lines(tmp_path: Path) -> None:
    orders = """\
      orders:
        from: lines
        columns: {order_id: Order, created_at: Placed, customer_id: {column: Buyer, id: true}, city: Town}
"""
    lines = LINES.replace("Placed as created_at, Buyer as customer_id, Land as country, ", "")
    found = selects(tmp_path, orders + lines)
    assert list(found) == ["orders", "order_lines", "products", "customers"]
    assert found["customers"].columns == ["customer_id", "city"]
    assert "city" not in found["orders"].columns


def test_mapped_entities_are_not_derived_again(tmp_path: Path) -> None:
    customers = "      customers: {from: lines, columns: {customer_id: Buyer}}\n"
    lines = LINES.replace("Land as country, ", "")
    found = selects(tmp_path, customers + lines.replace("Buyer as customer_id", "Buyer as customer_id"))
    assert [(one.entity, one.derived) for one in found.values()] == [
        ("customers", False), ("order_lines", False), ("orders", True), ("products", True)
    ]  # fmt: skip


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
        (2, "o1:1", "unit_price", "nan", "a number such as 12.34"),
        (3, "o1", "order_line_id", " ", "a value"),
        (3, "o1", "unit_price", None, "a value"),
        (6, "o1:1", "quantity", ("many " * 100)[:200], "a whole number"),
    ]
    assert sorted(problems_of(duck, found["orders"])) == [
        (5, "o1", "created_at", "01/07/2011", "a time such as 2024-05-31 13:45:00 or 2024-05-31"),
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


def test_select_that_groups_rows_sees_all_loads_and_names_the_newest(
    tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    land(duck, [LINE, {**LINE, "Id": "2"}], load=1)
    land(duck, [{**LINE, "Id": "3"}, {**LINE, "Order": "o2", "Placed": "soon"}], load=2)
    found = selects(
        tmp_path,
        LINES
        + """\
      orders:
        from: lines
        select: |
          with per_order as (
              select "Order" as id, min(Placed) as first_at, max(_row) as changed from lines group by all
          )
          select id as order_id, first_at as created_at, changed from per_order -- one row an order
        version: changed
""",
    )
    orders = found["orders"]
    assert (orders.rowwise, orders.derived, orders.columns) == (False, False, ["order_id", "created_at"])
    assert orders.raw_columns == orders.required_raw_columns == ["Order", "Placed"]
    given = sorted(rows_of(duck, orders.sql), key=lambda row: str(row["order_id"]))
    assert [
        (r["order_id"], r["_load_id"], r["_load_seq"], r["_file"], r["_row"], r["_position"], r["_version"])
        for r in given
    ] == [("o1", "L2", 2, "", None, 0, 2), ("o2", "L2", 2, "", None, 0, 2)]
    assert [one[:4] for one in problems_of(duck, orders)] == [(None, "o2", "created_at", "soon")]


def test_select_may_give_its_version_as_a_column(tmp_path: Path, duck: duckdb.DuckDBPyConnection) -> None:
    land(duck, [LINE])
    text = (
        LINES.replace("Name as title", "Name as title, length(Name) as Revision")
        + "        version: revision\n"
    )
    lines = selects(tmp_path, text)["order_lines"]
    assert rows_of(duck, lines.sql)[0]["_version"] == 3
    with pytest.raises(ConfigError, match="the select does not give 'changed'"):
        selects(tmp_path, LINES.replace("select Id", "select distinct Id") + "        version: changed\n")


def test_typed_columns_are_taken_as_they_are(tmp_path: Path, duck: duckdb.DuckDBPyConnection) -> None:
    duck.execute(
        'create table landed as select 1 as "Id", 7::double as "Order", \'c\' as "Code", 2::double as "Qty",'
        ' 1.23456::decimal(10,5) as "Price", null as "Kind", timestamptz \'2011-07-01 08:26:00+02\' as "Placed",'
        ' 5::ubigint as "Buyer", null::int as "Land", \'x\' as "Name",'
        " 'L1' as _load_id, 1 as _load_seq, '' as _file, 1 as _row"
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


def test_demo_maps_its_tables_by_name(tmp_path: Path) -> None:
    path = tmp_path / "opsmart.yml"
    path.write_text(HEAD[: HEAD.index("  - name")] + "  - {name: demo, type: demo, shop: main}\n")
    found = {one.entity: one for one in entity_selects(load_config(path))}
    assert list(found) == list(GIVES)
    for entity, select in found.items():
        assert (select.input, select.derived, select.rowwise, select.version) == (entity, False, True, True)
        assert set(select.raw_columns) == {*select.columns, "updated_at"}
        assert set(select.columns) >= set(GIVES[entity].split())


def test_configuration_made_by_hand_is_checked_as_well(tmp_path: Path) -> None:
    selects(tmp_path, LINES)
    config = load_config(tmp_path / "opsmart.yml")
    source = config.sources[0]
    assert isinstance(source, FilesSettings)
    entity = source.entities["order_lines"].model_copy(update={"select": "select 1"})
    broken = source.model_copy(update={"entities": {"order_lines": entity}})
    fields = {**vars(config), "sources": [broken]}
    with pytest.raises(ConfigError, match="needs a name for the column"):
        entity_selects(Config(**fields))


def test_demo_settings_name_the_columns_that_the_simulator_lands(tmp_path: Path) -> None:
    from datetime import date

    from ingestion.demo.protection import protected
    from ingestion.demo.shop.business import simulate
    from ingestion.demo.shop.plan import Plan
    from ingestion.demo.shop.tables import ENTITIES, rows
    from ingestion.personal.key import key_from

    day = date(2025, 1, 1)
    shop = Plan(day, day, orders_per_day=1.0)
    key = key_from("0" * 64)
    landed = {
        entity: protected(rows(simulate(shop), entity, shop.after(day)), entity, key).column_names
        for entity in ENTITIES
    }
    ours = {"updated_at", "_pii_key_version"}
    assert {entity: [name for name in names if name not in ours] for entity, names in landed.items()} == {
        entity: columns.split() for entity, columns in GIVES.items()
    }
