"""The simulated shop's files, with the last day held back as files of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

_UTC = ZoneInfo("UTC")
_DAY_FILE = "day.parquet"
"""After all others by name, as the files of a day later are."""
_EARLIER = """
    select * replace (
        case when paid_at < {cut} then paid_at end as paid_at,
        case when paid_at < {cut} then 'paid' else 'pending' end as financial_status,
        case when paid_at < {cut} then fulfillment_status else 'unfulfilled' end as fulfillment_status,
        case when paid_at < {cut} then paid_at else created_at end as updated_at
    )
    from {files} where updated_at >= {cut} and created_at < {cut}
    union all
"""
"""What an order that changed on the last day was before it."""


@dataclass(frozen=True)
class Split:
    """Where the files are: `history` is what a first run finds; `add_day` lays the last day beside it."""

    history: Path
    day: Path
    rows: dict[str, int]
    """Rows of the last day by entity."""

    def add_day(self) -> None:
        for path in sorted(self.day.glob("*/*.parquet")):
            _linked(path, self.history / path.parent.name / path.name)


def simulated(out: Path, events: str) -> Path:
    """The files of `opsmart simulate --events`, made in `out`."""
    command = (
        *(sys.executable, "-m", "orchestration.cli.main", "simulate"),
        *("--events", events, "--out", str(out)),
    )
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return out


def split(files: Path, work: Path) -> Split:
    """Links to `files` below `work`; the few files that have rows of the last day are written anew without them."""
    facts = json.loads((files / "truth.json").read_text(encoding="utf-8"))
    cut = f"timestamptz '{_midnight(date.fromisoformat(facts['scale']['last']))}'"
    history, day, rows = work / "files", work / "day", {}
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for folder in sorted(
            path for path in files.iterdir() if path.is_dir() and list(path.glob("*.parquet"))
        ):
            (history / folder.name).mkdir(parents=True)
            (day / folder.name).mkdir(parents=True)
            late = []
            for path in sorted(folder.glob("*.parquet")):
                row = connection.execute(
                    f"select count(*), count(*) filter (updated_at >= {cut}) from '{path}'"
                ).fetchone()
                assert row is not None
                if row[1]:
                    late.append(str(path))
                    _write(connection, path, history / folder.name / path.name, cut)
                else:
                    _linked(path, history / folder.name / path.name)
            if late:
                target = day / folder.name / _DAY_FILE
                connection.execute(
                    f"copy (select * from read_parquet({late}) where updated_at >= {cut}) to '{target}'"
                )
                (rows[folder.name],) = connection.execute(f"select count(*) from '{target}'").fetchone() or (
                    0,
                )
    return Split(history, day, rows)


def configuration(files: Path, given: Path) -> str:
    """The simulator's opsmart.yml for files that lie elsewhere."""
    text = (given / "opsmart.yml").read_text(encoding="utf-8")
    return text.replace('path: "', f'path: "{files}/')


def _write(connection: duckdb.DuckDBPyConnection, path: Path, to: Path, cut: str) -> None:
    earlier = _EARLIER.format(cut=cut, files=f"'{path}'") if path.parent.name == "orders" else ""
    connection.execute(f"copy ({earlier} select * from '{path}' where updated_at < {cut}) to '{to}'")


def _midnight(day: date, timezone: str = "America/New_York") -> str:
    begins = datetime.combine(day, datetime.min.time(), ZoneInfo(timezone))
    return begins.astimezone(_UTC).strftime("%Y-%m-%d %H:%M:%S+00")


def _linked(path: Path, to: Path) -> None:
    try:
        os.link(path, to)
    except OSError:  # another file system
        shutil.copyfile(path, to)


def size(*folders: Path) -> int:
    """Bytes of all files below."""
    return sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())
