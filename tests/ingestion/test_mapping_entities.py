"""Which entities a source gives: its own, those derived from them, and selects that look at many rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion.config import Config, ConfigError, load_config
from ingestion.demo.settings import GIVES
from ingestion.files.settings import FilesSettings
from ingestion.mapping import entity_selects
from tests.ingestion.mappings import HEAD, LINE, LINES, at, land, problems_of, rows_of, selects


@pytest.fixture
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


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
    ours = {"updated_at", "_deleted", "_pii_key_version"}
    assert {entity: [name for name in names if name not in ours] for entity, names in landed.items()} == {
        entity: columns.split() for entity, columns in GIVES.items()
    }
