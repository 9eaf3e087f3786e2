"""Arrow data on its way into a dlt package: Parquet files, a few per input, in a private folder.

dlt could write the Parquet files itself, but it makes naive timestamps UTC ones, cuts nanoseconds, and fills every
file of a table up to the same columns. Files that it only moves stay what the source gave.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.folders import clear, make_private
from ingestion.personal.kinds import KEY_VERSION_COLUMN

DELETED = "_deleted"
"""Boolean: the row says that it was deleted. Absent means that none was."""
OUR_COLUMNS = frozenset({"_file", "_row", DELETED, KEY_VERSION_COLUMN})
"""What a source adds to its own columns."""
ROW_GROUP = 122_880
"""Rows per row group: DuckDB's own, so that its threads share a file evenly."""
BUFFER_BYTES = 64 << 20
FILE_BYTES = 512 << 20
LANES = 2
"""Files of one input that are written side by side, each on a thread of its own."""
_DICTIONARY_BYTES = 128 << 10
"""A column whose distinct values take more is written plainly: ids and times, which a dictionary makes no smaller."""


@dataclass
class _Writer:
    path: Path
    writer: pq.ParquetWriter
    rows: int = 0
    waiting: list[pa.Table] = field(default_factory=list)
    waiting_rows: int = 0
    waiting_bytes: int = 0
    writing: Future[None] | None = None

    def wait(self) -> None:
        """Until all that was handed over is written. Raises what went wrong."""
        writing, self.writing = self.writing, None
        if writing is not None:
            writing.result()


@dataclass(frozen=True)
class Staged:
    """A finished Parquet file of an input."""

    path: Path
    rows: int
    schema: pa.Schema


class Stage:
    """Writes tables to files: one per input and schema (or more for a very large one), so memory stays bounded."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[tuple[str, pa.Schema], deque[_Writer]] = {}
        self._done: dict[str, list[Staged]] = {}
        self._numbered: dict[str, int] = {}
        self._files = 0
        self._pool = ThreadPoolExecutor(LANES, thread_name_prefix="stage")
        clear(folder)
        make_private(folder)

    def add(self, name: str, data: pa.Table | Iterable[pa.RecordBatch]) -> tuple[int, int, list[str]]:
        """Write the rows of a table, or of batches as they come. Returns (rows, deletions, the source's columns)."""
        tables = [data] if isinstance(data, pa.Table) else (pa.Table.from_batches([one]) for one in data)
        rows, deletions, columns = 0, 0, []
        for table in tables:
            rows += table.num_rows
            if DELETED in table.schema.names:
                deletions += pc.sum(table.column(DELETED)).as_py() or 0
            columns = [column for column in table.schema.names if column not in OUR_COLUMNS]
            if columns or table.num_rows:
                self._write(name, _in_utc(self._with_row_numbers(name, table.replace_schema_metadata(None))))
        return rows, deletions, columns

    def _with_row_numbers(self, name: str, table: pa.Table) -> pa.Table:
        """Rows that no file numbers are numbered as they come, so that a bad one can be named and left out alone."""
        if "_row" in table.schema.names:
            return table
        first = self._numbered.get(name, 0) + 1
        self._numbered[name] = first + table.num_rows - 1
        return table.append_column("_row", pa.array(np.arange(first, first + table.num_rows), pa.int64()))

    def close(self) -> dict[str, list[Staged]]:
        """Finish all files and tell which there are, by input."""
        for (name, schema), writers in self._open.items():
            for writer in writers:
                self._finish(name, schema, writer)
        self._open = {}
        self._pool.shutdown()
        return {name: _alike(files) for name, files in self._done.items()}

    def abandon(self) -> None:
        """Close and delete everything. (What went into a package stays there: it is linked.)"""
        self._pool.shutdown(cancel_futures=True)
        for writer in (one for writers in self._open.values() for one in writers):
            with suppress(OSError, pa.ArrowException):  # a full disk is no reason to keep what is on it
                writer.writer.close()
        self._open = {}
        clear(self._folder)

    def _write(self, name: str, table: pa.Table) -> None:
        for begin in range(0, max(1, table.num_rows), ROW_GROUP):
            part = table.slice(begin, ROW_GROUP)
            writers = self._open.setdefault((name, table.schema), deque())
            if not writers or (len(writers) < LANES and writers[0].writing):
                writers.appendleft(self._new(name, table.schema))
            writer = writers[0]
            writer.waiting.append(part)
            writer.waiting_rows += part.num_rows
            writer.waiting_bytes += part.nbytes
            if writer.waiting_rows >= ROW_GROUP or writer.waiting_bytes >= BUFFER_BYTES:
                writers.rotate(-1)
                writer.wait()
                if writer.path.stat().st_size >= FILE_BYTES:
                    writers.remove(writer)
                    self._finish(name, table.schema, writer)
                else:
                    self._flush(writer)

    def _new(self, name: str, schema: pa.Schema) -> _Writer:
        path = self._folder / f"{name}.{self._files}.parquet"
        self._files += 1
        writer = pq.ParquetWriter(
            path, schema, compression="zstd", dictionary_pagesize_limit=_DICTIONARY_BYTES
        )
        return _Writer(path, writer)

    def _flush(self, writer: _Writer) -> None:
        if writer.waiting_rows:
            rows = pa.concat_tables(writer.waiting)
            writer.writing = self._pool.submit(writer.writer.write_table, rows, row_group_size=ROW_GROUP)
        writer.rows += writer.waiting_rows
        writer.waiting, writer.waiting_rows, writer.waiting_bytes = [], 0, 0

    def _finish(self, name: str, schema: pa.Schema, writer: _Writer) -> None:
        writer.wait()
        self._flush(writer)
        writer.wait()
        writer.writer.close()
        self._done.setdefault(name, []).append(Staged(writer.path, writer.rows, schema))


def _in_utc(table: pa.Table) -> pa.Table:
    """The same instants, in UTC: Parquet stores no other, and dlt would rewrite the file."""
    fields = [
        column.with_type(pa.timestamp(column.type.unit, "UTC"))
        if pa.types.is_timestamp(column.type) and column.type.tz not in (None, "UTC")
        else column
        for column in table.schema
    ]
    return table.cast(pa.schema(fields))


def _alike(files: list[Staged]) -> list[Staged]:
    """The same columns in the same order in all files of an input: dlt knows one list of columns for a table.

    A column that a file lacks is NULL in it (the manifest says which columns were there). An instant that has a
    zone in one file and none in another becomes text in all: dlt would take the second for UTC.
    """
    kinds: dict[str, list[pa.DataType]] = {}
    for one in files:
        for column in one.schema:
            kinds.setdefault(column.name, []).append(column.type)
    as_text = {
        name for name, given in kinds.items() if len({pa.types.is_timestamp(k) and k.tz for k in given}) > 1
    }
    return [
        one if one.schema.names == list(kinds) and not as_text else _rewritten(one, kinds, as_text)
        for one in files
    ]


def _rewritten(one: Staged, kinds: dict[str, list[pa.DataType]], as_text: set[str]) -> Staged:
    own = {column.name: column.type for column in one.schema}
    schema = pa.schema(
        {name: pa.string() if name in as_text else own.get(name, kinds[name][0]) for name in kinds}
    )
    path = one.path.with_suffix(".alike.parquet")
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in pq.ParquetFile(one.path).iter_batches(ROW_GROUP):
            arrays = [
                batch.column(column.name).cast(column.type)
                if column.name in own
                else pa.nulls(batch.num_rows, column.type)
                for column in schema
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
    one.path.unlink()
    return Staged(path, one.rows, schema)
