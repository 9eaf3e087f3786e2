"""The `files` source: exports in a folder, each landed once per content. `python -m ingestion.files` runs it alone."""

from __future__ import annotations

import hashlib
import json
import os
import traceback
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.config_errors import ConfigError, Problem
from ingestion.files.discovery import Found, HashCache, base_of, look_at, matching
from ingestion.personal.key import Key, KeyMissingError, key_from_environment
from ingestion.source import Batch, Context, InputPlan, ManifestEntry, SourceError, SourcePlan

if TYPE_CHECKING:
    from ingestion.config import Config
    from ingestion.files.settings import FilesSettings, Input
    from ingestion.files.taking import Handling, Taken

READER_VERSION = 1
"""Raise it when the readers give other rows for the same file and settings: every file then lands again."""
_AHEAD = 3
"""Files read while an earlier one is being written."""
_TO_READ = "files.to_read"


def plan(settings: FilesSettings, config: Config, context: Context, *, inspect: bool = False) -> SourcePlan:
    """Which files are new or changed since they last landed. Hashes every file; `inspect` also opens the newest.

    Raises SourceError if no input has ever had a file, ConfigError without the key that hashes need.
    """
    keys = {name: _key(settings, config, name) for name in settings.inputs}
    cache = HashCache(config.state / "dlt")
    result = SourcePlan(settings.name)
    to_read: list[tuple[str, Found]] = []
    nothing = []
    for name, one in settings.inputs.items():
        pattern = _pattern(one, config)
        found = look_at(matching(pattern), cache)
        planned = InputPlan(name)
        reading, version = _fingerprint(settings, config, name), _version(keys[name])
        for file in found:
            before = context.newest(name, file.file)
            if before and (before.content_hash, before.reading, before.key_version) == (
                file.content_hash,
                reading,
                version,
            ):
                planned.unchanged += 1
                if before.status == "unreadable":
                    planned.problems.append(f"{file.file}: {before.reason}")
                continue
            (planned.changed if before else planned.new).append(file.file)
            to_read.append((name, file))
        here = {file.file for file in found}
        planned.vanished = sorted({row.file for row in context.manifest if row.input == name} - here)
        if not found:
            planned.problems.append(f"no file matches {pattern}" + _is_folder(pattern))
            nothing.append(f"inputs.{name}: no file matches {pattern}{_is_folder(pattern)}")
        elif inspect:
            _inspect(planned, found[-1], _handling(settings, config, name, keys[name]))
        result.inputs.append(planned)
    if len(nothing) == len(settings.inputs) and not context.manifest:
        raise SourceError(f"source {settings.name}: {'; '.join(nothing)}")
    context.extra[_TO_READ] = to_read
    context.extra["files.cache"] = cache
    return result


def extract(settings: FilesSettings, config: Config, context: Context) -> Iterator[Batch]:
    """Read what `plan` found, in the order of the inputs and names; an unreadable file gives a batch without data."""
    if _TO_READ not in context.extra:
        context.plan = plan(settings, config, context)
    handlings = {
        name: _handling(settings, config, name, _key(settings, config, name)) for name in settings.inputs
    }
    context.extra["files.cache"].save()
    to_read: list[tuple[str, Found]] = context.extra[_TO_READ]
    for done, (name, found, taken) in enumerate(_taken_in_order(to_read, handlings)):
        context.progress(f"{name}: {found.file}", done, len(to_read))
        entry = ManifestEntry(
            file=found.file,
            content_hash=found.content_hash,
            bytes=found.size,
            reading=_fingerprint(settings, config, name),
            key_version=_version(handlings[name].key),
        )
        if isinstance(taken, str):
            yield Batch(name, None, replace(entry, status="unreadable", reason=taken))
        else:
            yield Batch(name, taken.data, replace(entry, content_hash=taken.content_hash))
    context.progress("read", len(to_read), len(to_read))


