"""A DuckDB to work in for a while: on the disk, with little memory, in a private folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ingestion.folders import clear, make_private


@contextmanager
def workshop(folder: Path, memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A new database in `folder`, which is gone afterwards. It takes `memory`, then goes to the disk."""
    clear(folder)
    make_private(folder)
    try:
        with duckdb.connect(str(folder / "work.duckdb")) as duck:
            duck.execute(
                f"set TimeZone = 'UTC'; set memory_limit = '{memory}'; set preserve_insertion_order = false"
            )
            duck.execute("set temp_directory = ?", [str(folder / "spill")])
            yield duck
    finally:
        clear(folder)
