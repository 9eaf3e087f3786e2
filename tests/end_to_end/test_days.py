"""Files fed a day at a time give the same tables as all of them at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.dbt.kit.compare import differences
from tests.end_to_end.shop import Shop

CONFIG = "ingestion/files/examples/online_retail.yml"


def fed(folder: Path, repository: Path, batches: list[list[Path]]) -> Shop:
    """A shop to which the files come batch by batch, with a run after each."""
    data = folder / "data" / "online_retail"
    data.mkdir(parents=True)
    shop = Shop.from_example(folder, repository / CONFIG, data.parent)
    for batch in batches:
        for file in batch:
            shutil.copy(file, data)
        shop.run()
    return shop


def assert_equal(one: Shop, other: Shop) -> None:
    builds = [shop.warehouse / "state" / "build.duckdb" for shop in (one, other)]
    found = differences(builds[0], builds[1], leave_out=["_load_id", "_load_seq"])
    assert not found, "\n".join(str(difference) for difference in found[:20])


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_days_one_by_one_equal_all_at_once(tmp_path: Path, repository: Path, online_retail: Path) -> None:
    # A month's end and the days on which a year's earliest buyers leave the window of a year are among them.
    files = sorted(online_retail.glob("*.csv.gz"))
    sample = [*files[:3], files[20], *files[-3:]]
    daily = fed(tmp_path / "daily", repository, [sample[:4], *[[file] for file in sample[4:]]])
    assert_equal(daily, fed(tmp_path / "whole", repository, [sample]))


@pytest.mark.soak
@pytest.mark.timeout(20_000)
def test_all_days_one_by_one_equal_all_at_once(tmp_path: Path, repository: Path, online_retail: Path) -> None:
    files = sorted(online_retail.glob("*.csv.gz"))
    daily = fed(tmp_path / "daily", repository, [[file] for file in files])
    assert_equal(daily, fed(tmp_path / "whole", repository, [files]))
