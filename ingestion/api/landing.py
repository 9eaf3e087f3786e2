"""A table of a feed on its way into a load: what of it is new or differs, what is gone, and why it may be refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ingestion.api.errors import TableError
from ingestion.api.places import Place, joint_place
from ingestion.compared import GIVEN, OWNERS, Comparison, Landed
from ingestion.comparing import Believing
from ingestion.mapping.casts import identifier
from ingestion.personal.kinds import KEY_VERSION_COLUMN, needs_key
from ingestion.source import Batch, ManifestEntry

if TYPE_CHECKING:
    from ingestion.api.feed import Feed
    from ingestion.api.reading import FeedReading, Protection, TableReading
    from ingestion.api.settings import ApiSettings
    from ingestion.api.tables import Table
    from ingestion.config import Config
    from ingestion.source import Context, InputPlan, ManifestRow

READER_VERSION = 1
"""Raise it when the same answers land in another form: every feed is then read whole again."""


class TableLanding:
    """Compares tables with what has landed of them."""

    def __init__(
        self, settings: ApiSettings, config: Config, context: Context, protection: Protection
    ) -> None:
        self._config, self._context, self._protection = config, context, protection
        self.believing = Believing(settings.max_deleted_share, context.allow_deletions)
        self._versions = [
            (one.input, one.version.column) for one in settings.mappings().values() if one.version is not None
        ]

    def of_table(self, feed: Feed, found: FeedReading, one: TableReading, place: Place) -> Iterator[Batch]:
        """Rows that are new or differ, and those that are gone. Raises TableError, before it gives any, if too much is
        gone to be believed."""
        entry = self.entry(feed, one.table, place)
        compared = self.compared(found, one)
        if compared is None:
            if one.rows:
                yield Batch(one.table.name, _stamped(self._given(found, one), one.table, place), entry)
            return
        vanished = compared.vanished()
        is_doubted = found.shows_gone and not one.table.snapshot_at
        if is_doubted and not self.believing.believes(vanished):
            raise TableError(self.believing.doubt(vanished, "the source"))
        if not vanished.count and compared.repeats(self._refused(one.table)):
            one.is_refused = True
            return
        if compared.changes:
            yield Batch(one.table.name, _stamped(compared.changed(), one.table, place), entry)
        if vanished.count and not one.table.snapshot_at:
            versions = [column for name, column in self._versions if name == one.table.name and column]
            yield Batch(one.table.name, compared.tombstones(versions), entry)

    def _refused(self, table: Table) -> Landed | None:
        """The newest load of a table, if it was refused."""
        row = self._context.last_refused(table.name)
        return None if row is None else Landed.of(self._config.raw, [row])

    def nothing(self, feed: Feed, one: TableReading, place: Place) -> Batch:
        """No rows: only that a table was read up to a place."""
        return Batch(
            one.table.name, _stamped(_none(one), one.table, place), self.entry(feed, one.table, place)
        )

    def entry(self, feed: Feed, table: Table, place: Place) -> ManifestEntry:
        return ManifestEntry(
            reading=self._reading(feed, table), key_version=self._key_version(table), cursor=place.written()
        )

    def compared(self, found: FeedReading, one: TableReading) -> Comparison | None:
        """The comparison of a table with what has landed of it; None if nothing has."""
        rows = self._context.arrived(one.table.name)
        landed = Landed.of(self._config.raw, rows)
        if not landed.paths and self._context.last_refused(one.table.name) is None:
            return None
        self._make_given(found, one)
        ignored = [one.table.snapshot_at] if one.table.snapshot_at else []
        return Comparison(
            found.duck, landed, one.table.key, found.shows_gone, one.table.owner, ignored=ignored
        )

    def _make_given(self, found: FeedReading, one: TableReading) -> None:
        columns = ", ".join(identifier(name) for name in self._all_columns(one))
        key = ", ".join(identifier(name) for name in one.table.key)
        if one.rows:
            # What was read twice counts as it was read last.
            sql = (
                f"select {columns} from {one.relation}"
                f" qualify row_number() over (partition by {key} order by _at desc) = 1"
            )
        else:
            empty = ", ".join(f"null::varchar as {identifier(name)}" for name in self._all_columns(one))
            sql = f"select {empty} where false"
        found.duck.execute(f"create or replace view {GIVEN} as {sql}")
        found.duck.execute(f"create or replace view {OWNERS} as select owner from {found.owners}")

    def _all_columns(self, one: TableReading) -> list[str]:
        columns = list(one.columns)
        if needs_key(one.table.personal) and KEY_VERSION_COLUMN not in columns:
            columns.append(KEY_VERSION_COLUMN)
        return columns

    def _given(self, found: FeedReading, one: TableReading) -> Iterator[pa.RecordBatch]:
        self._make_given(found, one)
        yield from found.duck.execute(f"select * from {GIVEN}").to_arrow_reader(100_000)

    def unreadable(self, feed: Feed, table: Table, reason: str, planned: InputPlan) -> Iterator[Batch]:
        planned.new = []
        planned.problems.append(reason)
        before = self._context.newest(table.name)
        if before is None or (before.status, before.reason) != ("unreadable", reason):
            entry = ManifestEntry(status="unreadable", reason=reason, reading=self._reading(feed, table))
            yield Batch(table.name, None, entry)

    def is_news(self, feed: Feed, table: Table, place: Place) -> bool:
        """Is it worth saying that a table was read although none of its rows is new? The first time, at the end of a
        first reading, and after it could not be read."""
        newest, last = self._context.newest(table.name), self.last_landed(feed, table)
        if newest is None or newest.status != "landed" or last is None:
            return True
        return joint_place([last]) is None or json.loads(last.cursor or "{}").get("rest") != place.rest

    def last_landed(self, feed: Feed, table: Table) -> ManifestRow | None:
        """The newest load that a table landed with, if it was read as it is now."""
        wanted = (self._reading(feed, table), self._key_version(table))
        last = next(reversed(self._context.arrived(table.name)), None)
        return last if last is not None and (last.reading, last.key_version) == wanted else None

    def is_new_column(self, feed: Feed, table: Table, column: str) -> bool:
        rows = [r for r in self._context.manifest if r.input == table.name and r.status == "landed"]
        return bool(rows) and all(column not in row.columns for row in rows)

    def _reading(self, feed: Feed, table: Table) -> str:
        """16 hex digits that change with everything that changes which rows land, and how."""
        one = table
        parts: list[Any] = [READER_VERSION, feed.identity, one.key, sorted(one.columns.items()), one.each]
        parts += [one.parent, one.snapshot_at, sorted(one.personal.items()), one.others, sorted(one.ignored)]
        parts += ["flattened"] if one.flattened else []
        parts += [self._protection.region if one.personal else None]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]

    def _key_version(self, table: Table) -> str | None:
        key = self._protection.key
        return key.version if key is not None and needs_key(table.personal) else None


def _none(one: TableReading) -> Iterator[pa.RecordBatch]:
    """No rows, as a batch that says which columns there are."""
    yield pa.RecordBatch.from_pylist([], schema=pa.schema({name: pa.string() for name in one.columns}))


def _stamped(batches: Iterator[pa.RecordBatch], table: Table, place: Place) -> Iterator[pa.RecordBatch]:
    """The batches, with the instant of the reading where it is wanted."""
    for batch in batches:
        if not table.snapshot_at:
            yield batch
            continue
        instant = pa.array([place.since.isoformat()] * batch.num_rows, pa.string())
        yield batch.append_column(table.snapshot_at, instant)
