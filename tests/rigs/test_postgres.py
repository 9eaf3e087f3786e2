"""The `sql` source on a real PostgreSQL."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import psycopg
import pytest

from ingestion.source import SourceError
from tests.ingestion.database_stories import D1, D2, D5, STORIES, statuses
from tests.ingestion.databases import Shop
from tests.ingestion.mappings import at
from tests.rigs.servers import PASSWORD, Server, run_postgres

pytestmark = pytest.mark.rigs

ANY_NAME = "      products: {from: orders, columns: {variant_id: id}}"


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_stories(postgres_shop: Shop, story) -> None:
    story(postgres_shop)


def test_every_type_lands_as_what_it_is(postgres_shop: Shop) -> None:
    shop = postgres_shop
    shop.run(
        "create type mood as enum ('sad', 'glad')",
        "create domain price as numeric(8,3)",
        """create table orders (id bigint primary key, small smallint, yes boolean, real4 real, real8 double precision,
        exact numeric(38,10), loose numeric, cost price, cash money, words text, fixed char(4), day date,
        at timestamp, at_zone timestamptz, clock time, span interval, uid uuid, doc jsonb, list int[], texts text[],
        feeling mood, bytes bytea, network inet)""",
        """insert into orders values (1, -3, true, 0.1, 0.1, 1234567890123456789.0123456789, 0.1, 1.005, 1234.5,
        E'a,"b"\\n\\tc', 'x', '2026-02-28', '2026-03-29 01:30:00.123456', '2026-03-29 01:30:00.123456+05:30',
        '23:59:59', '1 day 2 hours', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": [1, null]}', '{1,null,3}',
        '{"a,b","c\\"d"}', 'glad', '\\x00ff', '10.0.0.1')""",
        "insert into orders (id, words) values (2, ''), (3, null)",
    )
    shop.configure("orders: {table: orders}", entities=ANY_NAME)
    shop.land()
    first, second, third = shop.standing()
    assert first == {
        "id": 1, "small": -3, "yes": True, "real4": pytest.approx(0.1), "real8": 0.1,
        "exact": Decimal("1234567890123456789.0123456789"), "loose": "0.1", "cost": Decimal("1.005"), "cash": "1234.50",
        "words": 'a,"b"\n\tc', "fixed": "x   ", "day": date(2026, 2, 28),
        "at": at(2026, 3, 29, 1, 30, 0, 123456), "at_zone": datetime(2026, 3, 28, 20, 0, 0, 123456, UTC),
        "clock": "23:59:59", "span": "P1DT2H", "uid": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "doc": '{"a": [1, null]}',
        "list": "[1,null,3]", "texts": '["a,b","c\\"d"]', "feeling": "glad", "bytes": b"\x00\xff",
        "network": "10.0.0.1",
    }  # fmt: skip
    assert (second["words"], third["words"]) == ("", None)
    assert set(second.values()) == {2, "", None}
    assert shop.land().load_id is None


def test_what_arrow_has_no_sign_for(postgres_shop: Shop) -> None:
    shop = postgres_shop
    shop.run(
        "create table orders (id int primary key, amount numeric(10,2), ratio float8, day date, until timestamptz)",
        "insert into orders values (1, 'NaN', 'NaN', 'infinity', '-infinity'),"
        " (2, 2.5, 'Infinity', '2026-01-01', now()), (3, 1, 1, '12026-01-01', '0044-03-15 12:00+00 BC')",
    )
    shop.configure("orders: {table: orders}", entities=ANY_NAME)
    result = shop.land()
    assert sorted(line.split(": ", 2)[1] + ": " + line.split(": ", 2)[2] for line in result.problems) == [
        "column amount: lands as text",
        "column day: lands as text",
        "column until: lands as text",
    ]
    rows = shop.standing()
    assert [row["amount"] for row in rows] == ["NaN", "2.50", "1.00"]
    assert str(rows[0]["ratio"]) == "nan"
    assert rows[1]["ratio"] == float("inf")
    assert [row["day"] for row in rows] == ["infinity", "2026-01-01", "12026-01-01"]
    assert shop.land().load_id is None
    shop.run("delete from orders where id = 3")
    shop.land()
    assert [row["day"] for row in shop.standing()] == [None, "2026-01-01"]


def test_a_column_that_grows_wider_lands_nothing_by_itself(postgres_shop: Shop) -> None:
    shop = postgres_shop
    shop.orders((1, "new", "1.50", D1), (2, "new", "2.50", D2))
    shop.configure()
    shop.land()
    shop.run("alter table orders alter total type numeric(14,2)", "alter table orders alter id type bigint")
    assert shop.land().load_id is None
    shop.run("alter table orders alter total type text", "update orders set total = '3.00' where id = 2")
    assert shop.land().rows == 1
    assert [row["total"] for row in shop.standing()] == ["1.50", "3.00"]


def test_infinite_times_land_as_empty(postgres_shop: Shop) -> None:
    shop = postgres_shop
    shop.run(
        "create table orders (id int primary key, until timestamptz)",
        "insert into orders values (1, 'infinity'), (2, '2026-01-01 00:00+00')",
    )
    shop.configure("orders: {table: orders}", entities=ANY_NAME)
    assert shop.land().problems == ["orders: column until: infinite times land as empty"]
    assert [row["until"] for row in shop.standing()] == [None, datetime(2026, 1, 1, tzinfo=UTC)]


def test_all_tables_are_read_as_of_one_instant(postgres_shop: Shop) -> None:
    """While the first table is being read a second session moves money from one table to the other and commits."""
    shop = postgres_shop
    shop.run(
        "create table a (id int primary key, amount int)", "create table b (id int primary key, amount int)",
        "insert into a values (1, 100)", "insert into b values (1, 0)",
    )  # fmt: skip
    entities = (
        "      products: {from: a, columns: {variant_id: id}}\n"
        "      customers: {from: b, columns: {customer_id: id}}"
    )
    shop.configure("a: {table: a}\nb: {table: b}", entities=entities)

    def moved(what: str, done: int, total: int) -> None:
        if (what, done) == ("b", 1):
            shop.run("begin", "update a set amount = 40", "update b set amount = 60", "commit")

    shop.land(progress=moved)
    assert (shop.standing("a")[0]["amount"], shop.standing("b")[0]["amount"]) == (100, 0)
    shop.land()
    assert (shop.standing("a")[0]["amount"], shop.standing("b")[0]["amount"]) == (40, 60)


def test_a_long_transaction_that_commits_late_is_found(postgres_shop: Shop) -> None:
    shop = postgres_shop
    shop.orders((1, "new", "1", D1))
    shop.configure()
    with psycopg.connect(shop.url) as slow:
        slow.execute(f"insert into orders values (2, 'late', 1, '{D2}')")
        shop.put((3, "new", "1", D5))
        shop.land()
        assert set(statuses(shop)) == {1, 3}
        slow.commit()
    shop.land()
    assert set(statuses(shop)) == {1, 2, 3}


def test_nothing_can_be_written(postgres_shop: Shop) -> None:
    shop = postgres_shop
    shop.orders((1, "new", "1", D1))
    shop.run("create function sneak() returns int language sql as 'delete from orders returning 1'")
    shop.configure('orders: {query: "select sneak() as id", key: id}', entities=ANY_NAME)
    assert "read-only transaction" in (shop.refusals()["orders"] or "")
    assert run_count(shop) == 1


def run_count(shop: Shop) -> int:
    return int(shop.run("select count(*) from orders")[0][0])


def test_an_input_that_may_not_be_read_leaves_the_others(
    postgres_shop: Shop, postgres_server: Server, monkeypatch
) -> None:
    shop = postgres_shop
    shop.orders((1, "new", "1", D1))
    shop.run("create table secret (id int primary key)", "drop role if exists reader")
    shop.run(f"create role reader login password '{PASSWORD}'", "grant select on orders to reader")
    database = shop.url.rpartition("/")[2]
    monkeypatch.setenv("SHOP_DB_URL", postgres_server.url(database, "reader"))
    entities = ANY_NAME + "\n      customers: {from: secret, columns: {customer_id: id}}"
    shop.configure("orders: {table: orders}\nsecret: {table: secret}", entities=entities)
    assert shop.refusals() == {"secret": "user reader may not read table secret: grant select on it"}
    assert len(shop.standing()) == 1
    shop.run("drop owned by reader", "drop role reader")


def test_a_statement_that_takes_too_long_is_told(postgres_shop: Shop) -> None:
    shop = postgres_shop
    shop.configure(
        'orders: {query: "select 1 as id, pg_sleep(5)::text as x", key: id}',
        entities=ANY_NAME, options="statement_timeout: 1 second",
    )  # fmt: skip
    assert "took longer than statement_timeout" in (shop.refusals()["orders"] or "")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": "wrong"}, "does not let user shop in"),
        ({"user": "nobody"}, "does not let user nobody in"),
        ({"database": "nowhere"}, "has no database nowhere"),
    ],
)
def test_what_does_not_open_is_told_without_the_secret(
    postgres_shop: Shop, postgres_server: Server, monkeypatch, changed: dict[str, str], said: str
) -> None:
    shop = postgres_shop
    shop.orders()
    monkeypatch.setenv("SHOP_DB_URL", postgres_server.url(**{"database": "postgres", **changed}))
    shop.configure()
    with pytest.raises(SourceError, match=said) as caught:
        shop.land()
    assert "wrong" not in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_connection_that_breaks_keeps_nothing_and_the_next_run_has_all(
    postgres_shop: Shop, postgres_server: Server
) -> None:
    shop = postgres_shop
    shop.orders()
    shop.run("insert into orders select i, repeat('x', 500), 1, now() from generate_series(1, 100000) i")
    shop.configure()
    broken = threading.Event()

    def cut(what: str, done: int, total: int) -> None:
        if what.endswith("rows") and not broken.is_set():
            broken.set()
            run_postgres(
                postgres_server, "postgres",
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'opsmart'",
            )  # fmt: skip

    with pytest.raises(SourceError, match="was lost while reading table orders; nothing was kept, run again"):
        shop.land(progress=cut)
    assert shop.raw() == []
    assert shop.land().rows == 100_000


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ('select 1 as id, 2 as "ID"', "has the column id / ID more than once, upper and lower case aside"),
        ("select 1 as id, 2 as id", "has the column id more than once"),
        ("select 1 as id from nowhere", 'relation "nowhere" does not exist'),
        ("selec", "syntax error"),
    ],
)
def test_a_query_that_cannot_be_read_is_told(postgres_shop: Shop, query: str, said: str) -> None:
    shop = postgres_shop
    shop.configure(f"orders: {{query: {query!r}, key: id}}", entities=ANY_NAME)
    assert said in (shop.refusals()["orders"] or "")


def test_tables_in_another_schema(postgres_shop: Shop) -> None:
    shop = postgres_shop
    shop.run(
        'create schema "Sales"',
        'create table "Sales".orders (id int primary key)',
        'insert into "Sales".orders values (7)',
    )
    shop.configure("orders: {table: Sales.orders}", entities=ANY_NAME)
    shop.land()
    assert shop.standing() == [{"id": 7}]
    shop.configure("orders: {table: Sales.order}", entities=ANY_NAME)
    assert "did you mean Sales.orders?" in (shop.refusals()["orders"] or "")
