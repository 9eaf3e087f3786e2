"""CSV and its relatives, by Arrow's streaming parser: every field as text, as it stands; an empty one is NULL.

Quotes follow RFC 4180: a field may be quoted, a quote inside is doubled, line breaks inside are kept. Blank lines
are passed over. A row with too few or too many fields makes the file unreadable, unless `ignore` leaves it out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from ingestion.files import headers
from ingestion.files.diagnosis import Layout, diagnosed, header_hint
from ingestion.files.headers import Header
from ingestion.files.leaving import Ignore
from ingestion.files.problems import UnreadableError, check_header, unnamed_column
from ingestion.files.streams import UntilQuote, WithEnd
from ingestion.files.text import Opener, Utf8Stream

_HEADER_ROOM = 1 << 20
_BLOCK = 4 << 20
_END = "\x01end of file\x01"
"""A record of our own behind the last: it is swallowed if, and only if, a quote was left open before it."""


@dataclass(frozen=True)
class Delimited:
    """How a delimited text is to be read."""

    zipped: bool
    encoding: str
    delimiter: str
    header: Header
    ignore: Ignore


class DelimitedFile:
    """A delimited text file. `columns` are its named columns; `batches` gives them with their row numbers."""

    sparse = False

    def __init__(self, opener: Opener, how: Delimited) -> None:
        self._how = how
        self._open = partial(Utf8Stream, opener, how.zipped, how.encoding)
        self._stream = self._open()
        self._line = how.header.first
        header = self._read_header()
        self._names = [name or f"\x01{at}" for at, name in enumerate(header, 1)]
        self.columns = [name for name in header if name]
        self.ignored = 0
        self._numbers = _Numbers()

    def batches(self) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
        """(columns as text, row numbers from 1). Once only. Raises UnreadableError."""
        if not self.columns:
            return
        try:
            yield from self._parsed()
        except pa.ArrowInvalid:
            raise diagnosed(self._layout) from None
        finally:
            self._stream.close()

    def _parsed(self) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
        plain = UntilQuote(self._stream)
        if plain.has_any():
            for batch in self._parser(plain, quoted=False):
                yield self._given(batch)
        if not plain.reached_quote:
            return
        self._numbers.go_on()
        ended = False
        with_end = WithEnd(self._stream, self._how.delimiter.join([_END] * len(self._names)))
        for batch in self._parser(with_end, quoted=True):
            # An empty batch can follow the last row.
            if batch.num_rows and batch.column(0)[-1].as_py() == _END:
                batch, ended = batch.slice(0, batch.num_rows - 1), True
            yield self._given(batch)
        if not ended:
            raise diagnosed(self._layout)

    def _parser(self, stream: UntilQuote | WithEnd, *, quoted: bool) -> pa_csv.CSVStreamingReader:
        ignore = bool(self._how.ignore)
        return pa_csv.open_csv(
            stream,
            # Rows that are left out are told by their number, which Arrow only knows with one thread.
            read_options=pa_csv.ReadOptions(
                column_names=self._names, block_size=_BLOCK, use_threads=not ignore
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=self._how.delimiter,
                newlines_in_values=quoted,
                invalid_row_handler=self._odd_row if ignore else None,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(self._names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                check_utf8=False,  # the stream has
            ),
        )

    def _odd_row(self, row: pa_csv.InvalidRow) -> str:
        """Arrow asks what to do with a row of too few or too many fields."""
        fields = next(csv.reader(io.StringIO(row.text, newline=""), delimiter=self._how.delimiter), [])
        if not self._how.ignore.matches(fields):
            return "error"
        self.ignored += 1
        self._numbers.skipped.append(row.number)
        return "skip"

    def _given(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.Array]:
        numbers = self._numbers.take(batch.num_rows)
        if self._how.ignore and batch.num_rows:
            left_out = self._how.ignore.in_batch(batch.columns)
            count = pc.sum(left_out).as_py() or 0
            if count:
                self.ignored += count
                kept = pc.invert(left_out)
                batch, numbers = batch.filter(kept), numbers.filter(kept)
        return self._named(batch, numbers), numbers

    def _named(self, batch: pa.RecordBatch, numbers: pa.Array) -> pa.RecordBatch:
        if len(self.columns) == len(self._names):
            return batch
        for at, name in enumerate(self._names):
            column = batch.column(at)
            if name.startswith("\x01") and column.null_count < len(column):
                row = numbers[pc.index(column.is_valid(), True).as_py()].as_py()
                raise unnamed_column(at + 1, row, header_hint(self._layout))
        return batch.select(self.columns)

    def _read_header(self) -> list[str]:
        """Take the lines up to the header from the stream. Empty list: the file has nothing in it."""
        text = self._stream.peek(_HEADER_ROOM).decode("utf-8", "ignore")
        if not text.strip():
            return []
        how, lines = self._how.header, list(io.StringIO(text, newline=""))
        if how.contains:
            self._line = how.find(map(self._fields, lines), "line")
        header, after = self._records(lines)
        try:
            check_header(header, self._where)
            if how.row is None and not how.contains and headers.looks_wrong(header):
                self._refuse_values(header, lines)
        except UnreadableError as error:
            told = str(error) + headers.hint(map(self._fields, lines), self._line, "line")
            raise UnreadableError(told) from None
        self._check_delimiter(header)
        self._stream.read(sum(len(line.encode("utf-8")) for line in lines[:after]))
        return header

    @property
    def _where(self) -> str:
        last = self._line + self._how.header.rows - 1
        return (
            f"the header (line {self._line})"
            if last == self._line
            else f"the header (lines {self._line}-{last})"
        )

    def _fields(self, line: str) -> list[str]:
        return next(csv.reader([line], delimiter=self._how.delimiter), [])

    def _records(self, lines: list[str]) -> tuple[list[str], int]:
        """The header's names, and the number of lines down to its end."""
        reader = csv.reader(lines[self._line - 1 :], delimiter=self._how.delimiter)
        try:
            rows = list(islice(reader, self._how.header.rows))
        except csv.Error as error:
            raise UnreadableError(f"{self._where} cannot be parsed: {error}") from None
        if len(rows) < self._how.header.rows:
            last = self._line + self._how.header.rows - 1
            raise UnreadableError(f"has fewer than {last} lines, so there is no header there")
        return headers.names_of(rows), self._line - 1 + reader.line_num

    def _refuse_values(self, header: list[str], lines: list[str]) -> None:
        """Numbers above something that looks like a header are no header; numbers above numbers may be one."""
        found = headers.likely(map(self._fields, lines))
        if found and found.first != self._line:
            raise UnreadableError(f"{self._where} holds only numbers and dates")

    def _check_delimiter(self, header: list[str]) -> None:
        signs = {"semicolon": ";", "tab": "\t", "bar": "|", "comma": ","}
        others = {
            name: sign for name, sign in signs.items() if sign != self._how.delimiter and sign in header[0]
        }
        if len(header) == 1 and others:
            name, sign = max(others.items(), key=lambda pair: header[0].count(pair[1]))
            raise UnreadableError(
                f"{self._where} is one column with a {name} in it: set delimiter to"
                f' "{sign.encode("unicode_escape").decode()}"?'
            )

    @property
    def _layout(self) -> Layout:
        how = self._how
        return Layout(
            self._open, how.delimiter, self._line, how.header.rows, len(self._names), how.ignore, _END
        )


class _Numbers:
    """Numbers of records below the header, with gaps where some were skipped."""

    def __init__(self) -> None:
        self.skipped: list[int] = []
        """Of the records that Arrow left out, as it counts them."""
        self._next, self._above = 1, 0

    def go_on(self) -> None:
        """Another parser goes on, which counts from 1 again."""
        self._above += self._next - 1 + len(self.skipped)
        self._next, self.skipped = 1, []

    def take(self, count: int) -> pa.Array:
        """The numbers of the next `count` records that were not skipped."""
        numbers = np.arange(self._next, self._next + count + len(self.skipped), dtype=np.int64)
        if self.skipped and count:
            numbers = numbers[~np.isin(numbers, self.skipped)][:count]
            self.skipped = [number for number in self.skipped if number > numbers[-1]]
        numbers = numbers[:count]
        self._next = int(numbers[-1]) + 1 if count else self._next
        return pa.array(numbers + self._above, pa.int64())
