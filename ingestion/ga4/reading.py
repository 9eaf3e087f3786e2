"""A day of an export → rows of the raw table: one for each event, and one for each further item of it.

The events of a day are held in a table of DuckDB's, on disk and already protected, because their ids are told apart
by the whole day, and because a fault in its last file keeps all of it out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.files.discovery import Found
from ingestion.files.problems import UnreadableError
from ingestion.files.readers import opener_of
from ingestion.files.taking import digest_of
from ingestion.files.text import Utf8Stream
from ingestion.ga4.columns import ITEM, READ
from ingestion.ga4.mapping import STEPS
from ingestion.ga4.rows import Rows
from ingestion.ga4.shapes import JsonShape, ParquetShape, Shape
from ingestion.mapping.casts import identifier, literal
from ingestion.web.lines import lines_of

MEMORY = "1GB"
_BATCH = 50_000
_OUT = 100_000
_PARTS = ("user_pseudo_id", "event_timestamp", "event_name", "event_bundle_sequence_id", "batch_page_id",
          "batch_ordering_id", "batch_event_index")  # fmt: skip
_INTERNAL = ("_n",)


@dataclass(frozen=True)
class TakenDay:
    """A day that was read to its end. `data` reads from the workshop, so it is consumed before the next is taken."""

    hashes: list[tuple[str, str]]
    """(name, hash) of each file."""
    data: Iterator[pa.RecordBatch]
    columns: tuple[str, ...]
    """Columns of the export; empty of JSON."""
    events: int


def take(
    duck: duckdb.DuckDBPyConnection, file: str, found: Sequence[Found], rows: Rows, expected: frozenset[str]
) -> TakenDay:
    """Read all files of a day. `expected`: columns of the export that earlier days had. Raises UnreadableError, naming
    the file, and StoreError."""
    duck.execute("drop table if exists day")
    columns: dict[str, None] = {}
    kinds, number, hashes = set(), 0, []
    for one in found:
        try:
            if one.error:
                raise UnreadableError(one.error)
            shape, batches = _opened(one, expected)
            columns.update(dict.fromkeys(shape.columns))
            kinds.add("JSON" if isinstance(shape, JsonShape) else "Parquet")
            for given in batches:
                numbered = given.append_column("_n", pa.array(np.arange(given.num_rows), pa.int64()))
                for made in rows.of(duck, shape, numbered, number + 1):
                    _add(duck, made)
                number += given.num_rows
            hashes.append((one.file, one.content_hash or digest_of(one.path)))
        except UnreadableError as error:
            raise UnreadableError(f"{one.file}: {error}") from None
        if not one.is_as_found():
            raise UnreadableError(f"{one.file}: was changed while it was being read")
    if len(kinds) > 1:
        raise UnreadableError(
            "has files of Parquet and of JSON: if these are two exports of the same day, its events would count twice;"
            " let path find one of them"
        )
    return TakenDay(hashes, _rows(duck, file), tuple(columns), number)


def _opened(one: Found, expected: frozenset[str]) -> tuple[Shape, Iterator[pa.Table]]:
    opener = opener_of(one.path)
    with opener() as raw:
        head = raw.read(4)
    if head.startswith(b"PAR1"):
        try:
            parquet = pq.ParquetFile(opener())
        except (pa.ArrowInvalid, OSError) as error:
            raise UnreadableError(
                f"cannot be opened as Parquet ({str(error).splitlines()[0][:120]})"
            ) from None
        shape = ParquetShape(parquet.schema_arrow)
        gone = sorted((expected & READ) - set(shape.columns))
        if gone:
            raise UnreadableError(
                f"has no column {', '.join(gone)}, which earlier days have; nothing of it was taken, because figures"
                " would change without a word"
            )
        return shape, _of_parquet(parquet)
    stream = Utf8Stream(opener, head.startswith(b"\x1f\x8b"), "utf-8")
    return JsonShape(), _of_lines(stream)


def _of_parquet(parquet: pq.ParquetFile) -> Iterator[pa.Table]:
    try:
        for batch in parquet.iter_batches(batch_size=_BATCH):
            yield pa.Table.from_batches([batch])
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableError(f"is damaged ({str(error).splitlines()[0][:120]})") from None


def _of_lines(stream: Utf8Stream) -> Iterator[pa.Table]:
    """Lines as JSON; blank ones are passed over. (DuckDB checks what is in them when the text becomes JSON.)"""
    with duckdb.connect() as duck, contextlib.closing(stream):
        number = 0
        for lines in lines_of(stream):
            given = pa.table({"line": lines, "n": np.arange(number + 1, number + 1 + len(lines))})
            number += len(lines)
            duck.register("lines", given)
            bad = duck.sql(
                "select n from lines where trim(line) <> '' and not json_valid(line) order by n limit 1"
            )
            if (found := bad.fetchone()) is not None:
                raise UnreadableError(
                    f"line {found[0]}: is not JSON; an object on each line is what is exported"
                )
            yield duck.sql(
                "select cast(line as json) as line from lines where trim(line) <> ''"
            ).to_arrow_table()


def _add(duck: duckdb.DuckDBPyConnection, made: pa.Table) -> None:
    duck.register("made", made)
    tables = duck.sql("select column_name from duckdb_columns() where table_name = 'day'").fetchall()
    if not tables:
        duck.execute("create table day as select * from made")
    else:
        known = {name for (name,) in tables}
        for name in made.schema.names:
            if name not in known:
                duck.execute(f"alter table day add column {identifier(name)} varchar")
        duck.execute("insert into day by name select * from made")
    duck.unregister("made")


def _rows(duck: duckdb.DuckDBPyConnection, file: str) -> Iterator[pa.RecordBatch]:
    names = [
        name
        for (name,) in duck.sql(
            "select column_name from duckdb_columns() where table_name = 'day' order by column_index"
        ).fetchall()
        if name not in (*_INTERNAL, "items")
    ]
    if not names:
        yield pa.RecordBatch.from_pylist([], schema=_EMPTY)
        return
    listed = ", ".join(f"numbered.{identifier(name)}" for name in names)
    listed_day = ", ".join(map(identifier, [*sorted(names), "items"]))  # whatever their order in the export
    item = ", ".join(f"items[place + 1].{path} as {name}" for name, path in ITEM.items())
    # Windows over a few narrow columns: those of a day with millions of events have to fit.
    sql = f"""
        with narrow as (
            select _n, md5({_base()}) as _id, hash({listed_day}) as _hash, greatest(1, coalesce(len(items), 0)) as _rows
            from day
        ),
        placed as (
            select
                _n, _id,
                row_number() over (partition by _id order by _hash, _n) as _nth,
                cast(sum(_rows) over (order by _n rows unbounded preceding) as bigint) - _rows as _before,
                unnest(range(_rows)) as place
            from narrow
        )
        select
            {_order()} || _id || case when _nth > 1 then '-' || _nth else '' end as event_id, {listed},
            place as item_index, coalesce(len(items), 0) as items, {item},
            {literal(file)} as _file, _before + place + 1 as _row
        from day as numbered join placed using (_n)
    """
    yield from duck.execute(sql).to_arrow_reader(_OUT)


_EMPTY = pa.schema({"event_id": pa.string(), "event_timestamp": pa.string(), "event_name": pa.string(),
                    "user_pseudo_id": pa.string(), "item_index": pa.int64(), "items": pa.int64(),
                    "_file": pa.string(), "_row": pa.int64()})  # fmt: skip


def _base() -> str:
    return "concat_ws('|', " + ", ".join(f"coalesce({name}, '')" for name in _PARTS) + ")"


def _order() -> str:
    """What an id begins with: events of one instant are taken in the order of their ids, and a batch that a browser
    sends has one instant for all of its events."""
    padded = " || '-' || ".join(
        f"lpad(coalesce({name}, '0'), {width}, '0')"
        for name, width in (("batch_page_id", 16), ("batch_ordering_id", 6), ("batch_event_index", 4))
    )
    steps = " ".join(f"when {literal(name)} then '{at:02}'" for at, name in enumerate(STEPS))
    return f"{padded} || '-' || case event_name {steps} else '99' end || '-'"
