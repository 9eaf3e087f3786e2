"""Cuts a first load by the instants of creation, into pieces that one bulk operation each may fetch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingestion.shopify.admin import Admin
from ingestion.shopify.bulk import instant
from ingestion.shopify.queries import count, oldest

_LEAST = timedelta(hours=1)


@dataclass(frozen=True)
class Range:
    """From an instant (inclusive) to another; without an end all that comes, too."""

    start: datetime
    end: datetime | None

    def terms(self, column: str) -> str:
        """As Shopify's search syntax has it."""
        until = f" AND {column}:<'{written(self.end)}'" if self.end is not None else ""
        return f"{column}:>='{written(self.start)}'{until}"


@dataclass(frozen=True)
class Cutting:
    """How the records of one resource are counted and sorted."""

    admin: Admin
    root: str
    counter: str
    column: str
    most: int

    def ranges(self, start: datetime | None, now: datetime) -> Iterator[Range]:
        """Ranges of at most `most` records each, or of an hour. Their lengths are powers of two, so that they are the
        same after an interruption, and their bulk operations are found again."""
        start = start or self._first()
        if start is None:
            return
        while start < now and not self._fits(Range(start, None)):
            width = _LEAST
            while width < now - start:
                width *= 2
            while width > _LEAST and not self._fits(Range(start, start + width)):
                width /= 2
            yield Range(start, start + width)
            start += width
        yield Range(start, None)

    def total(self) -> int | None:
        """How many records there are."""
        found = self.admin.ask(count(self.counter), {"terms": "", "limit": None})[self.counter]
        return int(found["count"]) if found is not None else None

    def _fits(self, one: Range) -> bool:
        variables = {"terms": one.terms(self.column), "limit": self.most + 1}
        found = self.admin.ask(count(self.counter), variables)[self.counter]
        return found is None or int(found["count"]) <= self.most

    def _first(self) -> datetime | None:
        nodes = self.admin.ask(oldest(self.root))[self.root]["nodes"]
        return _rounded(instant(nodes[0]["createdAt"])) if nodes else None


def written(moment: datetime) -> str:
    """An instant as the search syntax takes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _rounded(moment: datetime) -> datetime:
    """The full hour at or before it."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
