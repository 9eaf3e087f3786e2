"""Parts of logs, read line by line into batches that say in their entries how far they go."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pyarrow.compute as pc

from ingestion.source import Batch, ManifestEntry
from ingestion.weblog.following import TAIL, Found, Place, digest
from ingestion.weblog.lines import Block, blocks
from ingestion.weblog.mapping import INPUT
from ingestion.weblog.parsing import Parser
from ingestion.weblog.rows import Rows

PART_BYTES = 256 << 20
"""A part of a log ends with the line in which so many bytes are reached: the landing gate judges parts."""


@dataclass(frozen=True)
class ToRead:
    """A part of a log to be read: up to `end`, or as far as there are whole lines."""

    found: Found
    begin: int
    line: int
    end: int | None = None
    file: str = ""
    """Under which it landed before; '' if it did not."""

    @property
    def bytes(self) -> int:
        return (self.found.log.size if self.end is None else self.end) - self.begin


class Reading:
    """Reads parts one after the other and counts what is in them."""

    def __init__(self, parser: Parser, rows: Rows, entry: ManifestEntry) -> None:
        self._parser, self._rows, self._entry = parser, rows, entry
        self.told: list[str] = []
        self.read = self.at = 0
        self.lines = self.people = self.bots = self.bad = 0

    def take(self, one: ToRead, most: int) -> Iterator[Batch]:
        """Batches of a log from its place on. A new part begins where one is full.
        Raises what reading the log raises."""
        log, begin, line = one.found.log, one.begin, one.line
        self.read, self.at = 0, begin
        part = _Part(one.found, one.file or _file(one.found, begin), begin, line)
        with log.opened(begin) as stream:
            for block in blocks(stream, begin, one.end, final=log.zipped):
                yield self._batch(part, block)
                self.read, self.at = block.end - begin, block.end
                if one.end is None and self.read >= most:
                    return
                if one.end is None and block.end - part.begin >= PART_BYTES:
                    part = _Part(one.found, _file(one.found, block.end), block.end, part.line + part.lines)

    def _batch(self, part: _Part, block: Block) -> Batch:
        found = self._parser.requests(block.lines, part.line + part.lines)
        table = self._rows.of(found, part.found.id, part.file)
        bad = table.num_rows - table.column("problem").null_count
        good = table.filter(pc.is_null(table.column("problem")))
        bots = pc.sum(pc.equal(good.column("user_agent_class"), "bot")).as_py() or 0
        part.add(block, pages=table.num_rows - bad, bots=bots, bad=bad)
        self.lines += len(block.lines)
        self.people, self.bots, self.bad = (
            self.people + table.num_rows - bad - bots,
            self.bots + bots,
            self.bad + bad,
        )
        place = part.place()
        entry = replace(
            self._entry,
            file=part.file,
            content_hash=part.hash.hexdigest(),
            bytes=place.end - place.begin,
            ignored=part.lines - part.pages - part.bad,
            cursor=place.written(),
        )
        return Batch(INPUT, table, entry)

    def summary(self) -> list[str]:
        """What was in the lines, for a person."""
        if not self.lines:
            return []
        rest = self.lines - self.people - self.bots - self.bad
        told = (
            f"{self.lines:,} lines: {self.people:,} pages by people, {self.bots:,} by bots that say so,"
            f" {rest:,} left out (files of pages, errors, other requests)"
        )
        return [told + (f", {self.bad:,} that cannot be read" if self.bad else "")]


class _Part:
    """A part of a log while it is read."""

    def __init__(self, found: Found, file: str, begin: int, line: int) -> None:
        self.found, self.file, self.begin, self.line = found, file, begin, line
        self.hash = hashlib.sha256()
        self.end, self.lines, self.pages, self.bots, self.bad = begin, 0, 0, 0, 0
        self._tail = b""

    def add(self, block: Block, *, pages: int, bots: int, bad: int) -> None:
        """A block of lines that follows."""
        self.hash.update(block.tail)
        self._tail = (self._tail + block.tail)[-TAIL:]
        self.end, self.lines = block.end, self.lines + len(block.lines)
        self.pages, self.bots, self.bad = self.pages + pages, self.bots + bots, self.bad + bad

    def place(self) -> Place:
        """What the manifest keeps of it."""
        return Place(
            self.found.id, self.found.head, self.begin, self.end, self.line, self.lines, digest(self._tail),
            self.pages, self.bots, self.bad, self.found.log.name,
        )  # fmt: skip


def _file(found: Found, begin: int) -> str:
    """The name of a part: that of its log when it was first seen, the log's id, and the byte it begins with."""
    name = found.known.last.name if found.known else found.log.name
    return f"{name} {found.id[:8]}@{begin}"
