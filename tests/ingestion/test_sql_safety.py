"""What the `sql` source must never do: keep personal data or secrets, lose or double rows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ingestion import lake
from ingestion.mapping import entity_selects
from ingestion.personal.key import KEY_VARIABLE, key_from
from ingestion.sql import reading, taking
from tests.ingestion.configurations import problems
from tests.ingestion.database_stories import D1, D2, D5
from tests.ingestion.databases import HEAD, Shop
from tests.ingestion.landing import CHILD, SECRET, kill_at

PEOPLE = """      customers: {from: people, columns: {customer_id: id, email_hash: mail}}"""
LAND_SHOP = CHILD.replace('"retail"', '"shop"')


def people(shop: Shop) -> None:
    shop.run(
        "create table people (id integer primary key, mail text, full_name text, note text)",
        "insert into people values (1, ' Ann@Example.com', 'Ann', 'call ann@example.com'), (2, null, 'Bob', 'x')",
    )


def test_an_undeclared_personal_column_refuses_the_input(sql_shop: Shop) -> None:
    people(sql_shop)
    sql_shop.configure("people: {table: people}", entities=PEOPLE)
    reason = sql_shop.refusals()["people"] or ""
    assert "column mail looks personal (row 1: ‹email, 16 characters›)" in reason
    assert "nothing of it was copied: under `inputs.people` write `personal: {mail: email" in reason
    assert "example" not in reason.lower()
    assert sql_shop.raw("people") == []


def test_personal_columns_are_hashed_masked_or_not_even_read(sql_shop: Shop) -> None:
    people(sql_shop)
    declared = "{mail: email, full_name: drop, note: text}"
    sql_shop.configure(f"people: {{table: people, personal: {declared}}}", entities=PEOPLE)
    sql_shop.land()
    ann, bob = sql_shop.raw("people")
    assert ann["mail"] == key_from(SECRET).hash("ann@example.com")
    assert (bob["mail"], ann["note"]) == (None, "call ‹email›")
    assert "full_name" not in ann
    assert ann["_pii_key_version"] == key_from(SECRET).version
    sql_shop.run("delete from people where id = 1")
    sql_shop.land()
    assert sql_shop.raw("people")[-1]["mail"] == ann["mail"]  # a tombstone, too, holds hashes only
    _nowhere(sql_shop, b"example.com", b"Ann")


def test_another_key_has_everything_hashed_anew(sql_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    people(sql_shop)
    sql_shop.configure(
        "people: {table: people, columns: [id, mail], personal: {mail: email}}", entities=PEOPLE
    )
    sql_shop.land()
    monkeypatch.setenv(KEY_VARIABLE, "another key for tests, as good")
    assert sql_shop.land().rows == 1  # Bob has no address
    assert sql_shop.land().load_id is None


def test_the_url_is_nowhere(sql_shop: Shop, tmp_path: Path) -> None:
    sql_shop.orders((1, "new", "1", D1))
    config = sql_shop.configure()
    sql_shop.land()
    _nowhere(sql_shop, b"sqlite:///")
    assert sql_shop.url not in repr(config)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("orcale://u:geheim@h/d", "orcale is not a database that can be read"),
        ("geheim", "is not a URL of a database"),
        ("postgresql://u:geheim@h", "does not name a database"),
    ],
)
def test_a_url_that_is_none_is_told_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv("SHOP_DB_URL", url)
    text = HEAD.format(
        options="", inputs="      orders: {table: orders}", entities=PEOPLE.replace("people", "orders")
    )
    (line,) = problems(tmp_path, text)
    assert f"sources[0].url: {said}" in line
    assert "geheim" not in line


def test_a_select_that_groups_needs_the_key(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("SHOP_DB_URL", "sqlite:///shop.db")
    select = 'select: "select id as customer_id, min(joined) as created_at group by 1"'
    entities = f"      customers: {{from: people, {select}}}"
    text = HEAD.format(options="", inputs="      people: {table: people}", entities=entities)
    (line,) = problems(tmp_path, text)
    assert "the select of customers groups or joins rows of people, which has no key" in line


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ("orders: {}", "needs either table (a name) or query (SQL)"),
        ("orders: {table: a, snapshot: true, cursor: b}", "snapshot reads everything each time"),
        ("orders: {query: select 1 as id}", "a query without a cursor needs its key"),
        ("orders: {table: a}\n    statement_timeout: 30", "should be a length of time (such as 30 minutes)"),
        ("orders: {table: a, cursor: b, lookback: often}", "'often' is not a length of time"),
        ("orders: {table: a, cursro: b}", "unknown key (did you mean cursor?)"),
        ("orders: {table: a, window: {column: b, days: 0}}", "should be greater than or equal to 1"),
    ],
)
def test_a_configuration_that_cannot_be_meant(tmp_path: Path, monkeypatch, inputs: str, said: str) -> None:
    monkeypatch.setenv("SHOP_DB_URL", "sqlite:///shop.db")
    text = HEAD.format(options="", inputs=f"      {inputs}", entities=PEOPLE.replace("people", "orders"))
    assert any(said in line for line in problems(tmp_path, text))


def test_a_kill_loses_and_doubles_nothing(sql_shop: Shop, repository: Path) -> None:
    sql_shop.orders((1, "new", "1", D1), (2, "new", "1", D2))
    sql_shop.configure("orders: {table: orders, cursor: changed_at, lookback: 0}")
    assert kill_at("landed", sql_shop.folder, repository, LAND_SHOP) == "landed\n"
    sql_shop.put((3, "new", "1", D5))
    sql_shop.land()
    assert [row["id"] for row in sql_shop.raw()] == [1, 2, 3]
    sql_shop.run("delete from orders where id = 1")
    code = LAND_SHOP.replace('"shop")', '"shop", reconcile=True)')
    assert kill_at("extracted", sql_shop.folder, repository, code) == "extracted\n"
    sql_shop.land(reconcile=True)
    assert [(row["id"], bool(row["_deleted"])) for row in sql_shop.raw()] == [
        (1, False), (2, False), (3, False), (1, True),
    ]  # fmt: skip
    assert sql_shop.land().load_id is None


def test_a_kill_while_comparing_leaves_nothing(sql_shop: Shop, repository: Path) -> None:
    sql_shop.orders((1, "new", "1", D1))
    sql_shop.configure("orders: {table: orders}")
    sql_shop.land()
    sql_shop.put((2, "new", "1", D2))
    patch = """from ingestion import faults
