"""The `weblog` source: access logs, read as they grow. `python -m ingestion.weblog` runs it alone.

What lands, and is remembered, are parts of logs: each is a file of its own to the lake, and says in its cursor where in
its log it began and ended. A part is read again only if the settings that shape its rows change, and only as long as
its log is there.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.config_errors import ConfigError, Problem
from ingestion.files.discovery import matching
from ingestion.files.options import pattern_of
from ingestion.files.stores import RemotePath, Store, StoreError
from ingestion.source import Batch, Context, InputPlan, ManifestEntry, SourceError, SourcePlan
from ingestion.weblog.following import TAIL, Found, Known, Log, Place, digest, identified, known_logs, look_at
from ingestion.weblog.mapping import INPUT

if TYPE_CHECKING:
    from ingestion.config import Config
    from ingestion.personal.key import Key
    from ingestion.weblog.lines import Block
    from ingestion.weblog.parsing import Parser, Rules
    from ingestion.weblog.rows import Rows
    from ingestion.weblog.settings import WeblogSettings

READER_VERSION = 1
"""Raise it when the reader gives other rows for the same lines and settings: what is still there is read again."""
PART_BYTES = 256 << 20
"""A part of a log ends with the line in which so many bytes are reached: the landing gate judges parts."""
SLICE_BYTES = 1 << 30
"""Bytes that one load takes of a long history: what was taken before a kill is not read again."""
_TO_READ, _FAILED = "weblog.to_read", "weblog.failed"
_BROKEN = (OSError, EOFError, zlib.error, StoreError)


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


def plan(settings: WeblogSettings, config: Config, context: Context, *, inspect: bool = False) -> SourcePlan:
    """Which logs have new lines. Looks at the beginning of each log and at the place that was reached in it.

    Raises SourceError if no log was ever there or a store cannot be reached, ConfigError without the key.
    """
    key = _key(settings, config)
    rows = [row for row in context.manifest if row.input == INPUT]
    known = known_logs(rows)
    planned = InputPlan(INPUT)
    listed = _listed(settings, config, planned)
    found = identified(listed, known, planned.problems)
    now = (_reading(settings, config), key.version)
    to_read: list[ToRead] = []
    failed: set[str] = context.extra.setdefault(_FAILED, set())
    for one in found:
        parts = [] if one.id in failed else _parts(one, now)
        to_read += parts
        if parts:
            (planned.changed if one.known else planned.new).append(
                f"{one.log.name} ({sum(part.bytes for part in parts):,} bytes)"
            )
        else:
            planned.unchanged += 1
    if not listed:
        planned.problems.append(f"no log matches {', '.join(settings.path)}")
        if not rows:
            raise SourceError(f"source {settings.name}: {planned.problems[0]}")
    if inspect:
        _inspect(to_read, settings, config, planned)
    context.extra[_TO_READ] = to_read
    return SourcePlan(settings.name, [planned], _note(known))


def extract(settings: WeblogSettings, config: Config, context: Context) -> Iterator[Batch]:
    """Read what `plan` found, as much as fits in one load. A log that cannot be read on is told of, and what was read
    of it up to there lands."""
    from ingestion.personal.normalise import region_of_timezone
    from ingestion.weblog.parsing import Parser
    from ingestion.weblog.rows import Rows
    from ingestion.weblog.visitors import Clients

    if _TO_READ not in context.extra:
        context.plan = plan(settings, config, context)
    key = _key(settings, config)
    to_read: list[ToRead] = context.extra[_TO_READ]
    parser = Parser(_rules(settings, config))
    region = region_of_timezone(config.shop(settings.shop).timezone)
    has_agents = "agent" in settings.line_format().parts
    rows = Rows(key, Clients(settings.trusted_proxies), region, has_agents=has_agents)
    entry = ManifestEntry(reading=_reading(settings, config), key_version=key.version)
    total, done = sum(one.bytes for one in to_read), 0
    reading = _Reading(parser, rows, entry)
    for one in to_read:
        try:
            for batch in reading.take(one, SLICE_BYTES - done):
                context.progress(one.found.log.name, done + reading.read, total)
                yield batch
        except _BROKEN as error:
            context.extra[_FAILED].add(one.found.id)
            reading.told.append(f"{one.found.log.name}: cannot be read beyond byte {reading.at:,}: {error}")
        done += reading.read
        if done >= SLICE_BYTES:
            context.more = True
            break
    context.progress("read", total, total)
    if context.plan is not None:
        context.plan.inputs[0].problems += [*reading.told, *reading.summary()]


class _Reading:
    """Reads parts one after the other and counts what is in them."""

    def __init__(self, parser: Parser, rows: Rows, entry: ManifestEntry) -> None:
        self._parser, self._rows, self._entry = parser, rows, entry
        self.told: list[str] = []
        self.read = self.at = 0
        self.lines = self.people = self.bots = self.bad = 0

    def take(self, one: ToRead, most: int) -> Iterator[Batch]:
        """Batches of a log from its place on. A new part begins where one is full. Raises _BROKEN."""
        from ingestion.weblog.lines import blocks

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
        import pyarrow.compute as pc

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


def _parts(one: Found, now: tuple[str, str]) -> list[ToRead]:
    """What is to be read of a log: parts whose rows would be others now, and what is new behind them."""
    if one.known is None:
        return [ToRead(one, 0, 1)]
    parts = [
        ToRead(one, place.begin, place.line, place.end, row.file)
        for row, place in one.known.parts
        if (row.reading, row.key_version) != now
    ]
    last = one.known.last
    if one.log.size > last.end and _has_line(one.log, last.end):
        parts.append(ToRead(one, last.end, last.line + last.lines))
    return parts


def _has_line(log: Log, at: int) -> bool:
    """Is there a whole line behind this place? (Of what nobody writes to any more, the last one is whole.)"""
    if log.zipped:
        return True
    with log.opened(at) as stream:
        while block := stream.read(1 << 20):
            if b"\n" in block:
                return True
    return False


def _listed(settings: WeblogSettings, config: Config, planned: InputPlan) -> list[Log]:
    found: dict[str, Log] = {}
    for path in settings.path:
        pattern = pattern_of(path, config.root)
        listed: list[tuple[str, Path | RemotePath]]
        if "://" in pattern:
            try:
                listed = [(name, one.path) for name, one in Store(pattern, settings.storage).files(pattern)]
            except StoreError as error:
                raise SourceError(f"source {settings.name}: {pattern} cannot be listed: {error}") from None
        else:
            listed = [*matching(pattern)]
        for name, one in listed:
            if str(one) in found or (isinstance(one, Path) and not one.stat().st_size):
                continue
            try:
                found[str(one)] = look_at(name, one)
            except (OSError, StoreError) as error:
                planned.problems.append(
                    f"{name}: cannot be opened: {getattr(error, 'strerror', None) or error}"
                )
    return list(found.values())


def _note(known: dict[str, Known]) -> str:
    places = [place for one in known.values() for _, place in one.parts]
    if not places:
        return ""
    lines, pages = sum(one.lines for one in places), sum(one.pages for one in places)
    bots, bad = sum(one.bots for one in places), sum(one.bad for one in places)
    told = f"{len(known):,} logs, {lines:,} lines read, {pages:,} pages, {bots:,} of them by bots"
    return told + (f", {bad:,} lines that cannot be read" if bad else "")


def _inspect(to_read: list[ToRead], settings: WeblogSettings, config: Config, planned: InputPlan) -> None:
    """Try the format on the first lines that would be read."""
    from ingestion.weblog.lines import blocks
    from ingestion.weblog.parsing import Parser
    from ingestion.weblog.rows import COLUMNS

    planned.columns = list(COLUMNS)
    for one in to_read[-1:]:
        try:
            with one.found.log.opened(one.begin) as stream:
                block = next(blocks(stream, one.begin, one.end, final=one.found.log.zipped), None)
        except _BROKEN as error:
            planned.problems.append(f"{one.found.log.name}: cannot be read: {error}")
            continue
        if block is None:
            continue
        lines = block.lines.slice(0, 10_000)
        found = Parser(_rules(settings, config)).requests(lines, one.line)
        bad = [row for row in found.select(["_row", "problem"]).to_pylist() if row["problem"]]
        if bad:
            planned.problems.append(
                f"{one.found.log.name}: {len(bad):,} of the first {len(lines):,} lines cannot be read; line"
                f" {bad[0]['_row']}: {bad[0]['problem']}"
            )


def _rules(settings: WeblogSettings, config: Config) -> Rules:
    from ingestion.weblog.parsing import Rules

    return Rules(
        format=settings.line_format(),
        hosts=settings.hosts,
        pages=settings.pages,
        ignore=settings.ignore,
        routes=tuple(settings.all_routes()),
        visitor_cookie=settings.visitor_cookie,
        zone=config.shop(settings.shop).timezone,
    )


def _reading(settings: WeblogSettings, config: Config) -> str:
    """Fingerprint of what shapes the rows. Of the routes only those that let requests in that are no pages."""
    shop = config.shop(settings.shop)
    routes = sorted(
        [one.method, one.path] for one in settings.all_routes() if one.method != "GET" or settings.pages
    )
    said = [
        READER_VERSION, settings.format, sorted(settings.fields.items()), settings.hosts, settings.visitor_cookie,
        settings.trusted_proxies, settings.pages, settings.ignore, routes, shop.timezone,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _key(settings: WeblogSettings, config: Config) -> Key:
    from ingestion.personal.key import KeyMissingError, key_from_environment

    try:
        return key_from_environment()
    except KeyMissingError as error:
        raise ConfigError(Problem(config.path.name, None, f"sources.{settings.name}", str(error))) from None
