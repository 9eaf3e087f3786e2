"""One person is what a chain of links joins, however long it is, and no longer when it breaks."""

from __future__ import annotations

from pathlib import Path
from random import Random

import duckdb
import pytest

from tests.dbt.kit.lake import Lake, shop
from tests.dbt.kit.runner import NAME, Runner
from tests.dbt.kit.telling import SOURCES
from tests.dbt.test_spark_dialect import compiled  # noqa: F401  (a fixture)
from tests.truth.people import Identity, People, md5

AS_OF = "2024-03-01 12:00:00"
LENGTH = 4_000
ONLY = ("run", "--select", "+int_order_people +mart_identity_report")


def _chain(numbers: range, **more: object) -> list[dict[str, object]]:
    """Orders of guests of which each has its e-mail address with the one before, its phone with the one after."""
    return [
        {
            "order_id": str(number),
            "created_at": "2024-01-05 10:00:00",
            "shop_id": "main",
            "email_hash": f"e{number // 2:06}",
            "phone_hash": f"p{(number + 1) // 2:06}",
            **more,
        }
        for number in numbers
    ]


def _persons(database: Path) -> list[tuple[str, int]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(
            "select customer_key, count(*) from canonical.int_order_people group by 1 order by min(order_key)"
        ).fetchall()


@pytest.mark.timeout(600)
def test_a_chain_of_thousands_is_one_person_and_falls_apart_where_it_breaks(
    tmp_path: Path, runner: Runner
) -> None:
    lake, database = Lake(tmp_path, [shop("main")], SOURCES), tmp_path / "build" / NAME
    whole, first, second = md5("email:e000000"), range(LENGTH // 2), range(LENGTH // 2 + 1, LENGTH)
    middle = range(LENGTH // 2, LENGTH // 2 + 1)
    lake.load({("orders", "first"): _chain(first), ("orders", "second"): _chain(second)})
    runner.build(lake, database, AS_OF, command=ONLY)
    halves = {whole: len(first), md5(f"email:e{second[0] // 2:06}"): len(second)}
    assert dict(_persons(database)) == halves
    lake.load({("orders", "middle"): _chain(middle)})
    runner.build(lake, database, AS_OF, command=ONLY)
    assert _persons(database) == [(whole, LENGTH)]
    lake.load({("orders", "gone"): _chain(middle, _deleted=True)})
    runner.build(lake, database, AS_OF, command=ONLY)
    assert dict(_persons(database)) == halves


def test_a_town_that_shares_an_address_does_not_become_one_person(tmp_path: Path, runner: Runner) -> None:
    """An assistant types her own address into three hundred orders of guests, each with the guest's phone."""
    lake, database = Lake(tmp_path, [shop("main")], SOURCES), tmp_path / "build" / NAME
    town = [
        {**one, "email_hash": "shop", "phone_hash": f"p{number}"}
        for number, one in enumerate(_chain(range(300)))
    ]
    lake.load({("orders", "some"): town[:50]})
    runner.build(lake, database, AS_OF, command=ONLY)
    assert _persons(database) == [(md5("email:shop"), 50)]
    lake.load({("orders", "more"): town[50:]})
    runner.build(lake, database, AS_OF, command=ONLY)
    assert len(_persons(database)) == 300
    with duckdb.connect(str(database), read_only=True) as connection:
        report = connection.execute(
            "select customer_key, identity_kind, links from mart_identity_report"
        ).fetchall()
    assert report == [(md5("email:shop"), "email", 300)]


@pytest.mark.parametrize("number", range(20))
def test_components_are_those_of_a_search(number: int, compiled: dict[str, str]) -> None:  # noqa: F811
    """What Spark is given, with its rounds written out, on graphs of every shape; DuckDB runs it as well."""
    dice = Random(number)
    names = [f"phone:{dice.random()}" for _ in range(dice.choice((2, 5, 30, 200)))]
    pairs = {
        tuple(sorted(dice.sample(names, 2)))
        for _ in range(int(len(names) * dice.choice((0.3, 0.6, 1.0, 2.0))) + 1)
    }
    people = People([[Identity("phone", one[6:]), Identity("phone", two[6:])] for one, two in pairs])
    query = compiled["int_people"].replace('"build"."canonical"."int_identity_links"', "links")
    with duckdb.connect() as connection:
        connection.execute("create table links (identity varchar, linked_identity varchar)")
        connection.executemany(
            "insert into links values (?, ?)", [*pairs, *((two, one) for one, two in pairs)]
        )
        rows = connection.execute(query).fetchall()
    assert {row[0]: row[1] for row in rows} == {
        name: people.key([Identity("phone", name[6:])]) for pair in pairs for name in pair
    }
