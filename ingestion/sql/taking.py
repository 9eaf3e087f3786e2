"""One input taken in: what of it lands, as batches, or the reason why nothing does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.compared import GIVEN, Comparison, Landed, Vanished
from ingestion.comparing import Believing, comparing
from ingestion.source import Batch, ManifestEntry, SourceError
from ingestion.sql.errors import InputError, reading
from ingestion.sql.preparing import Prepared, last_landed, prepare
from ingestion.sql.reading import Batches, Reading, Request, read

if TYPE_CHECKING:
    from ingestion.config import Config
    from ingestion.source import Context, InputPlan
    from ingestion.sql.database import Database
    from ingestion.sql.options import InputOptions

PART = 32 << 20
"""Bytes that are written at a time, where they are too many to keep."""


class Taking:
    """Takes inputs in, one after the other, from one state of the database."""

    def __init__(
        self, database: Database, config: Config, source: str, context: Context, most: float
    ) -> None:
        self._database, self._config, self._source, self._context = database, config, source, context
        self._believing = Believing(most, context.allow_deletions)

    def take(self, one: InputOptions, planned: InputPlan, done: int, of: int) -> Iterator[Batch]:
        """What lands of an input: nothing if nothing of it is new. Raises SourceError where no other could be read
        either."""
        self._context.progress(one.name, done, of)
        try:
            prepared = prepare(self._database, one, self._context)
            request = Request(
                one.name, prepared.relation, prepared.columns, prepared.where,
                {n: k for n, k in one.settings.personal.items() if k != "drop"}, one.region, one.key,
                lambda rows: self._context.progress(f"{one.name}: {rows:,} rows", done, of),
            )  # fmt: skip
            found = read(self._database, request)
            planned.problems += [
                f"{one.name}: {line}" for line in (*prepared.notes, *found.notes) if found.rows
            ]
            yield from self._landing(one, prepared, found, planned)
        except InputError as error:
            yield from self._unreadable(one, planned, str(error))
        except (SourceError, OSError, duckdb.Error):
            raise
        except Exception as error:
            yield from self._failed(one, planned, error)

    def _failed(self, one: InputOptions, planned: InputPlan, error: Exception) -> Iterator[Batch]:
        from ingestion.sql.errors import is_passing

        line = reading(error, self._database.address, one.what)
        if is_passing(error):
            raise SourceError(f"source {self._source}: {line}") from None
        yield from self._unreadable(one, planned, line)

    def _unreadable(self, one: InputOptions, planned: InputPlan, reason: str) -> Iterator[Batch]:
        planned.new = []
        planned.problems.append(f"{one.name}: {reason}")
        before = self._context.newest(one.name)
        if before is None or (before.status, before.reason) != ("unreadable", reason):
            yield Batch(
                one.name, None, ManifestEntry(status="unreadable", reason=reason, reading=one.reading)
            )

    def _landing(
        self, one: InputOptions, prepared: Prepared, found: Reading, planned: InputPlan
    ) -> Iterator[Batch]:
        entry = ManifestEntry(
            reading=one.reading,
            key_version=one.key_version,
            cursor=prepared.place.written() if prepared.place else None,
        )
        landed = Landed.of(self._config.raw, self._context.arrived(one.name))
        row = self._context.last_refused(one.name)
        refused = None if row is None else Landed.of(self._config.raw, [row])
        if not landed.paths and refused is None:
            if found.rows or self._is_news(one):
                yield Batch(one.name, _stamped(found, found.again(), prepared), entry)
            return
        with comparing(self._config, self._source) as (duck, folder):
            self._hold(duck, folder, found)
            ignored = [one.settings.snapshot_at] if one.settings.snapshot_at else []
            compared = Comparison(duck, landed, prepared.key, complete=prepared.is_complete, ignored=ignored)
            vanished = self._deletions(one, prepared, compared, planned)
            if not vanished.count and compared.repeats(refused):
                planned.new, planned.unchanged = [], 1
                return
            if compared.changes or self._is_news(one):
                yield Batch(one.name, _stamped(found, compared.changed(), prepared), entry)
            if vanished.count:
                yield Batch(one.name, compared.tombstones(one.versions), entry)
            if not (compared.changes or vanished.count):
                planned.new, planned.unchanged = [], 1

    def _is_news(self, one: InputOptions) -> bool:
        """Is it worth saying that an input was read although none of its rows is new? The first time, after it could
        not be read, and when it is read in another way."""
        newest, last = self._context.newest(one.name), last_landed(self._context, one.name)
        return newest is None or newest.status != "landed" or last is None or last.reading != one.reading

    def _deletions(
        self, one: InputOptions, prepared: Prepared, compared: Comparison, planned: InputPlan
    ) -> Vanished:
        """What is to be marked as deleted. Raises InputError in a reconciliation that finds too much gone."""
        none = Vanished(0, 0)
        if not prepared.is_complete or not (one.settings.reads_all or self._context.reconcile):
            return none
        if not prepared.key:
            planned.problems.append(f"{one.name}: {one.what} has no key, so what was deleted cannot be told")
            return none
        vanished = compared.vanished()
        if one.settings.snapshot_at:
            if vanished.count:
                planned.vanished.append(f"{one.name}: {vanished.count:,} rows, whose last state stands")
            return none
        if self._believing.believes(vanished):
            return vanished
        line = self._believing.doubt(vanished, one.what)
        if self._context.reconcile:
            raise InputError(line)
        planned.problems.append(f"{one.name}: {line}; none of them counts as deleted until then")
        return none

    def _hold(self, duck: duckdb.DuckDBPyConnection, folder: Path, found: Reading) -> None:
        """Make a reading the relation `given`: from memory, or from a file of protected rows."""
        kept: list[pa.RecordBatch] = []
        size = 0
        writer: pq.ParquetWriter | None = None
        path = folder / "given.parquet"
        for batch in found.again():
            kept.append(batch)
            size += batch.nbytes
            if size > PART and not found.fits:
                writer = writer or pq.ParquetWriter(path, found.schema, compression="zstd")
                writer.write_table(pa.Table.from_batches(kept, found.schema))
                kept, size = [], 0
        table = pa.Table.from_batches(kept, found.schema)
        if writer is None:
            duck.register(GIVEN, table)
            return
        with writer:
            writer.write_table(table)
        duck.execute(
            f"create view {GIVEN} as select * from read_parquet('{str(path).replace(chr(39), chr(39) * 2)}')"
        )


def _stamped(found: Reading, batches: Batches, prepared: Prepared) -> Batches:
    """The batches, at least one so that the columns are known, with the instant of the reading where it is wanted."""
    is_empty = True
    for batch in batches:
        is_empty = False
        yield _with_instant(batch, prepared)
    if is_empty:
        yield _with_instant(pa.RecordBatch.from_pylist([], schema=found.schema), prepared)


def _with_instant(batch: pa.RecordBatch, prepared: Prepared) -> pa.RecordBatch:
    if prepared.snapshot is None:
        return batch
    name, instant = prepared.snapshot
    return batch.append_column(name, pa.array([instant] * batch.num_rows, pa.timestamp("us", "UTC")))
