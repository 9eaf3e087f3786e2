"""The `files` source: exports in a folder, each landed once per content. `python -m ingestion.files` runs it alone."""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.files.discovery import Found, HashCache, look_at, matching, remote
from ingestion.files.options import InputOptions, options
from ingestion.source import Batch, Context, InputPlan, ManifestEntry, ManifestRow, SourceError, SourcePlan

if TYPE_CHECKING:
    from ingestion.config import Config
    from ingestion.files.settings import FilesSettings
    from ingestion.files.taking import Handling, Taken

_AHEAD = 3
"""Files read while an earlier one is being written, as long as they are small:"""
_AHEAD_BYTES = 16 << 20
"""of so many bytes together. A file that needs more memory is read alone."""
_TO_READ, _CACHE = "files.to_read", "files.cache"


@dataclass(frozen=True)
class ToRead:
    """A file that is new or changed."""

    options: InputOptions
    found: Found
    known: bool
    """Has this very content landed before (under other options)?"""


def plan(settings: FilesSettings, config: Config, context: Context, *, inspect: bool = False) -> SourcePlan:
    """Which files are new or changed since they last landed. Hashes every file; `inspect` also opens the newest.

    Raises SourceError if no input has ever had a file or a store cannot be reached, ConfigError without the key
    that hashes need.
    """
    cache = HashCache(config.state / "dlt")
    to_read: list[ToRead] = []
    result = SourcePlan(settings.name)
    empty = []
    for one in options(settings, config):
        found = _found(one, cache)
        planned, new = _planned(one, found, context)
        to_read += new
        if not found:
            planned.problems.append(one.nothing_found())
            empty.append(f"inputs.{one.name}: {one.nothing_found()}")
        elif inspect:
            _inspect(planned, found[-1], one.handling())
        result.inputs.append(planned)
    if len(empty) == len(result.inputs) and not context.manifest:
        raise SourceError(f"source {settings.name}: {'; '.join(empty)}")
    context.extra.update({_TO_READ: to_read, _CACHE: cache})
    return result


def extract(settings: FilesSettings, config: Config, context: Context) -> Iterator[Batch]:
    """Read what `plan` found, in the order of the inputs and names; an unreadable file gives a batch without data."""
    if _TO_READ not in context.extra:
        context.plan = plan(settings, config, context)
    cache: HashCache = context.extra[_CACHE]
    cache.save()
    to_read: list[ToRead] = context.extra[_TO_READ]
    for done, (one, taken) in enumerate(_taken_in_order(to_read)):
        name, found = one.options.name, one.found
        context.progress(f"{name}: {found.file}", done, len(to_read))
        entry = ManifestEntry(
            file=found.file,
            content_hash=found.content_hash,
            bytes=found.size,
            reading=one.options.reading,
            key_version=one.options.key_version,
            cursor=found.stamp or None,
        )
        if isinstance(taken, Left):
            cursor = entry.cursor if taken.lasting else None
            yield Batch(name, None, replace(entry, status="unreadable", reason=taken.reason, cursor=cursor))
            continue
        cache.remember(found, taken.content_hash)
        landed = replace(entry, content_hash=taken.content_hash, ignored=taken.ignored)
        if not _is_same(context.newest(name, found.file), landed):
            yield Batch(name, taken.data, landed)
    cache.save()
    context.progress("read", len(to_read), len(to_read))


def _found(one: InputOptions, cache: HashCache) -> list[Found]:
    """The input's files, on this machine or elsewhere."""
    from ingestion.files.stores import StoreError

    store = one.store
    if store is None:
        return look_at(matching(one.pattern), cache)
    try:
        return remote(store, one.pattern, cache)
    except StoreError as error:
        raise SourceError(f"inputs.{one.name}: {one.pattern} cannot be listed: {error}") from None


def _is_same(before: ManifestRow | None, now: ManifestEntry) -> bool:
    """Did a remote file, whose store says that it changed, keep its content?"""
    return before is not None and (before.status, before.content_hash, before.reading, before.key_version) == (
        now.status, now.content_hash, now.reading, now.key_version
    )  # fmt: skip


