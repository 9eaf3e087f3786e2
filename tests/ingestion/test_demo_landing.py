"""The demo through the lake: what stands in raw/, day by day, and that every row of it can be used."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingestion.config import Config, load_config
from ingestion.contracts import load_contracts
from ingestion.demo.shop.tables import ENTITIES
from ingestion.lake import completed_loads, land, plan
from ingestion.mapping import entity_selects
from ingestion.personal.key import KEY_VARIABLE

CONFIGURATION = """
warehouse: ./warehouse
shops:
  - {{id: main, name: 演示店, timezone: Asia/Shanghai, currency: CNY}}
sources:
  - {{name: demo, type: demo, shop: main, start: 2025-05-01, end: {end}, orders_per_day: 20}}
"""

KEYS = {one.entity: one.key for one in load_contracts().values()}
SOMETIMES = {"experiment_exposures"}
"""Not in every month."""


def configuration(folder: Path, end: str) -> Config:
    folder.mkdir(exist_ok=True)
    (folder / "opsmart.yml").write_text(CONFIGURATION.format(end=end))
    return load_config(folder / "opsmart.yml")


def raw(config: Config, entity: str) -> str:
    files = config.raw / "demo" / entity / "load_id=*" / "*.parquet"
    return (
        f"(select * exclude (_row), '' as _file, null::bigint as _row, false as _deleted,"
        " 1::bigint as _load_seq, load_id as _load_id"
        f" from read_parquet('{files}', hive_partitioning = true, union_by_name = true))"
    )


@pytest.fixture(autouse=True)
def one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "the same key in every folder")


def test_every_landed_row_is_usable_and_nothing_personal_lands(tmp_path: Path) -> None:
    config = configuration(tmp_path, "2025-05-20")
    result = land(config, "demo")
    landed = {one.input for one in result.files}
    assert landed | SOMETIMES == set(ENTITIES)
    assert {row.cursor for row in completed_loads(config)} == {"2025-05-20"}
    with duckdb.connect() as connection:
        for select in entity_selects(config):
            if select.entity not in landed:
                continue
            connection.execute(f"create or replace temp view __raw__ as from {raw(config, select.entity)}")
            usable = connection.execute(
                f"select count(*) from ({select.sql}) where _version is not null"
            ).fetchone()
            assert usable == connection.execute("select count(*) from __raw__").fetchone()
            assert connection.execute(f"from ({select.problems_sql}) limit 3").fetchall() == []
            personal = "regexp_matches(row::varchar, '@|555-01|\\+86|(南京西路|文三路)[0-9]')"
            assert connection.execute(f"from __raw__ as row where {personal}").fetchall() == []


def test_a_load_a_day_and_one_load_leave_the_same_newest_rows(tmp_path: Path) -> None:
    daily = configuration(tmp_path / "daily", "2025-05-10")
    assert land(daily, "demo").rows > 100
    for day in (11, 12, 13):
        assert plan(daily, "demo").has_work is False
        daily = configuration(tmp_path / "daily", f"2025-05-{day}")
        assert land(daily, "demo").load_seq == day - 9
    assert land(daily, "demo").load_id is None
    once = configuration(tmp_path / "once", "2025-05-13")
    land(once, "demo")
    columns = "exclude (load_id, _load_id, _row)"
    with duckdb.connect() as connection:
        for entity in {row.input for row in completed_loads(once)}:
            given = connection.execute(f"from {raw(once, entity)} limit 0").description
            key = ", ".join(name for name in KEYS[entity] if name in [column[0] for column in given])
            # Rows may come twice, in one delivery or again in a later one: they are the same.
            newest = f"""
                select distinct * {columns} from {raw(daily, entity)}
                qualify updated_at = max(updated_at) over (partition by {key})
            """
            expected = f"select distinct * {columns} from {raw(once, entity)}"
            assert connection.execute(f"({newest} except all {expected})").fetchall() == []
            assert connection.execute(f"({expected} except all {newest})").fetchall() == []
