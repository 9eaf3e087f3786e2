"""The `ga4` source: a property's BigQuery export, a day at a time. `python -m ingestion.ga4` runs it alone.

What is remembered, and replaced, is the day: whatever files it consists of, their rows take the place of all that
landed of it before. So a day that shrank, a file of it that is gone and intraday rows whose day is complete need no
care of their own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.config_errors import ConfigError, Problem
from ingestion.files.discovery import Found, HashCache, look_at, matching
from ingestion.files.options import pattern_of
from ingestion.files.problems import UnreadableError
from ingestion.files.stores import RemotePath, Store, StoreError
from ingestion.ga4.days import Cursor, Day, Shard, days_of, digest, gaps
from ingestion.ga4.mapping import INPUT
from ingestion.source import Batch, Context, InputPlan, ManifestEntry, ManifestRow, SourceError, SourcePlan

if TYPE_CHECKING:
    from ingestion.config import Config
    from ingestion.ga4.settings import Ga4Settings
    from ingestion.personal.key import Key

READER_VERSION = 1
"""Raise it when the reader gives other rows for the same files and settings: every day then lands again."""
SLICE_BYTES = 2 << 30
"""Bytes of files that one load takes of a long history: what was taken before a kill is not read again."""
_TO_READ, _CACHE, _DONE = "ga4.to_read", "ga4.cache", "ga4.done"
_LISTED = 5


@dataclass(frozen=True)
class ToRead:
    """A day that is new, or whose files changed."""

    day: Day
    found: tuple[Found, ...]

    @property
    def size(self) -> int:
        return sum(one.size for one in self.found)


def plan(settings: Ga4Settings, config: Config, context: Context, *, inspect: bool = False) -> SourcePlan:
    """Which days are new or changed. Files of days before the window are not even opened, unless reconciling.

    Raises SourceError if no file was ever there or a store cannot be reached, ConfigError without a needed key.
    """
    cache = HashCache(config.state / "dlt")
    key = _key(settings, config)
    shards = _listed(settings, config)
    days, nameless = days_of(shards)
    planned = InputPlan(INPUT)
    to_read = []
    done: set[str] = context.extra.setdefault(_DONE, set())
    since = days[-1].day - timedelta(days=settings.reread_days - 1) if days else date.min
    for day in days:
        before = context.newest(INPUT, day.file)
        now = (_reading(settings), key.version if key else None)
        if before is not None and (before.reading, before.key_version) == now:
            settled = day.day < since and before.status == "landed" and not context.reconcile
            if settled and day.kind == _cursor(before).kind:
                planned.unchanged += 1
                continue
        found = _looked_at(day, cache)
        if (
            before is not None
            and (before.reading, before.key_version) == now
            and _is_same(before, day, found)
        ):
            planned.unchanged += 1
            if before.status == "unreadable":
                planned.problems.append(f"{day.file}: {before.reason}")
            continue
        if day.file not in done:
            (planned.changed if before else planned.new).append(day.file)
            to_read.append(ToRead(day, found))
    known = {day.file for day in days}
    landed = {row.file for row in context.manifest if row.input == INPUT and row.status == "landed"}
    planned.vanished = sorted(file for file in landed - known if file >= since.isoformat())
    planned.problems += _problems(settings, days, nameless, landed)
    if not days and not landed:
        raise SourceError(f"source {settings.name}: {planned.problems[0]}")
    if inspect and to_read:
        planned.columns = _columns(to_read[-1], planned)
    context.extra.update({_TO_READ: to_read, _CACHE: cache})
    return SourcePlan(settings.name, [planned], _note(days))


def extract(settings: Ga4Settings, config: Config, context: Context) -> Iterator[Batch]:
    """Read the days that `plan` found, oldest first, as many as fit in one load; a day that cannot be read gives a
    batch without data, and what landed of it before stands."""
    from ingestion.ga4.reading import MEMORY, take
    from ingestion.ga4.rows import Rows
    from ingestion.personal.normalise import region_of_timezone
    from ingestion.workshop import workshop

    if _TO_READ not in context.extra:
        context.plan = plan(settings, config, context)
    cache: HashCache = context.extra[_CACHE]
    cache.save()
    to_read: list[ToRead] = context.extra[_TO_READ]
    key = _key(settings, config)
    region = region_of_timezone(config.shop(settings.shop).timezone)
    expected = _columns_before(context)
    size = 0
    with workshop(config.state / "dlt" / f"{settings.name}.days", MEMORY) as duck:
        for at, one in enumerate(to_read):
            if size and size + one.size > SLICE_BYTES:
                context.more = True
                return
            size += one.size
            context.progress(f"{settings.name}: {one.day.file}", at, len(to_read))
            context.extra[_DONE].add(one.day.file)
            rows = Rows(settings.user_id, region, key)
            entry = ManifestEntry(
                file=one.day.file,
                content_hash=digest((found.file, found.content_hash) for found in one.found),
                bytes=one.size,
                reading=_reading(settings),
                key_version=key.version if key else None,
                cursor=_cursor_of(one).written(),
            )
            try:
                earlier = max((day for day in expected if day < one.day.file), default=None)
                taken = take(
                    duck, one.day.file, one.found, rows, expected[earlier] if earlier else frozenset()
                )
            except UnreadableError as error:
                yield Batch(INPUT, None, replace(entry, status="unreadable", reason=str(error)))
                continue
            except StoreError as error:
                reason = f"cannot be fetched: {error}"
                yield Batch(INPUT, None, replace(entry, status="unreadable", reason=reason, cursor=None))
                continue
            for found, (_, hashed) in zip(one.found, taken.hashes, strict=True):
                cache.remember(found, hashed)
            if taken.columns:
                expected[one.day.file] = frozenset(taken.columns)
            cursor = replace(_cursor_of(one), columns=taken.columns)
            entry = replace(
                entry,
                content_hash=digest(taken.hashes),
                ignored=rows.without_visitor,
                cursor=cursor.written(),
            )
            yield Batch(INPUT, taken.data, entry)
            _tell(context, one.day.file, rows)
    cache.save()
    context.progress("read", len(to_read), len(to_read))


def _listed(settings: Ga4Settings, config: Config) -> list[Shard]:
    """All files that a path finds, each once."""
    found: dict[str, Shard] = {}
    for path in settings.path:
        pattern = pattern_of(path, config.root)
        if "://" in pattern:
            try:
                listed = [(name, one.path) for name, one in Store(pattern, settings.storage).files(pattern)]
            except StoreError as error:
                raise SourceError(f"source {settings.name}: {pattern} cannot be listed: {error}") from None
            found.update({str(one): Shard(name, one) for name, one in listed})
        else:
            found.update({str(one): Shard(name, one) for name, one in matching(pattern)})
    return list(found.values())


def _looked_at(day: Day, cache: HashCache) -> tuple[Found, ...]:
    """The day's files with their hashes, as far as they are known without fetching anything."""
    local = [(one.name, one.path) for one in day.shards if isinstance(one.path, Path)]
    found = look_at(local, cache)
    for one in day.shards:
        if isinstance(one.path, RemotePath):
            state = one.path.listed()
            hashed = cache.digest_of(str(one.path), state.stamp)
            found.append(Found(one.path, one.name, hashed, state.size, state.mtime_ns, stamp=state.stamp))
    return tuple(sorted(found, key=lambda one: one.file))


