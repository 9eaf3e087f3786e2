"""One feed taken in: what of it lands, as batches, or the reason why nothing does.

What was read is compared with what has landed, so whatever is given twice, or as it was, lands in no load.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ingestion.api.errors import FeedError, TableError
from ingestion.api.feed import Feed, Page
from ingestion.api.places import Place, joint_place
from ingestion.api.reading import FeedReading, Protection, TableReading
from ingestion.compared import GIVEN, OWNERS, Comparison, Landed
from ingestion.comparing import Believing, comparing
from ingestion.mapping.casts import identifier
from ingestion.personal.kinds import needs_key
from ingestion.source import Batch, ManifestEntry

if TYPE_CHECKING:
    import duckdb

    from ingestion.api.settings import ApiSettings
    from ingestion.api.tables import Table
    from ingestion.config import Config
    from ingestion.source import Context, InputPlan, ManifestRow

READER_VERSION = 1
"""Raise it when the same answers land in another form: every feed is then read whole again."""
_CLOCKS_DIFFER = timedelta(minutes=5)
"""Allowed for where a server does not say what time it is."""
_ASKED_AT_ONCE = 50
_ATTEMPTS = 2


@dataclass
class Slices:
    """How much of first readings this load may still take, and what later loads of the same run need to know."""

    left: int
    finished: set[str] = field(default_factory=set)
    """Feeds that are not to be read again in this run."""
    refused: set[str] = field(default_factory=set)
    """Tables that were refused in this run: they hold no other back until the next one."""
    more: bool = False
    """Did a feed stop before its end?"""


@dataclass(frozen=True)
class _Aim:
    """What is to be read of a feed this time."""

    place: Place | None
    first: bool
    """Is it the first reading, or a part of it?"""


class Taking:
    """Takes the feeds of a source in, one after the other."""

    def __init__(
        self, settings: ApiSettings, config: Config, context: Context, protection: Protection, slices: Slices
    ) -> None:
        from ingestion.mapping import entity_selects

        self._settings, self._config, self._context = settings, config, context
        self._protection, self._slices = protection, slices
        self._believing = Believing(settings.max_deleted_share, context.allow_deletions)
        self._selects = [one for one in entity_selects(config) if one.source == settings.name]
        self._versions = [
            (one.input, one.version.column) for one in settings.mappings().values() if one.version is not None
        ]

    def take(self, feed: Feed, planned: dict[str, InputPlan]) -> Iterator[Batch]:
        """What lands of a feed. Raises SourceError where no other could be read either."""
        with comparing(self._config, self._settings.name) as (duck, _):
            aim = self._aim(feed)
            try:
                found, place = self._read(feed, aim, duck)
                if found.shows_gone:
                    self._ask_for_missing(feed, found)
                found.close()
            except FeedError as error:
                self._slices.finished.add(feed.name)
                for table in feed.tables:
                    yield from self._unreadable(feed, table, str(error), planned[table.name])
                return
            yield from self._landing(feed, found, place, planned)
            if place.rest is None or all(one.table.name in self._slices.refused for one in found.tables):
                self._slices.finished.add(feed.name)
            else:
                self._slices.more = True

    def _aim(self, feed: Feed) -> _Aim:
        rows = [
            self._last_landed(feed, table) for table in feed.tables if table.name not in self._slices.refused
        ]
        place = joint_place(rows)
        return _Aim(place, first=place is None or place.rest is not None)

    def _read(self, feed: Feed, aim: _Aim, duck: duckdb.DuckDBPyConnection) -> tuple[FeedReading, Place]:
        """Read what the aim says; where the next reading has to begin. A complete reading that lacks records, because
        they moved between pages or an answer was cut, is begun again once."""
        for _ in range(_ATTEMPTS):
            found, place, is_all = self._read_once(feed, aim, duck)
            if not is_all or found.total is None or found.distinct >= found.total:
                return found, place
        raise FeedError(
            f"{feed.name}: the server speaks of {found.total:,} records and gave {found.distinct:,}, {_ATTEMPTS} times:"
            " nothing of it is taken until the numbers fit"
        )

    def _read_once(
        self, feed: Feed, aim: _Aim, duck: duckdb.DuckDBPyConnection
    ) -> tuple[FeedReading, Place, bool]:
        began = datetime.now(UTC) - _CLOCKS_DIFFER
        if feed.client is not None:
            feed.client.begin()
        changed = None
        if aim.place is not None and not aim.first and not self._context.reconcile:
            changed = feed.changed(aim.place.since - feed.lookback)
        going_on = aim.place.rest if aim.place is not None else None
        pages = feed.everything(going_on) if changed is None else changed
        found = FeedReading(duck, [self._table(feed, one) for one in feed.tables], "all_owners")
        found.shows_gone = changed is None and not aim.first
        rest = None
        for page in pages:
            found.add(page)
            self._tell(feed, found, page)
            if aim.first and page.place is not None and found.records >= self._slices.left:
                rest = page.place
                break
        if feed.client is not None and feed.client.began is not None:
            began = feed.client.began
        if aim.first:
            self._slices.left -= found.records
            began = min(began, aim.place.since) if aim.place is not None else began
        is_all = changed is None and rest is None and going_on is None
        return found, Place(began, rest), is_all

    def _ask_for_missing(self, feed: Feed, found: FeedReading) -> None:
        """Ask for each record that seems to be gone: a page may have lost it while others were deleted."""
        found.take_apart()
        root = found.tables[0]
        if root.fault:
            return
        compared = self._compared(found, root)
        if compared is None or not self._believing.believes(compared.vanished()):
            return
        ids = [key for (key,) in compared.gone()]
        for begin in range(0, len(ids), _ASKED_AT_ONCE):
            pages = feed.these(ids[begin : begin + _ASKED_AT_ONCE])
            if pages is None:
                return
            for page in pages:
                found.add(page)

    def _landing(
        self, feed: Feed, found: FeedReading, place: Place, planned: dict[str, InputPlan]
    ) -> Iterator[Batch]:
        """Rows of all tables that are new or differ, and what is gone. If any table has some, all get a manifest row,
        so that they stand at one place."""
        is_news = any(self._is_news(feed, one.table, place) for one in found.tables)
        quiet: list[TableReading] = []
        for one in found.tables:
            name = one.table.name
            if one.left_out:
                listed = ", ".join(one.left_out)
                planned[name].problems.append(
                    f"{name}: {listed} looks personal and is left out (`personal:` says otherwise)"
                )
            new = [c for c in one.others if c not in one.left_out and self._is_new_column(feed, one.table, c)]
            if new:
                planned[name].problems.append(f"{name}: new column {', '.join(new)}, kept")
            if one.fault:
                self._slices.refused.add(name)
                yield from self._unreadable(feed, one.table, f"{name}: {one.fault}", planned[name])
                continue
            try:
                batches = self._of_table(feed, found, one, place)
                first = next(batches, None)
            except TableError as error:
                self._slices.refused.add(name)
                yield from self._unreadable(feed, one.table, f"{name}: {error}", planned[name])
                continue
            if first is None:
                planned[name].new, planned[name].unchanged = [], 1
                # What stays refused must not move the place from which it is read again.
                quiet += [] if one.is_refused else [one]
            else:
                is_news = True
                yield first
                yield from batches
        for one in quiet if is_news else ():
            nothing = _stamped(_none(one), one.table, place)
            yield Batch(one.table.name, nothing, self._entry(feed, one.table, place))

    def _of_table(self, feed: Feed, found: FeedReading, one: TableReading, place: Place) -> Iterator[Batch]:
        """Rows that are new or differ, and those that are gone. Raises TableError, before it gives any, if too much is
        gone to be believed."""
        entry = self._entry(feed, one.table, place)
        compared = self._compared(found, one)
        if compared is None:
            if one.rows:
                yield Batch(one.table.name, _stamped(self._given(found, one), one.table, place), entry)
            return
        vanished = compared.vanished()
        is_doubted = found.shows_gone and not one.table.snapshot_at
        if is_doubted and not self._believing.believes(vanished):
            raise TableError(self._believing.doubt(vanished, "the source"))
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

    def _entry(self, feed: Feed, table: Table, place: Place) -> ManifestEntry:
        return ManifestEntry(
            reading=self._reading(feed, table), key_version=self._key_version(table), cursor=place.written()
        )

    def _compared(self, found: FeedReading, one: TableReading) -> Comparison | None:
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
        from ingestion.personal.kinds import KEY_VERSION_COLUMN

        columns = list(one.columns)
        if needs_key(one.table.personal) and KEY_VERSION_COLUMN not in columns:
            columns.append(KEY_VERSION_COLUMN)
        return columns

    def _given(self, found: FeedReading, one: TableReading) -> Iterator[pa.RecordBatch]:
        self._make_given(found, one)
        yield from found.duck.execute(f"select * from {GIVEN}").to_arrow_reader(100_000)

    def _unreadable(self, feed: Feed, table: Table, reason: str, planned: InputPlan) -> Iterator[Batch]:
        planned.new = []
        planned.problems.append(reason)
        before = self._context.newest(table.name)
        if before is None or (before.status, before.reason) != ("unreadable", reason):
            entry = ManifestEntry(status="unreadable", reason=reason, reading=self._reading(feed, table))
            yield Batch(table.name, None, entry)

    def _is_news(self, feed: Feed, table: Table, place: Place) -> bool:
        """Is it worth saying that a table was read although none of its rows is new? The first time, at the end of a
        first reading, and after it could not be read."""
        newest, last = self._context.newest(table.name), self._last_landed(feed, table)
        if newest is None or newest.status != "landed" or last is None:
            return True
        return joint_place([last]) is None or json.loads(last.cursor or "{}").get("rest") != place.rest

    def _last_landed(self, feed: Feed, table: Table) -> ManifestRow | None:
        """The newest load that a table landed with, if it was read as it is now."""
        wanted = (self._reading(feed, table), self._key_version(table))
        last = next(reversed(self._context.arrived(table.name)), None)
        return last if last is not None and (last.reading, last.key_version) == wanted else None

    def _is_new_column(self, feed: Feed, table: Table, column: str) -> bool:
        rows = [r for r in self._context.manifest if r.input == table.name and r.status == "landed"]
        return bool(rows) and all(column not in row.columns for row in rows)

    def _table(self, feed: Feed, table: Table) -> TableReading:
        needed = {
            column: select.entity
            for select in self._selects
            if select.input == table.name
            for column in (select.required_raw_columns if table.sparse else select.raw_columns)
            if column in table.columns or column in table.expected
        }
        return TableReading(table, feed.tables[0], needed, self._protection, f'"read_{table.name}"')

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

    def _tell(self, feed: Feed, found: FeedReading, page: Page) -> None:
        of = f" of {page.total:,}" if page.total is not None else ""
        self._context.progress(f"{feed.name}: {found.records:,}{of}", found.records, page.total or 0)


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
