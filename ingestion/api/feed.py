"""What a source says of one of its resources: the tables that its records give, and how to read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingestion.api.client import Client
    from ingestion.api.tables import Table

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """Records as the API gave them. None of them is incomplete: a record brings all its parts."""

    records: Sequence[Record]
    place: Any = None
    """Where `everything` may go on after this page, as JSON has it; None where it may not."""
    total: int | None = None
    """How many records there are in all, as far as the API says so. A complete reading that has fewer is not
    believed."""
    gone: Sequence[str] = ()
    """Ids of records that are known not to be there any more."""


class Feed:
    """Subclass it: orders with their lines and refunds are one feed, stock levels another."""

    name: str
    tables: Sequence[Table]
    """The first is that of the records themselves; its key is one column, the record's id."""
    client: Client | None = None
    """Its clock says from when on to read the next time; ours does without it."""
    lookback: timedelta = timedelta(days=1)
    """How far before the last reading `changed` begins: clocks differ, and transactions commit late."""
    identity: str = ""
    """What else in the settings decides which records there are; another one has everything read again."""

    def everything(self, place: Any = None) -> Iterator[Page]:
        """All records, from a place that a page has given on. Raises FeedError, SourceError."""
        raise NotImplementedError

    def changed(self, since: datetime) -> Iterator[Page] | None:
        """At least the records that changed since (UTC); None where the API cannot tell, so that everything is read."""
        del since
        return None

    def these(self, ids: Sequence[str]) -> Iterator[Page] | None:
        """Those of the records with these ids that are there; None where the API cannot be asked."""
        del ids
        return None
