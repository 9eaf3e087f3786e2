"""One file → protected Arrow data, or the reason why not.

A file is read to its end before any of it is given away, so that a fault in its last row, or a personal value
nobody declared, keeps all of it out. What fits is kept in memory meanwhile; a larger file is read a second time.
Nothing is written in between: the first reading is the one that finds undeclared personal data.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from ingestion.files.discovery import Found
from ingestion.files.readers import Reader, Reading, UnreadableError, open_reader, opener_of
from ingestion.files.stores import RemotePath, StoreError
from ingestion.files.text import Opener
from ingestion.files.versions import COLUMN as FILE_VERSION
from ingestion.files.versions import version_of
from ingestion.personal import advice
from ingestion.personal.detect import Screen
from ingestion.personal.key import Key
from ingestion.personal.kinds import KEY_VERSION_COLUMN, Kind
from ingestion.personal.masking import mask_text
from ingestion.personal.protect import protect
from ingestion.source import SourceError

MEMORY_FILE = 32 << 20
"""Bytes of a file that are read at once and parsed from memory."""
MEMORY_ROWS = 224 << 20
"""Bytes of Arrow data that are kept while a file is judged; above, it is read twice."""


@dataclass(frozen=True)
class Handling:
    """How the files of one input are read and protected."""

    input: str
    how: Reading
    personal: Mapping[str, Kind]
    region: str | None
    key: Key | None
    file_version: str | None = None
    may_lack: frozenset[str] = frozenset()
    """Personal columns that a file need not have."""


@dataclass(frozen=True)
class Taken:
    """A readable file. `data` is a table, or for a large file an iterator of batches that reads it again."""

    found: Found
    content_hash: str
    data: pa.Table | Iterator[pa.RecordBatch]
    ignored: int = 0
    """Rows that `ignore` left out."""


def take(found: Found, handling: Handling, *, known: bool = False) -> Taken:
    """Read and judge a file. Raises UnreadableError (one line, personal values masked).

    `known`: this content has landed before, so a declared column that it lacks came later, with other files.
    """
    if found.error:
        raise UnreadableError(found.error)
    try:
        content = found.path.read_bytes() if found.size <= MEMORY_FILE else None
    except OSError as error:
        raise UnreadableError(f"cannot be read ({error.strerror})") from None
    digest = found.content_hash if content is None else hashlib.sha256(content).hexdigest()
    if not digest:
        digest = digest_of(found.path)  # a large file of a store: read once more, since nothing of it is kept
    opener = opener_of(found.path, content)
    try:
        if handling.file_version:
            version_of(found.file, found.mtime_ns, handling.file_version)
        judged = _judge(found, handling, opener, known)
    except UnreadableError as error:
        raise UnreadableError(mask_text(str(error), handling.region)) from None
    if judged.kept is None:
        return Taken(found, digest, _again(found, handling, opener, judged.columns), judged.ignored)
    return Taken(found, digest, _table(found, handling, judged.kept, judged.columns), judged.ignored)


@dataclass(frozen=True)
class _Judged:
    """A file that was read to its end."""

    kept: list[tuple[pa.RecordBatch, pa.Array]] | None
    """Its rows as they stand in it; None: too many to keep."""
    columns: list[str]
    ignored: int


def _judge(found: Found, handling: Handling, opener: Opener, known: bool) -> _Judged:
    reader = open_reader(found.path.name, opener, handling.how)
    screen = Screen(handling.personal, handling.region)
    kept: list[tuple[pa.RecordBatch, pa.Array]] | None = []
    size = 0
    for batch, numbers in reader.batches():
        _check_kinds(batch.schema, handling)
        screen.look(batch, numbers)
        if kept is not None:
            kept.append((batch, numbers))
            size += batch.nbytes
            kept = kept if size <= MEMORY_ROWS else None
    check_personal(reader, screen, handling, lenient=known or reader.sparse)
    return _Judged(kept, reader.columns, reader.ignored)


def _check_kinds(schema: pa.Schema, handling: Handling) -> None:
    for name, kind in handling.personal.items():
        given = schema.field(name).type if name in schema.names else pa.string()
        if kind not in ("drop", "keep") and (pa.types.is_nested(given) or pa.types.is_binary(given)):
            raise UnreadableError(
                f"column {name} is of type {given}: only drop and keep can be declared for it"
            )


def check_personal(reader: Reader, screen: Screen, handling: Handling, *, lenient: bool) -> None:
    """Refuse what looks personal and is not declared, and what is declared but not there.

    `lenient`: a declared column may be absent, unless one of a similar name is there. Raises UnreadableError.
    `reader.columns` and what `screen` has seen are taken for the whole file.
    """
    columns = reader.columns
    if not columns:
        return
    asked = [name for name in handling.personal if name not in handling.may_lack]
    absent = [name for name in asked if name not in columns]
    if lenient:
        others = [name for name in columns if name not in handling.personal]
        absent = [
            name
            for name in absent
            if difflib.get_close_matches(name.lower(), map(str.lower, others), 1, 0.75)
        ]
    if absent:
        raise UnreadableError(advice.missing(absent, columns, handling.input))
    if headless := screen.header_values(columns):
        raise UnreadableError(
            f"the header holds what looks like personal values ({headless}): is it the first row of data?"
            " Set header_row, or give the file a header"
        )
    if findings := screen.findings(columns):
        raise UnreadableError(advice.undeclared(findings, handling.personal, handling.input))


def _table(
    found: Found, handling: Handling, kept: list[tuple[pa.RecordBatch, pa.Array]], columns: list[str]
) -> pa.Table:
    batches = [_protected(found, handling, batch, numbers, columns) for batch, numbers in kept]
    if not batches:
        return _no_rows(found, handling, columns)
    return pa.Table.from_batches(batches)


def _no_rows(found: Found, handling: Handling, columns: list[str]) -> pa.Table:
    """A table without rows. A file without a header has no columns either: an empty one for each of ours."""
    empty = pa.record_batch([pa.array([], pa.string()) for _ in columns], names=columns)
    return pa.Table.from_batches([_protected(found, handling, empty, pa.array([], pa.int64()), columns)])


def _again(found: Found, handling: Handling, opener: Opener, columns: list[str]) -> Iterator[pa.RecordBatch]:
    for batch, numbers in open_reader(found.path.name, opener, handling.how).batches():
        yield _protected(found, handling, batch, numbers, columns)
    try:
        same = found.is_as_found()
    except StoreError as error:
        raise SourceError(f"{found.file} cannot be reached any more: {error}") from None
    if not same:
        raise SourceError(
            f"{found.file} was changed while it was being read; nothing of this load was kept, run again"
        )


def _protected(
    found: Found, handling: Handling, batch: pa.RecordBatch, numbers: pa.Array, columns: list[str]
) -> pa.RecordBatch:
    if batch.schema.names != columns:
        # JSON lines: keys that turn up later in the file.
        arrays = [
            batch.column(name) if name in batch.schema.names else pa.nulls(batch.num_rows, pa.string())
            for name in columns
        ]
        batch = pa.record_batch(arrays, names=columns)
    safe = protect(batch, handling.personal, handling.key, handling.region)
    names = [name for name in safe.schema.names if name != KEY_VERSION_COLUMN]
    arrays = [safe.column(name) for name in names]
    ours = {"_file": _repeated(found.file, batch.num_rows), "_row": numbers}
    if handling.file_version:
        version = version_of(found.file, found.mtime_ns, handling.file_version)
        ours[FILE_VERSION] = pa.array(np.full(batch.num_rows, version, np.int64))
    if KEY_VERSION_COLUMN in safe.schema.names:
        ours[KEY_VERSION_COLUMN] = safe.column(KEY_VERSION_COLUMN)
    return pa.record_batch([*arrays, *ours.values()], names=[*names, *ours])


def _repeated(value: str, count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), pa.array([value])).dictionary_decode()


def digest_of(path: Path | RemotePath) -> str:
    """sha256 of a file's bytes, lower-case hex."""
    with path.open("rb") as content:
        digest = hashlib.sha256()
        while block := content.read(4 << 20):
            digest.update(block)
        return digest.hexdigest()