def _taken_in_order(
    to_read: list[tuple[str, Found]], handlings: dict[str, Handling]
) -> Iterator[tuple[str, Found, Taken | str]]:
    """Each file taken, or the reason why it is unreadable. A few are read ahead, on other threads."""
    waiting: deque[tuple[str, Found, Future[Taken | str]]] = deque()
    with ThreadPoolExecutor(2, thread_name_prefix="files") as pool:
        try:
            for name, found in to_read:
                waiting.append((name, found, pool.submit(_take_or_reason, found, handlings[name])))
                if len(waiting) > _AHEAD:
                    first = waiting.popleft()
                    yield first[0], first[1], first[2].result()
            while waiting:
                first = waiting.popleft()
                yield first[0], first[1], first[2].result()
        finally:
            for _, _, future in waiting:
                future.cancel()


def _take_or_reason(found: Found, handling: Handling) -> Taken | str:
    from ingestion.files.problems import UnreadableError
    from ingestion.files.taking import take

    try:
        return take(found, handling)
    except UnreadableError as error:
        return str(error)
    except Exception as error:  # whatever a file does to us, the others still land
        at = traceback.extract_tb(error.__traceback__)[-1]
        return f"cannot be read: {type(error).__name__} at {Path(at.filename).name}:{at.lineno}"


def _inspect(planned: InputPlan, found: Found, handling: Handling) -> None:
    """Columns and problems of one file, from its beginning."""
    from ingestion.files.problems import UnreadableError
    from ingestion.files.readers import open_reader, opener_of
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
        check_personal(reader, screen, handling)
    except UnreadableError as error:
        if not any(line.startswith(f"{found.file}:") for line in planned.problems):
            planned.problems.append(f"{found.file}: {error}")


def _handling(settings: FilesSettings, config: Config, name: str, key: Key | None) -> Handling:
    from ingestion.files.readers import Reading
    from ingestion.files.taking import Handling

    one = settings.inputs[name]
    how = Reading(one.format, one.encoding, one.delimiter, one.sheet, one.header_row)
    return Handling(name, how, one.personal, _region(settings, config, one), key)


def _pattern(one: Input, config: Config) -> str:
    """The input's path, absolute: beside the configuration file.

    If its folder is not there but is in the working directory, that one is meant: so does a person mean it who
    types `OPSMART_DATA=../data opsmart run --config elsewhere/opsmart.yml`.
    """
    path = Path(one.path).expanduser()
    beside = os.path.normpath(config.root / path)
    here = os.path.normpath(Path.cwd() / path)
    return here if not base_of(beside).is_dir() and base_of(here).is_dir() else beside


def _is_folder(pattern: str) -> str:
    return " (it is a folder: add /*.csv or the like)" if Path(pattern).is_dir() else ""


def _region(settings: FilesSettings, config: Config, one: Input) -> str | None:
    """Country of phone numbers without a country code: the input's, else the one of the shop's time zone."""
    from ingestion.personal.normalise import region_of_timezone

    return one.region or region_of_timezone(config.shop(settings.shop).timezone)


def _fingerprint(settings: FilesSettings, config: Config, name: str) -> str:
    """16 hex digits that change with everything in the settings that changes what lands of the same bytes."""
    one = settings.inputs[name]
    region = _region(settings, config, one) if one.personal else None
    parts: list[Any] = [READER_VERSION, one.format, one.encoding, one.delimiter, one.sheet, one.header_row]
    parts += [sorted(one.personal.items()), region]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def _key(settings: FilesSettings, config: Config, name: str) -> Key | None:
    from ingestion.personal.kinds import needs_key

    if not needs_key(settings.inputs[name].personal):
        return None
    try:
        return key_from_environment()
    except KeyMissingError as error:
        where = f"sources.{settings.name}.inputs.{name}.personal"
        raise ConfigError(Problem(config.path.name, None, where, str(error))) from None


def _version(key: Key | None) -> str | None:
    return key.version if key else None
