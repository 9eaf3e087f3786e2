"""Roll-back pins: nothing is published over it until new data is accepted or somebody says so."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from orchestration.lib.errors import PublishBlocked, UsageProblem
from orchestration.lib.fingerprint import accepted_digest
from orchestration.lib.releases import current_release, list_releases, publish, read_pin, rollback, unpin
from orchestration.lib.releases.folders import prune
from orchestration.lib.releases.record import events
from tests.orchestration.built import Built


def release(warehouse: Built, accepted: str) -> str:
    """Build from one accepted load and publish, with the fingerprint that a run would give it."""
    warehouse.build(accepted=accepted)
    warehouse.judge(f"build-{warehouse.count}", accepted_digest(warehouse.config))
    return publish(warehouse.config).id


def test_rollback_goes_to_the_release_before_and_again_to_the_one_before_that(warehouse: Built) -> None:
    ids = [release(warehouse, accepted) for accepted in "abc"]
    assert rollback(warehouse.config).id == ids[1]
    assert rollback(warehouse.config).id == ids[0]
    with pytest.raises(UsageProblem, match="oldest release"):
        rollback(warehouse.config)
    target = current_release(warehouse.config)
    assert target
    assert target.id == ids[0]
    assert target.is_pinned


def test_the_same_data_is_not_published_over_a_pin(warehouse: Built) -> None:
    first, _ = release(warehouse, "a"), release(warehouse, "b")
    rollback(warehouse.config)
    with pytest.raises(PublishBlocked, match="pinned"):
        release(warehouse, "b")
    target = current_release(warehouse.config)
    assert target
    assert target.id == first


def test_new_data_lifts_the_pin(warehouse: Built) -> None:
    _ = release(warehouse, "a"), release(warehouse, "b")
    rollback(warehouse.config)
    newest = release(warehouse, "c")
    assert read_pin(warehouse.config) is None
    target = current_release(warehouse.config)
    assert target
    assert target.id == newest
    assert [event["event"] for event in events(warehouse.config)][-2:] == ["unpinned", "published"]


def test_unpin_lifts_it_too(warehouse: Built) -> None:
    first, _ = release(warehouse, "a"), release(warehouse, "b")
    rollback(warehouse.config)
    assert unpin(warehouse.config) == first
    assert unpin(warehouse.config) is None
    assert release(warehouse, "b")


def test_a_pinned_release_is_never_pruned(warehouse: Built) -> None:
    first = release(warehouse, "a")
    for accepted in "bcd":
        release(warehouse, accepted)
    kept = [one.id for one in list_releases(warehouse.config)]
    assert first not in kept
    rollback(warehouse.config, kept[-1])
    prune(replace(warehouse.config, keep_releases=1))
    assert [one.id for one in list_releases(warehouse.config)] == [kept[0], kept[-1]]


def test_a_release_is_named_by_how_its_id_begins(warehouse: Built) -> None:
    first, second = release(warehouse, "a"), release(warehouse, "b")
    assert rollback(warehouse.config, first).id == first
    assert rollback(warehouse.config, second[:15]).id == second
    with pytest.raises(UsageProblem, match="no release starts with 1999"):
        rollback(warehouse.config, "1999")
    with pytest.raises(UsageProblem, match="several releases"):
        rollback(warehouse.config, "20")


def test_rollback_before_the_first_release_says_so(warehouse: Built) -> None:
    with pytest.raises(UsageProblem, match="nothing is published"):
        rollback(warehouse.config)


def test_a_damaged_pin_blocks_rather_than_guesses(warehouse: Built) -> None:
    _ = release(warehouse, "a"), release(warehouse, "b")
    rollback(warehouse.config)
    (warehouse.config.state / "published" / "pin.json").write_text("{")
    with pytest.raises(ValueError, match="--unpin"):
        release(warehouse, "b")
    unpin(warehouse.config)
    assert release(warehouse, "b")


def test_a_reader_keeps_what_it_opened(warehouse: Built) -> None:
    from orchestration.lib.releases import open_release

    warehouse.build(rows=2)
    publish(warehouse.config)
    with open_release(warehouse.config) as old:
        for number in range(3, 8):
            warehouse.build(rows=number, accepted=str(number))
            publish(warehouse.config)
            assert old.execute("select count(*) from mart_one").fetchall() == [(2,)]
            with open_release(warehouse.config) as new:
                assert new.execute("select count(*) from mart_one").fetchall() == [(number,)]


def test_a_release_cannot_be_written_to_or_used_to_reach_out(warehouse: Built, tmp_path: object) -> None:
    from orchestration.lib.releases import open_release

    warehouse.build()
    release_path = publish(warehouse.config).path
    forbidden = [
        "create table x as select 1",
        "insert into mart_one values (9, 'x')",
        "from read_csv('/etc/hostname')",
        "from '/etc/hostname'",
        f"copy mart_one to '{tmp_path}/x.csv'",
        f"attach '{warehouse.config.build_db}' as build",
        f"attach '{tmp_path}/new.duckdb'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set memory_limit = '60GB'",
        "pragma threads = 64",
        "reset lock_configuration",
    ]
    with open_release(warehouse.config) as connection:
        for query in forbidden:
            with pytest.raises(duckdb.Error):
                connection.execute(query)
        assert connection.execute("select count(*) from mart_one").fetchall() == [(2,)]
        assert connection.execute("select current_setting('TimeZone')").fetchall() == [("UTC",)]
    assert sorted(one.name for one in release_path.iterdir()) == ["docs", "verdict.json", "warehouse.duckdb"]
