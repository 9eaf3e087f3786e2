"""The `sql` source on SQLite: the stories that hold for every database, and what is SQLite's own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ingestion.source import SourceError
from ingestion.sql import connection
from tests.ingestion.database_stories import D1, D2, STORIES
from tests.ingestion.databases import Shop

ANY_NAME = "      products: {from: orders, columns: {variant_id: id}}"


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_stories(sql_shop: Shop, story) -> None:
    story(sql_shop)


def test_columns_take_the_type_of_their_values(sql_shop: Shop) -> None:
    sql_shop.run(
        "create table orders (id integer primary key, total decimal(10,2), ratio, mixed, blob_one, yes bool,"
        " at datetime, empty, whole integer)",
        "insert into orders values (1, 12.3, 1, 1, x'00ff', 1, '2026-01-02 03:04:05', null, null)",
        "insert into orders values (2, '7.005', 2.5, 'two', x'01', 0, '2026-01-02T03:04:05+02:00', null, null)",
    )
    sql_shop.configure("orders: {table: orders}", entities=ANY_NAME)
    sql_shop.land()
    first, second = sql_shop.standing()
    assert first == {
        "id": 1, "total": Decimal("12.30"), "ratio": 1.0, "mixed": "1", "blob_one": b"\x00\xff", "yes": 1,
        "at": "2026-01-02 03:04:05", "empty": None, "whole": None,
    }  # fmt: skip
    assert (second["total"], second["ratio"], second["mixed"]) == (Decimal("7.00"), 2.5, "two")


def test_a_number_as_cursor_looks_back_in_steps(sql_shop: Shop) -> None:
    sql_shop.run("create table orders (id integer primary key, status text)")
    sql_shop.put((1, "a"), (50, "a"), (100, "a"))
    sql_shop.configure("orders: {table: orders, cursor: id, lookback: 40}", entities=ANY_NAME)
    sql_shop.land()
    sql_shop.put((50, "b"), (70, "b"), (101, "b"))
    sql_shop.land()
    assert {row["id"]: row["status"] for row in sql_shop.standing()} == {
        1: "a",
        50: "a",
        70: "b",
        100: "a",
        101: "b",
    }


def test_states_of_a_table_carry_their_instant(sql_shop: Shop) -> None:
    sql_shop.run("create table stock (sku text primary key, on_hand integer)")
    sql_shop.run("insert into stock values ('a', 5), ('b', 7), ('c', 9)")
    columns = "variant_id: sku, snapshot_at: read_at, on_hand: on_hand"
    entities = f"      inventory_levels: {{from: stock, columns: {{{columns}}}}}"
    sql_shop.configure("stock: {table: stock, snapshot_at: read_at}", entities=entities)
    sql_shop.land()
    assert sql_shop.land().load_id is None
    sql_shop.run("update stock set on_hand = 4 where sku = 'a'", "delete from stock where sku = 'c'")
    result = sql_shop.land()
    assert result.rows == 1
    assert result.vanished == ["stock: 1 rows, whose last state stands"]
    rows = sql_shop.raw("stock")
    assert [(row["sku"], row["on_hand"]) for row in rows] == [("a", 5), ("b", 7), ("c", 9), ("a", 4)]
    assert rows[3]["read_at"] > rows[0]["read_at"]
    assert not any(row.get("_deleted") for row in rows)


def test_only_what_is_asked_for_is_read(sql_shop: Shop) -> None:
    sql_shop.orders((1, "new", "1", D1))
    sql_shop.configure("orders: {table: orders, columns: [id, total, changed_at], exclude: changed_at}")
    sql_shop.land()
    assert [set(row) for row in sql_shop.standing()] == [{"id", "total"}]
    sql_shop.configure("orders: {table: orders}")
    assert sql_shop.land().rows == 1  # read in another way, the row is another one
    assert [set(row) for row in sql_shop.standing()] == [{"id", "total", "status", "changed_at"}]


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (
            "orders: {table: orders, cursor: changed}",
            "there is no column changed, the cursor (did you mean changed_at?)",
        ),
        ("orders: {table: orders, key: [id, nr]}", "there is no column nr, which `key` names"),
        ("orders: {table: orders, key: status}", "1 values of its key (status) have more than one row each"),
        (
            "orders: {table: orders, exclude: id}",
            "the mapping of products reads id, which `columns` or `exclude`",
        ),
        ("orders: {table: twice, exclude: number}", "the key column number has to be read"),
        ("orders: {table: bare}", "table bare has no primary key"),
        ("orders: {table: doubled}", "a name that is kept for our own"),
        ('orders: {query: "selec", key: id}', "the query cannot be read"),
        ("orders: {table: orders, personal: {Status: text}}", "did you mean status?"),
    ],
)
def test_what_cannot_be_read_is_told(sql_shop: Shop, inputs: str, said: str) -> None:
    sql_shop.orders((1, "new", "1", D1), (2, "new", "1", D2))
    sql_shop.run(
        "create table bare (id integer)",
        "create table twice (number integer primary key, id integer)",
        "create table doubled (id integer primary key, _row integer)",
    )
    sql_shop.configure(inputs)
    reason = sql_shop.refusals()["orders"]
    assert said in (reason or "")
    assert "\n" not in (reason or "")
    assert sql_shop.land().load_id is None


def test_a_file_that_is_not_there(sql_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "WAIT_SECONDS", 0.01)
    sql_shop.configure()
    with pytest.raises(SourceError, match=r"cannot open .*shop\.sqlite3: there is no such file"):
        sql_shop.land()
    assert not (sql_shop.folder / "shop.sqlite3").exists()


def test_a_server_that_is_not_there_is_asked_again_and_then_told(
    sql_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setattr(connection, "WAIT_SECONDS", 0.01)
    monkeypatch.setenv("SHOP_DB_URL", "postgresql://shop:very-secret@127.0.0.1:1/shop")
    sql_shop.configure()
    tried = []
    before = connection._connect
    monkeypatch.setattr(connection, "_connect", lambda *given: tried.append(1) or before(*given))
    with pytest.raises(SourceError, match=r"source shop: 127\.0\.0\.1:1 cannot be reached") as caught:
        sql_shop.land()
    assert len(tried) == connection.ATTEMPTS
    assert "very-secret" not in str(caught.value)


def test_what_would_be_read_is_counted(sql_shop: Shop) -> None:
    from ingestion import lake

    sql_shop.orders((1, "new", "1", D1), (2, "new", "1", D2))
    config = sql_shop.configure("orders: {table: orders, cursor: changed_at, lookback: 1 hour}")
    assert lake.plan(config, "shop").inputs[0].new == ["orders: 2 rows to compare (all)"]
    sql_shop.land()
    planned = lake.plan(config, "shop").inputs[0]
    assert planned.new == [
        'orders: 1 rows to compare ("changed_at" >= \'2026-03-02 09:00:00\' or "changed_at" is null)'
    ]
    assert planned.columns == ["id", "status", "total", "changed_at"]
