"""A release: what is in it, when there is one, and what is left of the old ones."""

from __future__ import annotations

import json
import re
import stat

import duckdb
import pytest

from orchestration.lib.errors import GateRefused, RunFailed
from orchestration.lib.releases import current_release, list_releases, open_release, publish
from orchestration.lib.releases.record import events, published
from tests.orchestration.built import Built


def test_a_release_holds_the_published_tables_described_and_nothing_else(warehouse: Built) -> None:
    verdict = warehouse.build()
    release = publish(warehouse.config, verdict)
    assert release.tables == {"dim_two": 1, "mart_one": 2}
    with open_release(warehouse.config) as connection:
        tables = dict(connection.execute("select table_name, comment from duckdb_tables()").fetchall())
        columns = dict(
            connection.execute(
                "select column_name, comment from duckdb_columns() where table_name = 'mart_one'"
            ).fetchall()
        )
    assert set(tables) == {"dim_two", "mart_one"}
    assert tables["mart_one"] == "One row per thing of mart_one; it's described. </script>"
    assert columns == {"id": "The key", "name": None}
    assert json.loads((release.path / "verdict.json").read_text())["verdict_id"] == verdict.verdict_id


def test_its_files_are_complete_read_only_and_readable_by_older_drivers(warehouse: Built) -> None:
    warehouse.build()
    release = publish(warehouse.config)
    files = sorted(
        path.relative_to(release.path).as_posix() for path in release.path.rglob("*") if path.is_file()
    )
    assert files == ["docs/index.html", "verdict.json", "warehouse.duckdb"]
    assert {stat.S_IMODE((release.path / name).stat().st_mode) for name in files} == {0o444}
    with duckdb.connect(str(release.database), read_only=True) as connection:
        tags = connection.execute("select tags from duckdb_databases() where not internal").fetchone()
    assert tags
    assert tags[0]["storage_version"].startswith("v1.2")


def test_the_id_sorts_by_time_and_the_link_is_relative(warehouse: Built) -> None:
    warehouse.build()
    release = publish(warehouse.config)
    assert re.fullmatch(r"\d{8}T\d{6}-[0-9a-f]{6}", release.id)
    assert str(warehouse.config.current.readlink()) == f"releases/{release.id}"
    assert current_release(warehouse.config) == release
    assert not list(warehouse.config.warehouse.glob("*.partial"))


def test_the_page_of_documentation_describes_the_release_without_paths_of_this_machine(
    warehouse: Built,
) -> None:
    warehouse.build()
    page = (publish(warehouse.config).path / "docs" / "index.html").read_text(encoding="utf-8")
    assert "INLINE DATA" not in page
    assert '"BIGINT"' in page
    assert "/home/somebody" not in page
    assert "described. </script>" not in page


def test_ids_never_go_back_and_never_collide(warehouse: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = []
    for number in range(3):
        warehouse.build(accepted=str(number))
        ids.append(publish(warehouse.config).id)
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("status", ["pass", "warn"])
def test_a_verdict_that_passes_publishes(warehouse: Built, status: str) -> None:
    warehouse.build(status=status)
    assert publish(warehouse.config).is_current


def test_without_a_passing_verdict_on_exactly_this_build_nothing_is_published(warehouse: Built) -> None:
    config = warehouse.config
    with pytest.raises(GateRefused, match="no verdict is stored"):
        publish(config)
    good = warehouse.build()
    first = publish(config)
    refused = warehouse.build(status="refuse")
    with pytest.raises(GateRefused, match="mart_one has no rows"):
        publish(config)
    with pytest.raises(GateRefused, match="another one than the one given"):
        publish(config, good)
    warehouse.build()
    warehouse.judge("build-1", "a")
    with pytest.raises(GateRefused, match="another build than the newest"):
        publish(config)
    warehouse.build(finished=False)
    with pytest.raises(GateRefused, match="another build than the newest"):
        publish(config)
    assert current_release(config) == first
    assert [one.id for one in list_releases(config)] == [first.id]
    assert refused.status == "refuse"


def test_a_verdict_that_was_edited_publishes_nothing(warehouse: Built) -> None:
    warehouse.build(status="refuse")
    path = warehouse.config.state / "verdict.json"
    path.write_text(path.read_text().replace('"refuse"', '"pass"'))
    with pytest.raises(GateRefused, match="changed after it was made"):
        publish(warehouse.config)


def test_a_table_that_is_missing_stops_the_release(warehouse: Built) -> None:
    warehouse.build()
    with duckdb.connect(str(warehouse.config.build_db)) as connection:
        connection.execute("drop table dim_two")
    with pytest.raises(RunFailed, match="dim_two"):
        publish(warehouse.config)
    assert current_release(warehouse.config) is None


def test_the_last_releases_are_kept_and_the_record_keeps_all(warehouse: Built) -> None:
    ids = []
    for number in range(5):
        warehouse.build(accepted=str(number))
        ids.append(publish(warehouse.config).id)
    assert [one.id for one in list_releases(warehouse.config)] == ids[:1:-1]
    assert list(published(warehouse.config)) == ids
    assert [event["tables"] for event in events(warehouse.config)] == [{"dim_two": 1, "mart_one": 2}] * 5


def test_what_a_crash_left_is_cleaned_by_the_next_release(warehouse: Built) -> None:
    config = warehouse.config
    warehouse.build()
    first = publish(config)
    (config.releases / "20200101T000000-abcdef.partial").mkdir()
    (config.releases / "20200101T000001-abcdef").mkdir()
    (config.releases / "of somebody else").mkdir()
    warehouse.build(accepted="b")
    second = publish(config)
    assert {one.name for one in config.releases.iterdir()} == {first.id, second.id, "of somebody else"}


def test_a_torn_line_of_the_record_does_not_swallow_the_next(warehouse: Built) -> None:
    warehouse.build()
    first = publish(warehouse.config)
    with (warehouse.config.state / "published" / "releases.jsonl").open("a") as record:
        record.write('{"event": "publ')
    warehouse.build(accepted="b")
    second = publish(warehouse.config)
    assert list(published(warehouse.config)) == [first.id, second.id]


def test_state_is_private(warehouse: Built) -> None:
    assert stat.S_IMODE(warehouse.config.state.stat().st_mode) == 0o700