def _is_same(before: ManifestRow, day: Day, found: tuple[Found, ...]) -> bool:
    """Does the day consist of the same files with the same content, as far as can be told without fetching any?"""
    cursor = _cursor(before)
    if cursor.kind != day.kind:
        return False
    stamps = digest((one.file, one.stamp) for one in found)
    if stamps and stamps == cursor.stamps:
        return True
    hashed = digest((one.file, one.content_hash) for one in found)
    return hashed != "" and hashed == before.content_hash


def _cursor(row: ManifestRow) -> Cursor:
    return Cursor.read(row.cursor) or Cursor("", 0)


def _cursor_of(one: ToRead) -> Cursor:
    return Cursor(one.day.kind, len(one.found), digest((found.file, found.stamp) for found in one.found))


def _columns_before(context: Context) -> dict[str, frozenset[str]]:
    """Of each landed day the columns that its export had."""
    found = {}
    for row in context.manifest:
        if row.input == INPUT and row.status == "landed" and (columns := _cursor(row).columns):
            found[row.file] = frozenset(columns)
    return found


def _problems(settings: Ga4Settings, days: list[Day], nameless: list[str], landed: set[str]) -> list[str]:
    """What a person should know of the files as a whole."""
    told = []
    if not days:
        told.append(f"no file named events_YYYYMMDD… matches {', '.join(settings.path)}")
    if nameless:
        more = f" and {len(nameless) - 1:,} more" if len(nameless) > 1 else ""
        told.append(f"{nameless[0]}{more}: the name says no day (events_YYYYMMDD…), so it is passed over")
    missing = gaps({*(one.day for one in days), *map(date.fromisoformat, landed)})
    told += [
        f"{first} is missing" if first == last else f"{first} to {last} are missing"
        for first, last in missing[:_LISTED]
    ]
    if len(missing) > _LISTED:
        told.append(f"… and {len(missing) - _LISTED:,} more gaps")
    return told


def _note(days: list[Day]) -> str:
    if not days:
        return ""
    whole = [one.day for one in days if one.kind == "daily"]
    newest = f"newest whole day {whole[-1]}" if whole else "no whole day yet"
    partial = [one.file for one in days if one.kind != "daily"]
    return f"{len(days):,} days, {newest}" + (f", in part {', '.join(partial[-3:])}" if partial else "")


def _tell(context: Context, file: str, rows: object) -> None:
    from ingestion.ga4.rows import Rows

    assert isinstance(rows, Rows)
    if context.plan is None:
        return
    problems = context.plan.inputs[0].problems
    if rows.without_visitor:
        problems.append(
            f"{file}: {rows.without_visitor:,} of {rows.events:,} events have no visitor (no consent)"
        )
    for what, names in (
        ("look personal and were left out", rows.personal),
        ("are new, and landed as text", rows.others),
    ):
        line = f"{', '.join(sorted(names))} {what}"
        if names and line not in problems:
            problems.append(line)


def _columns(one: ToRead, planned: InputPlan) -> list[str]:
    """Columns of the newest file that would be read, if it says so."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from ingestion.ga4.shapes import ParquetShape

    newest = one.found[-1]
    try:
        with newest.path.open("rb") as raw:
            if raw.read(4) != b"PAR1":
                return []
            raw.seek(0)
            schema = pq.ParquetFile(raw).schema_arrow
        return list(ParquetShape(schema).columns)
    except (UnreadableError, StoreError, OSError, pa.ArrowInvalid) as error:
        planned.problems.append(f"{newest.file}: {str(error).splitlines()[0]}")
        return []


def _reading(settings: Ga4Settings) -> str:
    said = json.dumps([READER_VERSION, settings.user_id])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _key(settings: Ga4Settings, config: Config) -> Key | None:
    from ingestion.personal.key import KeyMissingError, key_from_environment

    if settings.user_id not in ("hash", "email"):
        return None
    try:
        return key_from_environment()
    except KeyMissingError as error:
        where = f"sources.{settings.name}.user_id"
        raise ConfigError(Problem(config.path.name, None, where, str(error))) from None
