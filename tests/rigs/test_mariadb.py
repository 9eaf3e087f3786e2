"""The `sql` source on a real MariaDB."""

from __future__ import annotations

from datetime import UTC, date
from decimal import Decimal

import pytest

from ingestion.source import SourceError
from tests.ingestion.database_stories import STORIES
from tests.ingestion.databases import Shop
from tests.ingestion.mappings import at
from tests.rigs.servers import PASSWORD, Server

pytestmark = pytest.mark.rigs

ANY_NAME = "      products: {from: orders, columns: {variant_id: id}}"


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_stories(mariadb_shop: Shop, story) -> None:
    story(mariadb_shop)


def test_every_type_lands_as_what_it_is(mariadb_shop: Shop) -> None:
    shop = mariadb_shop
    shop.run(
        """create table orders (id bigint unsigned primary key, tiny tinyint(1), flags bit(4), small smallint unsigned,
        real4 float, real8 double, exact decimal(38,10), cost decimal(10,3) unsigned, long_one decimal(60,2),
        words text, fixed char(4), day date, at datetime(6), stamp timestamp(6) null, clock time, made year,
        doc json, feeling enum('sad','glad'), many set('a','b'), bytes varbinary(10), picture blob)""",
        """insert into orders values (18446744073709551615, 2, b'101', 65535, 0.5, 0.1,
        1234567890123456789.0123456789, 1.005, 123456789012345678901234567890123456789012345678901234567.89,
        'a,"b"\\n\\tc 很 \\\\ 😀', 'x', '2026-02-28', '2026-03-29 01:30:00.123456', null, '-838:59:59', 2026,
        '{"a": [1, null]}', 'glad', 'a,b', x'00ff', x'89504e47')""",
        "set time_zone = '+05:30'",
        "update orders set stamp = '2026-03-29 01:30:00.123456'",
        "insert into orders (id, words) values (2, ''), (3, null)",
    )
    shop.configure("orders: {table: orders}", entities=ANY_NAME)
    shop.land()
    second, third, first = sorted(shop.standing(), key=lambda row: row["id"])
    assert first.pop("stamp") == at(2026, 3, 28, 20, 0, 0, 123456).replace(tzinfo=UTC)
    assert first == {
        "id": 18446744073709551615, "tiny": 2, "flags": 5, "small": 65535, "real4": 0.5, "real8": 0.1,
        "exact": Decimal("1234567890123456789.0123456789"), "cost": Decimal("1.005"),
        "long_one": "123456789012345678901234567890123456789012345678901234567.89",
        "words": 'a,"b"\n\tc 很 \\ 😀', "fixed": "x", "day": date(2026, 2, 28), "at": at(2026, 3, 29, 1, 30, 0, 123456),
        "clock": "-838:59:59", "made": 2026, "doc": '{"a": [1, null]}', "feeling": "glad", "many": "a,b",
        "bytes": b"\x00\xff", "picture": b"\x89PNG",
    }  # fmt: skip
    assert (second["words"], third["words"]) == ("", None)
    assert shop.land().load_id is None


def test_dates_of_zeros_land_as_empty(mariadb_shop: Shop) -> None:
    shop = mariadb_shop
    shop.run(
        "create table orders (id int primary key, day date, at datetime)",
        "insert into orders values (1, '0000-00-00', '0000-00-00 00:00:00'), (2, '2026-00-15', '2026-01-02 03:04:05'),"
        " (3, '2026-01-02', null)",
    )
    shop.configure("orders: {table: orders}", entities=ANY_NAME)
    told = "dates of zeros (0000-00-00) land as empty"
    assert shop.land().problems == [f"orders: column day: {told}", f"orders: column at: {told}"]
    rows = shop.standing()
    assert [row["day"] for row in rows] == [None, None, date(2026, 1, 2)]
    assert [row["at"] for row in rows] == [None, at(2026, 1, 2, 3, 4, 5), None]


def test_nothing_can_be_written(mariadb_shop: Shop) -> None:
    shop = mariadb_shop
    shop.run(
        "create table orders (id int primary key)",
        "create function sneak() returns int modifies sql data begin insert into orders values (9); return 1; end",
    )
    shop.configure('orders: {query: "select sneak() as id", key: id}', entities=ANY_NAME)
    assert "READ ONLY" in (shop.refusals()["orders"] or "").upper()
    assert shop.run("select count(*) from orders")[0][0] == 0


def test_all_tables_are_read_as_of_one_instant(mariadb_shop: Shop) -> None:
    shop = mariadb_shop
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
            shop.run("update a set amount = 40", "update b set amount = 60")

    shop.land(progress=moved)
    assert (shop.standing("a")[0]["amount"], shop.standing("b")[0]["amount"]) == (100, 0)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": "wrong"}, "does not let user shop in"),
        ({"database": "nowhere"}, "has no database nowhere"),
    ],
)
def test_what_does_not_open_is_told_without_the_secret(
    mariadb_shop: Shop, mariadb_server: Server, monkeypatch, changed: dict[str, str], said: str
) -> None:
    shop = mariadb_shop
    shop.run("create table orders (id int primary key)")
    monkeypatch.setenv("SHOP_DB_URL", mariadb_server.url(**{"database": "mysql", **changed}))
    shop.configure()
    with pytest.raises(SourceError, match=said) as caught:
        shop.land()
    assert not {"wrong", PASSWORD} & set(str(caught.value).split())
