"""A table that is small enough for memory: the cells of a sheet, or a text that is to be turned on its side."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import zip_longest

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.files import headers
from ingestion.files.headers import Header
from ingestion.files.leaving import Ignore
from ingestion.files.problems import UnreadableError, check_header, unnamed_column
from ingestion.files.streams import as_text
from ingestion.files.text import Opener, Utf8Stream

_BATCH = 100_000
LARGEST = 32 << 20
"""Bytes of a text that is turned on its side."""


class Grid:
    """Reads cells as a table. Rows without any value are passed over, but counted."""

    sparse = False

    def __init__(self, cells: Sequence[pa.Array], header: Header, ignore: Ignore, where: str = "") -> None:
        """`cells`: the columns, as text of one length, NULL where empty. `where`: which table, for messages."""
        self._cells, self._header, self._ignore = list(cells), header, ignore
        self._where = where
        self.columns: list[str] = []
        self.ignored = 0
        self._names: list[str] = []
        self._first = self._below = 0
        if self._cells and len(self._cells[0]):
            self._read_header()

    def batches(self) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
        """(columns as text, row numbers from 1 below the header). Once only."""
        if not self.columns:
            return
        data = [column.slice(self._below) for column in self._cells]
        rows = len(data[0])
        numbers = pa.array(range(1, rows + 1), pa.int64())
        kept = pc.is_valid(pc.coalesce(*data))
        if self._ignore:
            left_out = pc.and_(kept, self._ignore.in_batch(data))
            self.ignored += pc.sum(left_out).as_py() or 0
            kept = pc.and_not(kept, left_out)
        data, numbers = [column.filter(kept) for column in data], numbers.filter(kept)
        for at, (name, column) in enumerate(zip(self._names, data, strict=True)):
            if not name and column.null_count < len(column):
                row = numbers[pc.index(column.is_valid(), True).as_py()].as_py()
                raise unnamed_column(at + 1, row, headers.hint(self._rows(), self._first))
        named = [column for name, column in zip(self._names, data, strict=True) if name]
        for begin in range(0, len(numbers), _BATCH):
            some = [column.slice(begin, _BATCH) for column in named]
            yield pa.record_batch(some, names=self.columns), numbers.slice(begin, _BATCH)

    def _rows(self) -> Iterator[list[str | None]]:
        for at in range(len(self._cells[0])):
            yield [column[at].as_py() for column in self._cells]

    def _read_header(self) -> None:
        how, height = self._header, len(self._cells[0])
        first = how.find(self._rows()) if how.contains else how.first
        last = first + how.rows - 1
        if last > height:
            raise UnreadableError(f"{self._where or 'the table'} ends before row {last}, the header")
        rows = [[column[at - 1].as_py() for column in self._cells] for at in range(first, last + 1)]
        self._names, self._first, self._below = headers.names_of(rows), first, last
        place = f"row {first}" if first == last else f"rows {first}-{last}"
        where = f"the header ({self._where}, {place})" if self._where else f"the header ({place})"
        try:
            check_header(self._names, where)
            if how.row is None and not how.contains and headers.looks_wrong(self._names):
                found = headers.likely(self._rows())
                if found and found.first != first:
                    raise UnreadableError(f"{where} holds only numbers and dates")
        except UnreadableError as error:
            raise UnreadableError(str(error) + headers.hint(self._rows(), first)) from None
        self.columns = [name for name in self._names if name]


class TurnedFile(Grid):
    """A delimited text whose columns are its records: the first column holds the names."""

    def __init__(
        self, opener: Opener, zipped: bool, encoding: str, delimiter: str, header: Header, ignore: Ignore
    ) -> None:
        stream = Utf8Stream(opener, zipped, encoding)
        try:
            text = as_text(stream).read(LARGEST + 1)
        finally:
            stream.close()
        if len(text) > LARGEST:
            raise UnreadableError(
                f"is too large to be transposed (more than {LARGEST >> 20} million signs); is transpose right?"
            )
        super().__init__(_turned(text, delimiter), header, ignore, "transposed")


def _turned(text: str, delimiter: str) -> list[pa.Array]:
    try:
        lines = [line for line in csv.reader(text.splitlines(keepends=True), delimiter=delimiter) if line]
    except csv.Error as error:
        raise UnreadableError(f"cannot be parsed as text delimited by {delimiter!r}: {error}") from None
    widths = {len(line) for line in lines}
    if len(widths) > 1:
        odd = next(at for at, line in enumerate(lines, 1) if len(line) != len(lines[0]))
        raise UnreadableError(f"line 1 has {len(lines[0])} fields, but line {odd} has {len(lines[odd - 1])}")
    return [pa.array([one or None for one in line], pa.string()) for line in lines]


def turned(columns: Sequence[pa.Array]) -> list[pa.Array]:
    """Rows as columns, for a sheet."""
    rows = zip_longest(*(column.to_pylist() for column in columns))
    return [pa.array(list(row), pa.string()) for row in rows]
