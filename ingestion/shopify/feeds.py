"""The feeds of a Shopify shop: what is read whole by bulk operations, and day by day in pages."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.api.errors import FeedError
from ingestion.api.feed import Feed, Page
from ingestion.api.tables import Table
from ingestion.shopify.admin import Admin
from ingestion.shopify.bulk import Bulk
from ingestion.shopify.completing import completed, found
from ingestion.shopify.paging import chunks, pages
from ingestion.shopify.queries import bulk, count
from ingestion.shopify.ranges import Cutting, Range, written
from ingestion.shopify.records import plain
from ingestion.shopify.selections import Selection

Record = dict[str, Any]
_RECORDS_A_PAGE = 500
_AHEAD = 2
"""Bulk operations that Shopify works on while one is taken in; it allows five."""
_MARGIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Resource:
    """A connection of the API's root, and what it is called in the several places that speak of it."""

    name: str
    root: str
    selection: Selection
    tables: Sequence[Table]
    shaped: Callable[[Record], Record]
    """What has to be done to a record that is `plain` before the tables take it apart."""
    counter: str = ""
    """The field that counts; none where it cannot be cut or asked for changes."""
    created: str = ""
    """What its search calls the instant of creation; none where it is read in one piece."""
    sort: str = "UPDATED_AT"
    forgets: str = ""
    """The access scope without which it shows only part of what there is."""


@dataclass
class Reading:
    """Of one run: what is known of it before its feeds are read."""

    admin: Admin
    bulk: Bulk
    slice_rows: int
    paged_records: int
    looks: bool = False
    """Is this a look at what there is, so that no bulk operation is worth beginning?"""
    reconciles: bool = False


class ShopFeed(Feed):
    """One resource of a shop."""

    def __init__(
        self, resource: Resource, reading: Reading, lookback: timedelta, landed_until: datetime | None
    ) -> None:
        self.name, self.tables, self.client = resource.name, resource.tables, reading.admin.client
        self.lookback = lookback
        self._of, self._reading = resource, reading
        self._landed_until = landed_until
        """Of a first reading that is not finished: bulk operations from then on have not landed. Otherwise none may be
        used again: something newer than its file may have landed."""

    def everything(self, place: Any = None) -> Iterator[Page]:
        if self._reading.looks:
            yield self._look()
            return
        self._refuse_what_forgets()
        waiting: deque[tuple[Range | None, str, str]] = deque()
        begun: Iterator[tuple[Range | None, str, str]] | None = self._begun(place)
        while waiting or begun is not None:
            while begun is not None and len(waiting) <= _AHEAD:
                one = next(begun, None)
                if one is None:
                    begun = None
                else:
                    waiting.append(one)
            if waiting:
                piece, query, operation = waiting.popleft()
                yield from self._of_operation(query, operation, piece.end if piece is not None else None)

    def changed(self, since: datetime) -> Iterator[Page] | None:
        return self._changed(since) if self._of.counter else None

    def these(self, ids: Sequence[str]) -> Iterator[Page] | None:
        gids = [f"gid://shopify/{self._of.selection.type}/{one}" for one in ids]
        return (
            self._page(some) for some in chunks(found(self._reading.admin, [self._of.selection], gids), 50)
        )

    def _changed(self, since: datetime) -> Iterator[Page]:
        terms = f"updated_at:>='{written(since)}'"
        most = self._reading.paged_records
        told = self._reading.admin.ask(count(self._of.counter), {"terms": terms, "limit": most + 1})[
            self._of.counter
        ]
        if told is not None and int(told["count"]) > most:
            query = bulk(self._of.root, self._of.selection, terms)
            yield from self._of_operation(query, self._reading.bulk.begin(query), None)
            return
        for nodes in pages(self._reading.admin, self._of.root, self._of.selection, self._of.sort, terms):
            yield self._page(nodes)

    def _begun(self, place: Any) -> Iterator[tuple[Range | None, str, str]]:
        """Bulk operations for all that there is from a place on, begun as they are asked for."""
        for piece in self._pieces(place):
            terms = piece.terms(self._of.created) if piece is not None else ""
            query = bulk(self._of.root, self._of.selection, terms)
            yield piece, query, self._reading.bulk.begin(query, self._usable_since())

    def _usable_since(self) -> datetime | None:
        """How old an operation may be that is used again. What changed after it has to be found by the next reading."""
        if self._landed_until is None:
            return None
        now = self._reading.admin.client.began or datetime.now(UTC)
        return max(now - self.lookback, self._landed_until) + _MARGIN

    def _pieces(self, place: Any) -> Iterator[Range | None]:
        if not self._of.created:
            yield None
            return
        start = datetime.fromisoformat(place["from"]) if place else None
        yield from self._cutting.ranges(start, datetime.now(UTC))

    def _of_operation(self, query: str, operation: str, end: datetime | None) -> Iterator[Page]:
        """Pages of one operation; after the last of them the next range may be gone on with."""
        records = self._reading.bulk.result(query, operation).records(self._of.selection)
        for nodes in chunks(records, _RECORDS_A_PAGE):
            yield self._page(nodes)
        if end is not None:
            yield Page([], place={"from": end.isoformat()})

    def _page(self, nodes: Sequence[Record]) -> Page:
        complete = completed(self._reading.admin, self._of.selection, nodes)
        return Page([self._of.shaped(plain(one)) for one in complete])

    def _look(self) -> Page:
        """The first few records, and how many there are."""
        nodes = next(pages(self._reading.admin, self._of.root, self._of.selection, self._of.sort, "", 3), [])
        total = self._cutting.total() if self._of.counter else None
        return Page(self._page(nodes).records, total=total)

    def _refuse_what_forgets(self) -> None:
        """What the app may not see is not gone. Raises FeedError."""
        scope = self._of.forgets
        if (
            scope
            and self._reading.reconciles
            and self._landed_until is None
            and scope not in self._reading.admin.scopes
        ):
            raise FeedError(
                f"{self.name}: without the access scope {scope} Shopify shows the orders of the last 60 days only, so"
                " nobody can tell which older ones are gone; nothing is reconciled"
            )

    @property
    def _cutting(self) -> Cutting:
        of = self._of
        return Cutting(self._reading.admin, of.root, of.counter, of.created, self._reading.slice_rows)
