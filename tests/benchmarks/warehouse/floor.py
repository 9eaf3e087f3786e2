"""Runs floor/*.sql, the marts by hand: plain DuckDB SQL from the same files, in one process, into a database on disk.

Each file makes the table that it is named after (less its number) and begins with the models that it stands for:

    -- models: int_order_lines_priced fct_order_lines

They are written for the metrics' definitions and this machine: for one shop in one currency, from columns that are
known, with nothing kept for a next day.

    python -m tests.benchmarks.warehouse.floor FILES DATABASE AS_OF
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

CPU, ON_DISK = "(CPU)", "(written to disk)"
FOLDER = Path(__file__).parent / "floor"
_SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"
_SHOP = {"shop_id": "main", "platform": "own_site", "timezone": "America/New_York", "currency": "USD"}
"""What the simulated shop is."""


@dataclass(frozen=True)
class Step:
    """One file."""

    table: str
    models: tuple[str, ...]
    sql: str


def steps() -> Iterator[Step]:
    """All files in their order."""
    for path in sorted(FOLDER.glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        named = re.match(r"-- models: (.+)\n", sql)
        if named is None:
            raise ValueError(f"{path.name} does not say which models it stands for")
        yield Step(path.stem.partition("_")[2], tuple(named[1].split()), sql)


def run(files: Path, database: Path, as_of: str, shop: Mapping[str, str] | None = None) -> dict[str, float]:
    """Seconds by table, of writing to disk, and of CPU. `as_of` is an instant in UTC without its zone."""
    seconds = {}
    with duckdb.connect(str(database)) as connection:
        connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
        for name, value in {**_SHOP, **(shop or {}), "files": str(files), "seeds": str(_SEEDS)}.items():
            connection.execute(f"set variable {name} = {_quoted(value)}")
        connection.execute(f"set variable as_of = timestamp {_quoted(as_of)}")
        connection.execute(
            "set variable today = "
            "cast(timezone(getvariable('timezone'), timezone('UTC', getvariable('as_of'))) as date)"
        )
        for step in steps():
            started = time.perf_counter()
            connection.execute(step.sql)
            seconds[step.table] = time.perf_counter() - started
        started = time.perf_counter()
        connection.execute("checkpoint")
        seconds[ON_DISK] = time.perf_counter() - started
    seconds[CPU] = time.process_time()
    return seconds


def _quoted(value: Any) -> str:
    return "'" + str(value).replace("'", "''") + "'"


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])))
