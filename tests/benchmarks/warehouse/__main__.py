"""The warehouse at 10 million events and 300,000 orders, beside the same marts written by hand for this shop.

    make bench
    .venv/bin/python -m tests.benchmarks.warehouse --events 10M [--files DIR]

Three runs of the pipeline in a folder of their own: a first one on all but the last day of the files, one with
nothing new, and one after the last day was laid beside them. By hand everything is computed from the same files
before and after that day. Each time every column of every dim_, fct_ and mart_ is compared; the exit code is 1 if a
cell differs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.warehouse import compare, files, floor, pipeline, told

BYTES_PER_EVENT, SECONDS_PER_MILLION = 300, 80
"""Files, what has landed, build database, release, and the hand-written one; measured at 10 million on two cores."""


def main() -> int:
    """Measure, compare, print; 1 if anything differs."""
    parser = argparse.ArgumentParser(description="The marts beside hand-written SQL.")
    parser.add_argument("--events", default="10M", help="size of the shop, as opsmart simulate takes it")
    parser.add_argument(
        "--files", type=Path, help="a folder that opsmart simulate --events has written, instead"
    )
    parser.add_argument("--work", type=Path, help="an empty folder for everything, kept afterwards")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="opsmart-bench-") as name:
        work = given.work or Path(name)
        work.mkdir(parents=True, exist_ok=True)
        _announce(given.events, given.files, work)
        source = given.files.resolve() if given.files else files.simulated(work / "simulated", given.events)
        return _measure(source, work)


def _announce(events: str, given: Path | None, work: Path) -> None:
    from ingestion.demo.fast.scale import parse_count

    if given is not None:
        count = json.loads((given / "truth.json").read_text(encoding="utf-8"))["scale"]["events"]
    else:
        count = parse_count(events)
    free = shutil.disk_usage(work).free
    need = count * BYTES_PER_EVENT + 200_000_000
    print(
        f"{count:,} events: takes about {need / 1e9:.1f} GB of disk in {work} ({free / 1e9:,.0f} GB are free) and "
        f"about {max(count / 1e6 * SECONDS_PER_MILLION / 60, 2):.0f} minutes on two cores",
        flush=True,
    )
    if free < need:
        raise SystemExit("not enough disk")


def _measure(source: Path, work: Path) -> int:
    parted = files.split(source, work)
    shop = work / "shop"
    shop.mkdir()
    config = shop / "opsmart.yml"
    config.write_text(files.configuration(parted.history, source), encoding="utf-8")
    first = pipeline.run(config)
    by_hand = _by_hand(parted.history, work / "by_hand.duckdb", first.as_of)
    found = list(compare.compare(first.database, work / "by_hand.duckdb"))
    told.beside(found, first, by_hand, list(floor.steps()))
    nothing = pipeline.run(config)
    parted.add_day()
    day = pipeline.run(config)
    (work / "by_hand.duckdb").unlink()
    _by_hand(parted.history, work / "by_hand.duckdb", day.as_of)
    after = list(compare.compare(day.database, work / "by_hand.duckdb"))
    told.day(first, nothing, day, sum(parted.rows.values()), after)
    told.disk(files.size(work), files.size(parted.history))
    return int(any(one.wrong for one in [*found, *after]))


def _by_hand(history: Path, database: Path, as_of: str) -> Mapping[str, float]:
    """In a process of its own, as the pipeline is; with the CPU seconds of the whole as "cpu"."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.warehouse.floor", str(history), str(database), as_of],
        cwd=pipeline.ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    seconds: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return seconds


if __name__ == "__main__":
    sys.exit(main())
