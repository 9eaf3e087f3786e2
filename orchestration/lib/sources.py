"""What each source has in the warehouse, how new it is, and whether it could be reached."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from orchestration.lib.builds import newest_by_source

if TYPE_CHECKING:
    from ingestion.config import Config


@dataclass(frozen=True)
class SourceState:
    """One source of the configuration."""

    source: str
    type: str
    shop: str
    deliveries: int = 0
    """That count."""
    rows: int = 0
    """Of these, without those that were rejected singly."""
    newest_at: str | None = None
    """The newest instant in them, ISO in UTC; None where nothing says when it happened."""
    lag_hours: float | None = None
    """How long ago that is."""
    asked_at: str | None = None
    reached_at: str | None = None
    """When a run last got all that the source had."""
    stale: str | None = None
    """Why its data is older than it might be; None if it is not."""
    entities: dict[str, list[str]] = field(default_factory=dict)
    """What its inputs map to."""


def source_states(config: Config, now: datetime | None = None) -> list[SourceState]:
    """All sources, in the order of the configuration. Raises duckdb.IOException while somebody writes."""
    from ingestion.mapping import entity_selects
    from ingestion.reached import reached

    now = now or datetime.now(UTC)
    entities: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in entity_selects(config):
        entities[one.source][one.input].append(one.entity)
    counts = newest_by_source(config)
    books = reached(config)
    found = []
    for source in config.sources:
        deliveries, rows, newest = counts.get(source.name, (0, 0, None))
        book = books.get(source.name)
        found.append(
            SourceState(
                source.name, source.type, source.shop, deliveries, rows,
                newest.isoformat() if newest else None,
                round((now - newest).total_seconds() / 3600, 1) if newest else None,
                book.asked_at if book else None,
                book.reached_at if book else None,
                book.stale if book else None,
                {name: list(dict.fromkeys(given)) for name, given in entities[source.name].items()},
            )
        )  # fmt: skip
    return found
