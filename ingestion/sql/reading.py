"""One input: read to its end and judged, before anything of it is given away.

What fits is kept in memory meanwhile; a larger one is read a second time, in the same transaction and so with the same
rows. Only protected rows are ever written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from ingestion.personal import advice
from ingestion.personal.detect import Screen
from ingestion.personal.key import Key
from ingestion.personal.kinds import Kind
from ingestion.personal.protect import protect
from ingestion.sql.database import Column, Database
from ingestion.sql.errors import BadColumnError, InputError

MEMORY_ROWS = 256 << 20
"""Bytes of Arrow data that are kept while an input is judged; above, it is read twice."""
_ATTEMPTS_PER_COLUMN = 2

Batches = Iterator[pa.RecordBatch]


@dataclass(frozen=True)
class Request:
    """What to read, and how it is protected."""

    input: str
    relation: str
    columns: Sequence[Column]
    where: str
    personal: Mapping[str, Kind]
    region: str | None
    key: Key | None
    told: Callable[[int], None] = field(default=lambda rows: None)
    """Told the number of rows so far."""


@dataclass(frozen=True)
class Reading:
    """An input that may land: its rows as often as they are asked for."""

    rows: int
    schema: pa.Schema
    """Of the protected rows."""
    notes: list[str]
    again: Callable[[], Batches]
    fits: bool
    """Are its rows in memory? Otherwise they are read again each time."""


def read(database: Database, request: Request) -> Reading:
    """Read, screen and protect. Raises InputError (one line, without values)."""
    columns = list(request.columns)
    for _ in range(_ATTEMPTS_PER_COLUMN * len(columns) + 1):
        try:
            with database.one_input():
                return _read(database, request, columns)
        except BadColumnError as bad:
            columns = [database.plainer(one) if one.name == bad.column else one for one in columns]
    raise InputError("its values fit no type that can be told")


def _read(database: Database, request: Request, columns: list[Column]) -> Reading:
    screen = Screen(request.personal, request.region)
    kept: list[pa.RecordBatch] | None = []
    rows = size = 0
    looked: Future[None] | None = None
    with ThreadPoolExecutor(1, "screen") as pool:  # looking at one batch takes as long as fetching the next
        for batch in database.batches(request.relation, columns, request.where):
            numbers = pa.array(np.arange(rows + 1, rows + batch.num_rows + 1), pa.int64())
            if looked is not None:
                looked.result()
            looked = pool.submit(screen.look, batch, numbers)
            rows += batch.num_rows
            request.told(rows)
            if kept is not None:
                kept.append(batch)
                size += batch.nbytes
                kept = kept if size <= MEMORY_ROWS else None
        if looked is not None:
            looked.result()
    if findings := screen.findings([one.name for one in columns]):
        raise InputError(advice.undeclared(findings, request.personal, request.input, "it"))
    empty = pa.RecordBatch.from_pylist([], schema=pa.schema({one.name: one.type for one in columns}))
    safe = _protected(empty, request)
    whole = kept

    def again() -> Batches:
        batches = (
            iter(whole) if whole is not None else database.batches(request.relation, columns, request.where)
        )
        for batch in batches:
            yield _protected(batch, request)

    notes = [f"column {one.name}: {one.note}" for one in columns if one.note]
    return Reading(rows, safe.schema, notes, again, whole is not None)


def _protected(batch: pa.RecordBatch, request: Request) -> pa.RecordBatch:
    return protect(batch, request.personal, request.key, request.region)
