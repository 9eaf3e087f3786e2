"""When each source was last asked, and whether it answered: the book `state/sources.json`.

It is told by `land` to whoever runs it, and only kept for people: nothing that lands depends on it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ingestion.folders import make_private, write_atomically

if TYPE_CHECKING:
    from ingestion.config import Config

FILE = "sources.json"


@dataclass(frozen=True)
class Reached:
    """What is known of a source. Instants are ISO texts in UTC."""

    asked_at: str
    """The last time that it was asked for what is new."""
    reached_at: str | None = None
    """The last time that it gave all that it had."""
    error: str | None = None
    """Why it gave nothing the last time; None if it did."""

    @property
    def stale(self) -> str | None:
        """What to tell of a source whose data is older than it might be; None if it is not."""
        if self.error is None:
            return None
        since = f"since {self.reached_at[:16].replace('T', ' ')} UTC" if self.reached_at else "so far"
        return f"nothing {since}: {self.error}"


def reached(config: Config) -> dict[str, Reached]:
    """By source, those of the configuration that have been asked. A damaged book is an empty one."""
    try:
        known = json.loads((config.state / FILE).read_text("utf-8"))
        found = {name: Reached(**one) for name, one in known.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return {one.name: found[one.name] for one in config.sources if one.name in found}


def note(config: Config, source: str, error: str | None) -> Reached:
    """Write down that a source was asked just now, and what came of it."""
    book = reached(config)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    before = book.get(source)
    last = now if error is None else before.reached_at if before else None
    book[source] = Reached(now, last, error)
    make_private(config.state)
    content = {name: asdict(one) for name, one in book.items()}
    write_atomically(config.state / FILE, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return book[source]
