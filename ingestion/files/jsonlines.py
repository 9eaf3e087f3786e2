"""JSON lines: one object a line; every value as text exactly as it is written there (`1.10` stays `1.10`).

Strings lose their quotes and escapes; objects and arrays stay JSON text; null, an empty string and an absent key
are NULL. The columns are the keys of the whole file, in the order in which they first appear.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

import pyarrow as pa

from ingestion.files.problems import UnreadableError, check_header
from ingestion.files.text import Opener, Utf8Stream

_ROWS = 50_000
_SPACE = " \t\r\n"


class JsonLinesFile:
    """A JSON lines file. `columns` grows while `batches` is read; a batch has the columns known by then."""

    sparse = True
    ignored = 0

    def __init__(self, opener: Opener, zipped: bool, encoding: str) -> None:
        self._stream = Utf8Stream(opener, zipped, encoding)
        self._decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
        self.columns: list[str] = []

    def batches(self) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
        """(columns as text, line numbers from 1). Once only. Raises UnreadableError."""
        values: dict[str, list[str | None]] = {}
        numbers: list[int] = []
        try:
            for number, line in enumerate(self._stream.lines(), 1):
                if not line or line.isspace():
                    continue
                self._add(self._parsed(line, number), values, len(numbers))
                numbers.append(number)
                if len(numbers) >= _ROWS:
                    yield self._batch(values, numbers)
                    values, numbers = {}, []
        finally:
            self._stream.close()
        if numbers:
            yield self._batch(values, numbers)
        if self.columns:
            check_header(self.columns, "the set of keys")

    def _parsed(self, line: str, number: int) -> dict[str, Any]:
        try:
            row = self._decoder.decode(line)
        except json.JSONDecodeError as error:
            whole = "; the file looks like one JSON document, not a line for each row" if number == 1 else ""
            raise UnreadableError(
                f"line {number}, column {error.colno}: is not JSON ({error.msg}){whole}"
            ) from None
        except RecursionError:
            raise UnreadableError(f"line {number}: is nested too deeply") from None
        if not isinstance(row, dict):
            kind = "an array" if isinstance(row, list) else "a single value"
            raise UnreadableError(f"line {number}: is {kind}; each line has to be an object")
        if "" in row:
            raise UnreadableError(f"line {number}: has a key without a name")
        # A value that is not plain is wanted as it is written, so its place in the line has to be found.
        return (
            _as_written(line, self._decoder)
            if any(isinstance(one, dict | list) for one in row.values())
            else row
        )

    def _add(self, row: dict[str, Any], values: dict[str, list[str | None]], filled: int) -> None:
        for name, value in row.items():
            column = values.get(name)
            if column is None:
                column = values[name] = []
            if len(column) < filled:
                column.extend([None] * (filled - len(column)))
            column.append(_text(value))

    def _batch(
        self, values: dict[str, list[str | None]], numbers: list[int]
    ) -> tuple[pa.RecordBatch, pa.Array]:
        known = set(self.columns)
        self.columns += [name for name in values if name not in known]
        if not self.columns:
            raise UnreadableError("its objects are all empty")
        for column in values.values():
            column.extend([None] * (len(numbers) - len(column)))
        arrays = [
            pa.array(values[name], pa.string()) if name in values else pa.nulls(len(numbers), pa.string())
            for name in self.columns
        ]
        return pa.record_batch(arrays, names=self.columns), pa.array(numbers, pa.int64())


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value or None


def _as_written(line: str, decoder: json.JSONDecoder) -> dict[str, Any]:
    """Like `decoder.decode` for an object, with objects and arrays in it as the text they are written in."""
    row: dict[str, Any] = {}
    at = _skip(line, line.index("{") + 1)
    while line[at] != "}":
        name, at = scanstring(line, at + 1, True)
        at = _skip(line, _skip(line, at) + 1)
        value, end = decoder.raw_decode(line, at)
        row[name] = line[at:end] if isinstance(value, dict | list) else value
        at = _skip(line, end)
        if line[at] == ",":
            at = _skip(line, at + 1)
    return row


def _skip(line: str, at: int) -> int:
    while line[at] in _SPACE:
        at += 1
    return at
