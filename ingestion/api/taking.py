"""One feed taken in: what of it lands, as batches, or the reason why nothing does.

What was read is compared with what has landed, so whatever is given twice, or as it was, lands in no load.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ingestion.api.errors import FeedError, TableError
from ingestion.api.feed import Feed, Page
from ingestion.api.landing import TableLanding
from ingestion.api.places import Place, joint_place
from ingestion.api.reading import FeedReading, Protection, TableReading
from ingestion.comparing import comparing
from ingestion.source import Batch

if TYPE_CHECKING:
    import duckdb

    from ingestion.api.settings import ApiSettings
    from ingestion.api.tables import Table
    from ingestion.config import Config
    from ingestion.source import Context, InputPlan

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
        self._tables = TableLanding(settings, config, context, protection)
        self._selects = [one for one in entity_selects(config) if one.source == settings.name]

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
                    yield from self._tables.unreadable(feed, table, str(error), planned[table.name])
                return
            yield from self._landing(feed, found, place, planned)
            if place.rest is None or all(one.table.name in self._slices.refused for one in found.tables):
                self._slices.finished.add(feed.name)
            else:
                self._slices.more = True

    def _aim(self, feed: Feed) -> _Aim:
        rows = [
            self._tables.last_landed(feed, table)
            for table in feed.tables
            if table.name not in self._slices.refused
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
        compared = self._tables.compared(found, root)
        if compared is None or not self._tables.believing.believes(compared.vanished()):
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
        is_news = any(self._tables.is_news(feed, one.table, place) for one in found.tables)
        quiet: list[TableReading] = []
        for one in found.tables:
            name = one.table.name
            if one.left_out:
                listed = ", ".join(one.left_out)
                planned[name].problems.append(
                    f"{name}: {listed} looks personal and is left out (`personal:` says otherwise)"
                )
            new = [
                c
                for c in one.others
                if c not in one.left_out and self._tables.is_new_column(feed, one.table, c)
            ]
            if new:
                planned[name].problems.append(f"{name}: new column {', '.join(new)}, kept")
            if one.fault:
                self._slices.refused.add(name)
                yield from self._tables.unreadable(feed, one.table, f"{name}: {one.fault}", planned[name])
                continue
            try:
                batches = self._tables.of_table(feed, found, one, place)
                first = next(batches, None)
            except TableError as error:
                self._slices.refused.add(name)
                yield from self._tables.unreadable(feed, one.table, f"{name}: {error}", planned[name])
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
            yield self._tables.nothing(feed, one, place)

    def _table(self, feed: Feed, table: Table) -> TableReading:
        needed = {
            column: select.entity
            for select in self._selects
            if select.input == table.name
            for column in (select.required_raw_columns if table.sparse else select.raw_columns)
            if column in table.columns or column in table.expected
        }
        return TableReading(table, feed.tables[0], needed, self._protection, f'"read_{table.name}"')

    def _tell(self, feed: Feed, found: FeedReading, page: Page) -> None:
        of = f" of {page.total:,}" if page.total is not None else ""
        self._context.progress(f"{feed.name}: {found.records:,}{of}", found.records, page.total or 0)
