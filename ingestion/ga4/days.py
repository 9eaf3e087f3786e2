"""Which days an export has: its files put together by the day and the kind of table that their names tell."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from ingestion.files.stores import RemotePath

_NAME = re.compile(r"events_(?:(intraday|fresh)_)?(\d{4})(\d{2})(\d{2})(?!\d)")
_RANK = {"intraday": 0, "fresh": 1, "daily": 2}
"""A day's own table outweighs what came before it was complete."""


@dataclass(frozen=True)
class Shard:
    """A file of a table, as it is listed."""

    name: str
    path: Path | RemotePath


@dataclass(frozen=True)
class Day:
    """A day with the files that count for it: those of its best table."""

    day: date
    kind: str
    shards: tuple[Shard, ...]

    @property
    def file(self) -> str:
        """The name under which the day is remembered."""
        return self.day.isoformat()


@dataclass(frozen=True)
class Cursor:
    """What the manifest keeps of a day."""

    kind: str
    shards: int
    stamps: str = ""
    """Of remote files: what their store said of them, hashed; '' if that tells nothing."""
    columns: tuple[str, ...] = ()
    """Columns of the export that the day had (Parquet only: JSON leaves out what is empty)."""

    def written(self) -> str:
        """As JSON."""
        return json.dumps(
            {"kind": self.kind, "shards": self.shards, "stamps": self.stamps, "columns": self.columns}
        )

    @classmethod
    def read(cls, text: str | None) -> Cursor | None:
        """From JSON; None without one."""
        if not text:
            return None
        given = json.loads(text)
        return cls(given["kind"], given["shards"], given["stamps"], tuple(given["columns"]))


def days_of(shards: Iterable[Shard]) -> tuple[list[Day], list[str]]:
    """Days, oldest first, and the names of files that say no day."""
    found: dict[date, dict[str, list[Shard]]] = defaultdict(lambda: defaultdict(list))
    nameless = []
    for shard in shards:
        said = _day_of(shard.name)
        if said is None:
            nameless.append(shard.name)
        else:
            found[said[0]][said[1]].append(shard)
    days = []
    for day, kinds in sorted(found.items()):
        kind = max(kinds, key=_RANK.__getitem__)
        days.append(Day(day, kind, tuple(sorted(kinds[kind], key=lambda one: one.name))))
    return days, nameless


def _day_of(name: str) -> tuple[date, str] | None:
    for match in reversed(list(_NAME.finditer(name))):
        try:
            return date(int(match[2]), int(match[3]), int(match[4])), match[1] or "daily"
        except ValueError:
            continue
    return None


def gaps(days: Iterable[date]) -> list[tuple[date, date]]:
    """First and last day of each run of days that are missing between others."""
    known = sorted(days)
    one = timedelta(days=1)
    return [(before + one, after - one) for before, after in pairwise(known) if after - before > one]


def digest(parts: Iterable[tuple[str, str]]) -> str:
    """One hash for a day: of (name, hash) of its files; '' if one of them is not known."""
    known = sorted(parts)
    if not known or any(not hashed for _, hashed in known):
        return ""
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()
