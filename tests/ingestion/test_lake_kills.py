"""Killed at any point, the next run gives what an undisturbed one would have."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ingestion import lake
from ingestion.config import load_config
from ingestion.source import Batch, ManifestEntry, SourceError
from tests.ingestion.landing import (
    CHILD,
    CLIENT,
    configured,
    days,
    dying_in,
    kill_at,
    raw,
)


def test_a_load_that_fails_in_the_middle_leaves_nothing(shop, monkeypatch):
    config = configured(shop)
    days(shop, 1, 2)
    from ingestion.files import source

    def half(*_):
        yield Batch("lines", pa.table({"a": ["x"]}), ManifestEntry(file="a.csv"))
        raise SourceError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(source, "extract", half)
        with pytest.raises(SourceError, match="gone"):
            lake.land(config, "retail")
    assert lake.completed_loads(config) == []
    assert not list(config.state.rglob("*.parquet"))
    assert lake.land(config, "retail").rows == 6


def test_a_pending_number_is_not_given_again(shop, repository):
    config = configured(shop)
    days(shop, 1)
    assert kill_at("extracted", shop, repository) == "extracted\n"
    text = (shop / "opsmart.yml").read_text()
    second = text[text.index("  - name: retail") :].replace("name: retail", "name: second")
    (shop / "opsmart.yml").write_text(text + second)
    config = load_config(shop / "opsmart.yml")
    assert lake.land(config, "second").load_seq == 2
    assert lake.land(config, "retail").load_seq == 1


@pytest.mark.parametrize(
    ("point", "code", "completed", "resumed"),
    [
        ("extracted", CHILD, 0, 1),
        (
            "normalizing",
            dying_in("dlt.normalize.normalize.Normalize", "spool_files", "normalizing", after=True),
            0,
            1,
        ),
        (
            "committed",
            dying_in(
                "dlt.common.storages.load_storage.LoadStorage",
                "commit_new_load_package",
                "committed",
                after=True,
            ),
            0,
            1,
        ),
        ("normalized", dying_in("dlt.load.load.Load", "load_single_package", "normalized"), 0, 1),
        ("copied", dying_in(CLIENT, "complete_load", "copied"), 0, 1),
        ("marked", dying_in(CLIENT, "complete_load", "marked", after=True), 1, 1),
        ("landed", CHILD, 1, 0),
    ],
)
def test_a_kill_leaves_what_an_undisturbed_run_would_have(shop, repository, point, code, completed, resumed):
    config = configured(shop)
    days(shop, 1, 2)
    assert kill_at(point, shop, repository, code) == f"{point}\n"
    assert len({row.load_id for row in lake.completed_loads(config)}) == completed
    days(shop, 3)
    result = lake.land(config, "retail")
    assert [(row["_file"], row["_row"]) for row in raw(config)] == [
        (f"day{number}.csv", row) for number in (1, 2, 3) for row in (1, 2, 3)
    ]
    assert [(row.file, row.load_seq) for row in lake.completed_loads(config)] == [
        ("day1.csv", 1),
        ("day2.csv", 1),
        ("day3.csv", 2),
    ]
    assert len(result.resumed) == resumed
    assert lake.land(config, "retail").load_id is None


def test_a_kill_while_reading_leaves_nothing(shop, repository):
    config = configured(shop)
    days(shop, 1, 2)
    code = CHILD.replace(
        "lake.land(",
        """from ingestion import faults, stage
before = stage.Stage.add
stage.Stage.add = lambda *a: (before(*a), faults.reach("reading"))[0]
lake.land(""",
    )
    assert kill_at("reading", shop, repository, code) == "reading\n"
    assert lake.completed_loads(config) == []
    result = lake.land(config, "retail")
    assert (result.rows, result.load_seq, result.resumed) == (6, 1, [])


def test_a_damaged_package_is_read_again(shop, repository):
    config = configured(shop)
    days(shop, 1, 2)
    kill_at("extracted", shop, repository)
    (config.state / "dlt" / "retail" / "state.json").write_text("{")
    result = lake.land(config, "retail")
    assert (result.rows, result.load_seq, result.resumed) == (6, 1, [])
    assert "was damaged" in result.problems[0]


def test_a_warehouse_that_cannot_be_written_is_one_line(shop, monkeypatch):
    config = configured(shop)
    days(shop, 1)

    def full(*_):
        raise OSError(28, "No space left on device")

    from ingestion import stage

    with monkeypatch.context() as patch:
        patch.setattr(stage.Stage, "add", full)
        with pytest.raises(
            lake.LandError, match="source retail: cannot write to the warehouse: No space left"
        ):
            lake.land(config, "retail")
    assert lake.land(config, "retail").rows == 3


def test_the_lost_state_of_dlt_costs_nothing(shop):
    import shutil

    config = configured(shop)
    days(shop, 1)
    lake.land(config, "retail")
    shutil.rmtree(config.state)
    days(shop, 2)
    assert lake.land(config, "retail").load_seq == 2
    assert len(raw(config)) == 6
