"""The models' unit tests, one for each trap of the metrics, and which version of a row stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.dbt.conftest import Dbt
from tests.dbt.traps import TRAPS

# Deliveries of orders: load, file, row, order, source version, and in place of the customer whether it has to stand.
# Load b came after load a.
DELIVERIES = """
    ('a', 'one.csv', 1, 'late delivery of an old version', 2, 'stands'),
    ('b', 'two.csv', 1, 'late delivery of an old version', 1, 'older'),
    ('a', 'one.csv', 2, 'a newer version', 1, 'older'),
    ('b', 'two.csv', 2, 'a newer version', 10, 'stands'),
    ('a', 'one.csv', 3, 'equal versions', 5, 'earlier load'),
    ('b', 'two.csv', 3, 'equal versions', 5, 'stands'),
    ('a', 'one.csv', 4, 'no version', null, 'earlier load'),
    ('b', 'two.csv', 4, 'no version', null, 'stands'),
    ('a', 'one.csv', 5, 'a version and none', 1, 'stands'),
    ('b', 'two.csv', 5, 'a version and none', null, 'none'),
    ('a', 'one.csv', 6, 'twice in a file', null, 'earlier row'),
    ('a', 'one.csv', 7, 'twice in a file', null, 'stands'),
    ('a', 'one.csv', 8, 'in two files of a load', null, 'earlier file'),
    ('a', 'uno.csv', 1, 'in two files of a load', null, 'stands'),
    ('a', 'one.csv', 9, 'the same twice', 1, 'stands'),
    ('a', 'one.csv', 10, 'the same twice', 1, 'stands'),
    ('b', 'two.csv', 6, 'a file that was replaced', 1, 'stands'),
    ('a', 'two.csv', 1, 'a file that was replaced', 9, 'replaced'),
    ('a', 'one.csv', 11, 'a deletion', 1, 'gone'),
    ('b', 'two.csv', 7, 'a deletion', 2, 'deleted'),
    ('a', 'one.csv', 12, 'a deletion delivered before', 2, 'deleted'),
    ('b', 'two.csv', 8, 'a deletion delivered before', 1, 'gone'),
    ('a', 'one.csv', 13, 'a deletion and then a newer version', 1, 'deleted'),
    ('b', 'two.csv', 9, 'a deletion and then a newer version', 2, 'stands')
"""

MAPPING = """
    select 'export' as source_name, 'main' as shop_id, cast(order_id as varchar) as order_id, customer_id,
        timestamp '2024-01-05 10:00:00' as created_at, cast(version as bigint) as _version,
        _load_id, _load_seq, _file, _row, _row as _position, _deleted as _is_deleted
    from __raw__
"""


@dataclass(frozen=True)
class Built:
    """What one `dbt build` of the project, its unit tests included, on a handful of orders left."""

    statuses: dict[str, str]
    """By unit test: pass, fail, error or skipped."""
    messages: list[str]
    database: Path


@pytest.fixture(scope="module")
def built(dbt: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("unit")
    _deliver(folder)
    variables = {
        "as_of": "2024-03-31 12:00:00",
        "raw_dir": str(folder / "raw"),
        "shops": [{"shop_id": "main", "name": "M", "platform": "own_site", "timezone": "UTC", "currency": "EUR"}],
        "entity_selects": [
            {
                "source": "export", "type": "files", "entity": "orders", "input": "orders", "shop_id": "main",
                "timezone": "UTC", "derived": False, "rowwise": True, "has_files": True, "version": True,
                "columns": ["order_id", "customer_id", "created_at"], "sql": MAPPING,
            }
        ],
    }  # fmt: skip
    try:
        dbt(folder, variables, "build", "--exclude-resource-type", "test")
    except AssertionError:
        # The results say which test failed; a project that does not even parse leaves none.
        if not (folder / "target" / "run_results.json").exists():
            raise
    results = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    units = [one for one in results if one["unique_id"].startswith("unit_test.")]
    return Built(
        {one["unique_id"].split(".")[-1]: one["status"] for one in units},
        [one["message"] for one in results if one["status"] in ("fail", "error")],
        folder / "build.duckdb",
    )


def _deliver(folder: Path) -> None:
    (folder / "raw" / "export").mkdir(parents=True)
    with duckdb.connect(folder / "build.duckdb") as connection:
        connection.execute(
            "create table delivered as select *, customer_id = 'deleted' as _deleted from (values"
            + DELIVERIES
            + ") as rows (load_id, _file, _row, order_id, version, customer_id)"
        )
        connection.execute(
            f"copy delivered to '{folder}/raw/export/orders' (format parquet, partition_by (load_id))"
        )
        connection.execute("create schema staging")
        connection.execute(
            "create table staging.accepted_loads as select 'export' as source_name, 'orders' as input, load_id,"
            " case load_id when 'a' then 1 else 2 end as load_seq, _file as file,"
            " row_number() over (partition by _file order by load_id desc) = 1 as is_current, 2 as deletions"
            " from (select distinct load_id, _file from delivered)"
        )
        connection.execute("drop table delivered")


def test_every_unit_test_passes(built: Built) -> None:
    assert built.statuses
    assert {name: status for name, status in built.statuses.items() if status != "pass"} == {}, "\n".join(
        built.messages
    )


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_has_its_unit_tests(built: Built, trap: str) -> None:
    assert {name: built.statuses.get(name, "there is no such test") for name in TRAPS[trap]} == dict.fromkeys(
        TRAPS[trap], "pass"
    )


def test_the_highest_version_stands_whenever_it_was_delivered(built: Built) -> None:
    with duckdb.connect(built.database, read_only=True) as connection:
        rows = connection.execute("select order_id, customer_id from canonical.int_orders").fetchall()
    assert {order: mark for order, mark in rows if mark != "stands"} == {}
    assert len(rows) == len({order for order, _ in rows}) == 10
