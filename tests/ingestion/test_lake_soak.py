"""Landing killed at random moments, again and again: what is in raw at last is what an undisturbed run gives."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from ingestion.config import Config, load_config
from ingestion.lake import completed_loads, land

CONFIGURATION = """
warehouse: ./warehouse
shops:
  - {id: main, name: Shop, timezone: Europe/London, currency: GBP}
sources:
  - name: retail
    type: files
    shop: main
    inputs:
      lines: {path: "data/*.csv"}
    entities:
      products: {from: lines, columns: {variant_id: StockCode}}
"""
CHILD = """
import sys, time
from pathlib import Path
import dlt, pyarrow.csv
from ingestion.config import load_config
from ingestion.lake import land
config = load_config(Path(sys.argv[1]))
print("ready", flush=True)
land(config, "retail")
"""
DAYS, KILLS = 40, 60


def newest_rows(config: Config) -> list[tuple]:
    """(file, row, code) of the newest landing of each file."""
    newest = {row.file: row.load_id for row in completed_loads(config)}
    files = [
        str(path)
        for load_id in sorted(set(newest.values()))
        for path in (config.raw / "retail" / "lines" / f"load_id={load_id}").glob("*.parquet")
    ]
    scan = "read_parquet(?, hive_partitioning = true, hive_types = {'load_id': varchar})"
    rows = duckdb.connect().execute(f"select load_id, _file, _row, StockCode from {scan}", [files]).fetchall()
    return sorted(row[1:] for row in rows if newest[row[1]] == row[0])


def write_day(folder: Path, day: int, code: str) -> None:
    (folder / f"{day:03d}.csv").write_text("StockCode\n" + f"{code}\n" * 500)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_kills_at_random_moments(tmp_path: Path, repository: Path):
    dice = random.Random(7)
    (tmp_path / "data").mkdir()
    (tmp_path / "opsmart.yml").write_text(CONFIGURATION)
    config = load_config(tmp_path / "opsmart.yml")
    killed = 0
    for attempt in range(KILLS):
        write_day(tmp_path / "data", dice.randrange(DAYS), f"v{attempt}")
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(config.path)],
            cwd=repository,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(dice.random() * 0.8)
        child.kill()
        _, errors = child.communicate()
        killed += child.returncode != 0
        assert "Error" not in errors, errors
    assert killed > KILLS / 4
    land(config, "retail")
    expected = sorted(
        (path.name, row, code)
        for path in (tmp_path / "data").iterdir()
        for row, code in enumerate(path.read_text().split()[1:], 1)
    )
    assert newest_rows(config) == expected
    numbers = [row.load_seq for row in completed_loads(config)]
    assert len({(row.load_id, row.load_seq) for row in completed_loads(config)}) == len(set(numbers))
