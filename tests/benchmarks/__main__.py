"""How long the whole way takes on this machine: a first run, one with nothing new, one more day; and a table of
PostgreSQL, where that is installed.

    make bench                                          the demo's size
    .venv/bin/python -m tests.benchmarks --orders-per-day 2000 --days 365

Everything goes to a temporary folder. Nothing is asserted here: numbers of different machines cannot be compared.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.benchmarks import databases

CONFIGURATION = """
warehouse: ./warehouse
as_of: latest
shops:
  - {{id: main, name: Bench, timezone: Europe/London, currency: GBP}}
sources:
  - {{name: demo, type: demo, shop: main, start: {start}, end: {end}, orders_per_day: {orders_per_day}}}
"""
START = date(2025, 1, 1)


def _opsmart(folder: Path, *arguments: str) -> tuple[float, str]:
    """Seconds that a command took, start of Python included, and what it printed."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli.main", *arguments],
        cwd=folder, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return time.perf_counter() - started, done.stdout


def _run(folder: Path, what: str, **settings: Any) -> None:
    (folder / "opsmart.yml").write_text(CONFIGURATION.format(start=START, **settings), encoding="utf-8")
    seconds, printed = _opsmart(folder, "run", "--json")
    record = json.loads(printed)
    rows = sum(one["rows"] for one in record["landed"])
    size = sum(path.stat().st_size for path in (folder / "warehouse" / "raw").rglob("*.parquet"))
    print(
        f"{what:<22}{seconds:9.1f} s {rows:>12,} rows landed   {record['ending']}   raw {size / 1e6:,.1f} MB"
    )


def main() -> None:
    """Measure and print one line per step."""
    parser = argparse.ArgumentParser(description="Measure the pipeline on this machine.")
    parser.add_argument("--orders-per-day", type=int, default=40)
    parser.add_argument("--days", type=int, default=455)
    given = parser.parse_args()
    last = START + timedelta(days=given.days - 1)
    with tempfile.TemporaryDirectory(prefix="opsmart-bench-") as name:
        folder = Path(name)
        print(f"{'opsmart --help':<22}{_opsmart(folder, '--help')[0]:9.1f} s")
        _run(folder, "first run", end=last, orders_per_day=given.orders_per_day)
        _run(folder, "nothing new", end=last, orders_per_day=given.orders_per_day)
        _run(folder, "one more day", end=last + timedelta(days=1), orders_per_day=given.orders_per_day)
    databases.measure()


if __name__ == "__main__":
    main()