def _planned(one: InputOptions, found: list[Found], context: Context) -> tuple[InputPlan, list[ToRead]]:
    """Compare files with what landed of them."""
    planned = InputPlan(one.name)
    to_read = []
    for file in found:
        before = context.newest(one.name, file.file)
        now = (one.reading, one.key_version)
        if before is not None and (before.reading, before.key_version) == now and _is_unread(before, file):
            planned.unchanged += 1
            if before.status == "unreadable":
                planned.problems.append(f"{file.file}: {before.reason}")
            continue
        (planned.changed if before else planned.new).append(file.file)
        known = before is not None and (before.status, before.content_hash) == ("landed", file.content_hash)
        to_read.append(ToRead(one, file, known))
    landed = {row.file for row in context.manifest if row.input == one.name}
    planned.vanished = sorted(landed.difference(file.file for file in found))
    return planned, to_read


def _is_unread(before: ManifestRow, file: Found) -> bool:
    """Is its content what it was, as far as can be told without reading a remote file?"""
    if file.stamp and before.cursor == file.stamp:
        return True
    return before.content_hash == file.content_hash and (
        isinstance(file.path, Path) or file.content_hash != ""
    )


@dataclass(frozen=True)
class Left:
    """A file that is not taken in."""

    reason: str
    lasting: bool = True
    """Will it be so until the file changes?"""


def _taken_in_order(to_read: list[ToRead]) -> Iterator[tuple[ToRead, Taken | Left]]:
    """Each file taken, or the reason why it is unreadable. A few are read ahead, on other threads."""
    waiting: deque[tuple[ToRead, Future[Taken | Left]]] = deque()
    left = deque(to_read)
    with ThreadPoolExecutor(2, thread_name_prefix="files") as pool:
        try:
            while True:
                while left and _has_room(left[0], [one for one, _ in waiting]):
                    one = left.popleft()
                    waiting.append((one, pool.submit(_take_or_reason, one)))
                if not waiting:
                    return
                one, future = waiting.popleft()
                yield one, future.result()
                del future  # and with it the rows, before others are read
        finally:
            for _, future in waiting:
                future.cancel()


def _has_room(one: ToRead, waiting: list[ToRead]) -> bool:
    size = sum(other.found.size for other in (one, *waiting))
    return not waiting or (len(waiting) < _AHEAD and size <= _AHEAD_BYTES)


def _take_or_reason(one: ToRead) -> Taken | Left:
    from ingestion.files.problems import UnreadableError
    from ingestion.files.stores import StoreError
    from ingestion.files.taking import take

    try:
        return take(one.found, one.options.handling(), known=one.known)
    except UnreadableError as error:
        return Left(str(error))
    except StoreError as error:
        return Left(f"cannot be fetched: {error}", lasting=False)
    except Exception as error:  # whatever a file does to us, the others still land
        at = traceback.extract_tb(error.__traceback__)[-1]
        return Left(f"cannot be read: {type(error).__name__} at {Path(at.filename).name}:{at.lineno}")


def _inspect(planned: InputPlan, found: Found, handling: Handling) -> None:
    """Columns and problems of one file, from its beginning."""
    from ingestion.files.problems import UnreadableError
    from ingestion.files.readers import open_reader, opener_of
    from ingestion.files.stores import StoreError
    from ingestion.files.taking import check_personal
    from ingestion.personal.detect import Screen

    try:
        reader = open_reader(found.path.name, opener_of(found.path), handling.how)
        planned.columns = list(reader.columns)
        screen = Screen(handling.personal, handling.region)
        for batch, numbers in reader.batches():
            screen.look(batch, numbers)
            break
        planned.columns = list(reader.columns)
        check_personal(reader, screen, handling, lenient=reader.sparse)
    except (UnreadableError, StoreError) as error:
        if not any(line.startswith(f"{found.file}:") for line in planned.problems):
            planned.problems.append(f"{found.file}: {error}")
