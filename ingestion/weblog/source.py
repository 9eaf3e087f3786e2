"""The `weblog` source: access logs, read as they grow. `python -m ingestion.weblog` runs it alone.

What lands, and is remembered, are parts of logs: each is a file of its own to the lake, and says in its cursor where in
its log it began and ended. A part is read again only if the settings that shape its rows change, and only as long as
its log is there.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.files.discovery import matching
from ingestion.files.options import pattern_of
from ingestion.files.stores import RemotePath, Store, StoreError
from ingestion.source import Batch, Context, InputPlan, ManifestEntry, SourceError, SourcePlan
from ingestion.weblog.following import Found, Known, Log, identified, known_logs, look_at
from ingestion.weblog.mapping import INPUT
from ingestion.weblog.options import fingerprint, key_of, rules_of
from ingestion.weblog.reading import Reading, ToRead

if TYPE_CHECKING:
    from ingestion.config import Config
    from ingestion.weblog.settings import WeblogSettings

SLICE_BYTES = 1 << 30
"""Bytes that one load takes of a long history: what was taken before a kill is not read again."""
_TO_READ, _FAILED = "weblog.to_read", "weblog.failed"
_BROKEN = (OSError, EOFError, zlib.error, StoreError)


def plan(settings: WeblogSettings, config: Config, context: Context, *, inspect: bool = False) -> SourcePlan:
    """Which logs have new lines. Looks at the beginning of each log and at the place that was reached in it.

    Raises SourceError if no log was ever there or a store cannot be reached, ConfigError without the key.
    """
    key = key_of(settings, config)
    rows = [row for row in context.manifest if row.input == INPUT]
    known = known_logs(rows)
    planned = InputPlan(INPUT)
    listed = _listed(settings, config, planned)
    found = identified(listed, known, planned.problems)
    now = (fingerprint(settings, config), key.version)
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
    key = key_of(settings, config)
    to_read: list[ToRead] = context.extra[_TO_READ]
    parser = Parser(rules_of(settings, config))
    region = region_of_timezone(config.shop(settings.shop).timezone)
    has_agents = "agent" in settings.line_format().parts
    rows = Rows(key, Clients(settings.trusted_proxies), region, has_agents=has_agents)
    entry = ManifestEntry(reading=fingerprint(settings, config), key_version=key.version)
    total, done = sum(one.bytes for one in to_read), 0
    reading = Reading(parser, rows, entry)
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
        found = Parser(rules_of(settings, config)).requests(lines, one.line)
        bad = [row for row in found.select(["_row", "problem"]).to_pylist() if row["problem"]]
        if bad:
            planned.problems.append(
                f"{one.found.log.name}: {len(bad):,} of the first {len(lines):,} lines cannot be read; line"
                f" {bad[0]['_row']}: {bad[0]['problem']}"
            )
