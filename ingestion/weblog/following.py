"""Which bytes of which log are new. A log is known by its first bytes and by those before the place that was reached,
so that renaming, gzipping, copying and truncating it change nothing: what was read is read once.

What is known comes from the manifest alone: each part that landed left where it began and ended.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

from ingestion.files.stores import RemotePath
from ingestion.source import ManifestRow

HEAD, TAIL = 1024, 256
_GZIP = b"\x1f\x8b"
_STEP = 1 << 20


@dataclass(frozen=True)
class Place:
    """A part of a log that was read: the manifest's cursor."""

    id: str
    """Of the log: hash of its first `head` bytes."""
    head: int
    begin: int
    end: int
    """Always behind a line's end."""
    line: int
    """Number of the part's first line in its log, from 1."""
    lines: int
    tail: str
    """Hash of the TAIL bytes (fewer at the beginning) before `end`."""
    pages: int = 0
    bots: int = 0
    bad: int = 0
    name: str = ""

    def written(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str | None) -> Place | None:
        """From JSON; None without any."""
        return cls(**json.loads(text)) if text else None


@dataclass
class Known:
    """A log of which something has landed: its parts in their order."""

    id: str
    head: int
    parts: list[tuple[ManifestRow, Place]] = field(default_factory=list)

    @property
    def last(self) -> Place:
        return max((place for _, place in self.parts), key=lambda one: one.end)


@dataclass(frozen=True)
class Log:
    """A log file as it is now. `size` is that of its content: unknown (None) of gzip that is larger than 4 GB."""

    name: str
    path: Path | RemotePath
    zipped: bool
    size: int
    stored: int

    @contextmanager
    def opened(self, at: int = 0) -> Iterator[BinaryIO]:
        """Its content from a place on. Raises OSError, EOFError, zlib.error or StoreError."""
        with self.path.open("rb") as raw:
            stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw, mode="rb")) if self.zipped else raw
            stream.seek(at)
            yield stream

    def hashed(self, begin: int, end: int) -> str:
        """Hash of the bytes in between."""
        with self.opened(begin) as stream:
            return digest(read_exactly(stream, end - begin))


@dataclass(frozen=True)
class Found:
    """A log with what is known of it."""

    log: Log
    id: str
    head: int
    known: Known | None = None


def known_logs(rows: Iterable[ManifestRow]) -> dict[str, Known]:
    """What has landed, by log."""
    newest: dict[str, ManifestRow] = {row.file: row for row in rows if row.status == "landed"}
    found: dict[str, Known] = {}
    for row in newest.values():
        place = Place.read(row.cursor)
        if place is not None:
            found.setdefault(place.id, Known(place.id, place.head)).parts.append((row, place))
    for one in found.values():
        one.parts.sort(key=lambda part: part[1].begin)
    return found


def look_at(name: str, path: Path | RemotePath) -> Log:
    """A file's size and kind. Raises OSError or StoreError."""
    stored = path.stat().st_size if isinstance(path, Path) else path.size
    with path.open("rb") as raw:
        zipped = raw.read(2) == _GZIP
        size = stored
        if zipped:
            raw.seek(max(0, stored - 4))
            size = struct.unpack("<I", raw.read(4).rjust(4, b"\0"))[0]
    return Log(name, path, zipped, size, stored)


def identified(logs: Iterable[Log], known: dict[str, Known], told: list[str]) -> list[Found]:
    """Each log once, with what is known of it. Of several copies the longest counts. `told` gets what went wrong."""
    found: dict[str, Found] = {}
    for log in sorted(logs, key=lambda one: (-one.size, one.zipped, one.name)):
        try:
            one = _identify(log, known, found)
        except (OSError, EOFError, zlib.error) as error:
            told.append(f"{log.name}: cannot be read: {error}")
            continue
        if one is not None and one.id not in found:
            found[one.id] = one
    return sorted(found.values(), key=lambda one: one.log.name)


def _identify(log: Log, known: dict[str, Known], others: dict[str, Found]) -> Found | None:
    """None for an empty log, and for one whose first line is not finished."""
    with log.opened() as stream:
        first = read_exactly(stream, HEAD)
    for one in sorted(known.values(), key=lambda one: -one.head):
        if _begins_like(log, first, one) and _has_tail(log, one.last):
            return Found(log, one.id, one.head, one)
    head = len(first) if len(first) == HEAD else first.rfind(b"\n") + 1
    if not head:
        return None
    name = digest(first[:head])[:16]
    while name in known or (name in others and not _is_copy(log, others[name].log)):
        # It begins like another log and goes on otherwise: more of its first bytes tell them apart.
        if head >= log.size:
            return None
        head = min(log.size, head * 4)
        with log.opened() as stream:
            name = digest(read_exactly(stream, head))[:16]
    return Found(log, name, head)


def _begins_like(log: Log, first: bytes, known: Known) -> bool:
    if known.head <= len(first):
        return digest(first[: known.head])[:16] == known.id
    return known.head <= log.size and log.hashed(0, known.head)[:16] == known.id


def _has_tail(log: Log, place: Place) -> bool:
    begin = max(place.begin, place.end - TAIL)
    return log.size >= place.end and log.hashed(begin, place.end) == place.tail


def _is_copy(log: Log, longer: Log) -> bool:
    begin = max(0, log.size - TAIL)
    return log.hashed(begin, log.size) == longer.hashed(begin, log.size)


def digest(data: bytes) -> str:
    """sha256, lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def read_exactly(stream: Any, size: int) -> bytes:
    """`size` bytes, fewer only at the end."""
    parts = []
    while size > 0 and (part := stream.read(min(size, _STEP))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
