"""CSV and its relatives, by Arrow's streaming parser: every field as text, as it stands; an empty one is NULL.

Quotes follow RFC 4180: a field may be quoted, a quote inside is doubled, line breaks inside are kept. Blank lines
are passed over. A row with too few or too many fields makes the file unreadable.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from ingestion.files.problems import UnreadableError, check_header, unnamed_column
from ingestion.files.text import Opener, Utf8Stream

_HEADER_ROOM = 1 << 20
_BLOCK = 4 << 20
_END = "\x01end of file\x01"
"""A record of our own behind the last: it is swallowed if, and only if, a quote was left open before it."""
_NAMED_RAGGED = 3


class DelimitedFile:
    """A delimited text file. `columns` are its named columns; `batches` gives them with their row numbers."""

    sparse = False

    def __init__(self, opener: Opener, zipped: bool, encoding: str, delimiter: str, header_row: int) -> None:
        self._opener, self._zipped, self._encoding = opener, zipped, encoding
        self._delimiter, self._header_row = delimiter, header_row
        self._stream = Utf8Stream(opener, zipped, encoding)
        header = self._read_header()
        self._names = [name or f"\x01{at}" for at, name in enumerate(header, 1)]
        self.columns = [name for name in header if name]
        self._end = self._delimiter.join([_END] * len(self._names))

    def batches(self) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
        """(columns as text, row numbers from 1). Once only. Raises UnreadableError."""
        if not self.columns:
            return
        number = 1
        ended = False
        try:
            for batch in self._parser():
                # An empty batch can follow the last row.
                if batch.num_rows and batch.column(0)[-1].as_py() == _END:
                    batch, ended = batch.slice(0, batch.num_rows - 1), True
                numbers = pa.array(range(number, number + batch.num_rows), pa.int64())
                number += batch.num_rows
                yield self._named(batch, numbers), numbers
        except pa.ArrowInvalid:
            raise self._diagnosed() from None
        finally:
            self._stream.close()
        if not ended:
            raise self._diagnosed()

    def _parser(self) -> pa_csv.CSVStreamingReader:
        return pa_csv.open_csv(
            _WithEnd(self._stream, self._end),
            read_options=pa_csv.ReadOptions(column_names=self._names, block_size=_BLOCK, use_threads=False),
            parse_options=pa_csv.ParseOptions(delimiter=self._delimiter, newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(self._names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                check_utf8=False,  # the stream has
            ),
        )

    def _named(self, batch: pa.RecordBatch, numbers: pa.Array) -> pa.RecordBatch:
        if len(self.columns) == len(self._names):
            return batch
        for at, name in enumerate(self._names):
            column = batch.column(at)
            if name.startswith("\x01") and column.null_count < len(column):
                raise unnamed_column(at + 1, numbers[pc.index(column.is_valid(), True).as_py()].as_py())
        return batch.select(self.columns)

    def _read_header(self) -> list[str]:
        """Take the lines up to the header from the stream. Empty list: the file has nothing in it."""
        text = self._stream.peek(_HEADER_ROOM).decode("utf-8", "ignore")
        if not text.strip():
            return []
        taken = 0

        def counted() -> Iterator[str]:
            nonlocal taken
            for line in io.StringIO(text, newline=""):
                taken += len(line.encode("utf-8"))
                yield line

        lines = counted()
        where = f"the header (line {self._header_row})"
        for _ in range(self._header_row - 1):
            next(lines, None)
        try:
            header = next(csv.reader(lines, delimiter=self._delimiter), None)
        except csv.Error as error:
            raise UnreadableError(f"{where} cannot be parsed: {error}") from None
        if header is None:
            raise UnreadableError(f"has fewer than {self._header_row} lines, so there is no header there")
        check_header(header, where)
        self._check_delimiter(header)
        self._stream.read(taken)
        return header

    def _check_delimiter(self, header: list[str]) -> None:
        signs = {"semicolon": ";", "tab": "\t", "bar": "|", "comma": ","}
        others = {name: sign for name, sign in signs.items() if sign != self._delimiter and sign in header[0]}
        if len(header) == 1 and others:
            name, sign = max(others.items(), key=lambda pair: header[0].count(pair[1]))
            raise UnreadableError(
                f"the header (line {self._header_row}) is one column with a {name} in it: set delimiter to"
                f' "{sign.encode("unicode_escape").decode()}"?'
            )

    def _diagnosed(self) -> UnreadableError:
        """Arrow counts records and shows their content; a person wants lines, and no content. Read it again."""
        stream = Utf8Stream(self._opener, self._zipped, self._encoding)
        text = io.TextIOWrapper(
            io.BufferedReader(_Raw(_WithEnd(stream, self._end))), encoding="utf-8", newline=""
        )
        for _ in range(self._header_row - 1):
            next(text, None)
        # Fields have no limit for Arrow; the default of 128 KiB here would hide the row that is wrong.
        csv.field_size_limit(1 << 30)
        reader = csv.reader(text, delimiter=self._delimiter)
        next(reader, None)
        expected, ragged, count, record = len(self._names), [], 0, [""]
        begin, next_begin = 0, reader.line_num + self._header_row
        for record in reader:
            begin, next_begin = next_begin, reader.line_num + self._header_row
            if record and len(record) != expected:
                count += 1
                ragged += [f"line {begin} has {len(record)}"] if count <= _NAMED_RAGGED else []
        if record[0] != _END:
            return UnreadableError(f"a quote that opens in the record at line {begin} is never closed")
        if not ragged:
            return UnreadableError(f"cannot be parsed as text delimited by {self._delimiter!r}")
        more = f" (and {count - _NAMED_RAGGED:,} more)" if count > _NAMED_RAGGED else ""
        return UnreadableError(f"the header has {expected} fields, but {', '.join(ragged)}{more}")


class _WithEnd:
    """The stream with a last line behind it."""

    def __init__(self, stream: Utf8Stream, line: str) -> None:
        self._stream, self._end = stream, f"\n{line}\n".encode()
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        given = self._stream.read(size)
        if len(given) == size or not self._end:
            return given
        # In the same block as the last rows: Arrow makes a batch of each block.
        room = len(self._end) if size < 0 else size - len(given)
        added, self._end = self._end[:room], self._end[room:]
        return given + added

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self.closed = True


class _Raw(io.RawIOBase):
    """The stream for Python's own text layer."""

    def __init__(self, stream: _WithEnd) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        given = self._stream.read(len(buffer))
        buffer[: len(given)] = given
        return len(given)
