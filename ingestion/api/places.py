"""How far a feed has been read, as the manifest keeps it with each of its tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingestion.source import ManifestRow


@dataclass(frozen=True)
class Place:
    """Where a reading stands."""

    since: datetime
    """The server's time when it began: the next one has to give what changed from then on."""
    rest: Any = None
    """Of a first reading that is not finished: where it goes on, in the feed's own words."""

    def written(self) -> str:
        """As the manifest has it."""
        return json.dumps({"since": self.since.isoformat(), "rest": self.rest})


def place_of(text: str | None) -> Place | None:
    """What `written` wrote; None for anything else."""
    try:
        found = json.loads(text or "null")
        return Place(datetime.fromisoformat(found["since"]).astimezone(UTC), found["rest"])
    except (ValueError, KeyError, TypeError):
        return None


def joint_place(rows: Sequence[ManifestRow | None]) -> Place | None:
    """Where a feed stands, given the newest landed row of each of its tables: where the least of them stands.

    None: it has to be read from its beginning, because a table has never landed or the tables stand at several places
    of a first reading.
    """
    places = [place_of(row.cursor) if row is not None else None for row in rows]
    known = [one for one in places if one is not None]
    if not places or len(known) < len(places):
        return None
    rests = [json.dumps(one.rest, sort_keys=True) for one in known]
    if len(set(rests)) > 1:
        return None
    return Place(min(one.since for one in known), known[0].rest)