from ingestion.compared import Comparison
Comparison.changed = lambda self: faults.reach("comparing")
lake.land("""
    assert (
        kill_at("comparing", sql_shop.folder, repository, LAND_SHOP.replace("lake.land(", patch))
        == "comparing\n"
    )
    assert sql_shop.land().rows == 1
    assert not list((sql_shop.config.state / "dlt").glob("*.compare"))


def test_more_than_memory_should_hold_is_read_twice_and_compared_on_disk(
    sql_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MEMORY_ROWS", 1000)
    monkeypatch.setattr(taking, "PART", 1000)
    sql_shop.orders()
    numbers = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 60000)"
    sql_shop.run(f"insert into orders {numbers} select i, 'new', 1, '{D1}' from n")
    sql_shop.configure("orders: {table: orders}")
    assert sql_shop.land().rows == 60_000
    assert sql_shop.land().load_id is None
    sql_shop.run(
        "update orders set status = 'paid' where id % 1000 = 0", "delete from orders where id % 1000 = 1"
    )
    assert sql_shop.land().rows == 120
    assert sum(bool(row["_deleted"]) for row in sql_shop.raw()) == 60


def test_times_without_a_zone_are_the_configured_ones(sql_shop: Shop) -> None:
    sql_shop.orders((1, "new", "1", "2026-07-01 12:00:00"))
    entities = "      orders: {from: orders, columns: {order_id: id, created_at: changed_at, total: total}}"
    for options, zone in (("", "Europe/London"), ("timezone: Asia/Shanghai", "Asia/Shanghai")):
        config = sql_shop.configure(entities=entities, options=options)
        assert entity_selects(config)[0].timezone == zone


def test_it_runs_alone(sql_shop: Shop, repository: Path) -> None:
    sql_shop.orders((1, "new", "1", D1))
    sql_shop.configure()
    command = [sys.executable, "-m", "ingestion.sql", "--config", str(sql_shop.folder / "opsmart.yml")]

    def run(*more: str) -> str:
        return subprocess.run(
            [*command, *more], cwd=repository, capture_output=True, text=True, check=True
        ).stdout

    assert "orders: 1 rows to compare (all)" in run("--dry-run")
    sql_shop.land()
    sql_shop.run("delete from orders")
    assert "1 rows" in run("--reconcile")
    assert sql_shop.standing() == []


def test_an_export_gives_way_to_what_the_source_says_itself(tmp_path: Path, monkeypatch) -> None:
    from ingestion.config import load_config

    monkeypatch.setenv("SHOP_DB_URL", "sqlite:///shop.db")
    head = HEAD.partition("{options}")[0].format()
    own = """    export: django_oscar
    timezone: Europe/Paris
    inputs:
      orders: {window: {column: date_placed, days: 400}}
    entities:
      reviews:
"""
    path = tmp_path / "opsmart.yml"
    path.write_text(head + own)
    (source,) = load_config(path).sources
    assert source.inputs["orders"].window.days == 400
    assert source.inputs["orders"].key == ("number",)
    assert "reviews" not in source.entities
    assert "reviews" not in source.inputs
    assert source.timezone == "Europe/Paris"
    path.write_text(head + own.replace("django_oscar", "django_oskar"))
    (line,) = problems(tmp_path, path.read_text())
    assert "did you mean django_oscar?" in line


def _nowhere(shop: Shop, *words: bytes) -> None:
    found = [
        path
        for path in shop.config.warehouse.rglob("*")
        if path.is_file() and any(word in path.read_bytes() for word in words)
    ]
    assert not found
    assert lake.completed_loads(shop.config)
