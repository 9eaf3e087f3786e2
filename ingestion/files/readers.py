"""A file → Arrow batches, whatever its format. All of them raise UnreadableError with one line for a person."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa

from ingestion.files.claims import HEAD, check_claim, check_compression, format_of
from ingestion.files.columnar import ParquetFile
from ingestion.files.delimited import Delimited, DelimitedFile
from ingestion.files.grid import TurnedFile
from ingestion.files.headers import Header
from ingestion.files.jsonlines import JsonLinesFile
from ingestion.files.leaving import Ignore
from ingestion.files.problems import UnreadableError
from ingestion.files.sheets import SheetFile
from ingestion.files.stores import RemotePath
from ingestion.files.text import Opener, unzipped


@dataclass(frozen=True)
class Reading:
    """How a file is to be read: the options of its input."""

    format: str | None = None
    """What the file's ending says where None."""
    encoding: str | None = None
    """UTF-8 where None."""
    delimiter: str | None = None
    """A comma, and a tab for tsv, where None."""
    sheet: str | None = None
    header_row: int | None = None
    """Row of the header, or its first, from 1."""
    header_contains: tuple[tuple[str, ...], ...] = ()
    """Instead: the first row with all of these names, each of which may go by any of several."""
    header_rows: int = 1
    ignore: tuple[str, ...] = ()
    """Regular expressions on the first field of a row that is not empty: such rows are left out and counted."""
    transpose: bool = False
    """The first column holds the names, the others are the records."""

    @property
    def header(self) -> Header:
        return Header(self.header_row, self.header_contains, self.header_rows)


class Reader(Protocol):
    """An open file."""

    columns: list[str]
    """Its columns, complete once `batches` is exhausted (where `sparse`) or from the start."""
    sparse: bool
    """May a row leave columns out, and so a file?"""
    ignored: int
    """Rows that `ignore` left out, complete once `batches` is exhausted."""

    def batches(self) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
        """Its columns, and the number of each row: 1 for the first below the header. Once only."""
        ...


def opener_of(path: Path | RemotePath, content: bytes | None = None) -> Opener:
    """What opens a file again and again: from memory if its content is given."""

    def opener() -> BinaryIO:
        return io.BytesIO(content) if content is not None else path.open("rb")

    return opener


def open_reader(name: str, opener: Opener, how: Reading) -> Reader:
    """Open a file, given its name (for its ending) and its bytes. Raises UnreadableError.

    A file of no bytes is a file of no rows, whatever its format.
    """
    kind, zipped = format_of(name, how.format)
    with opener() as raw:
        head = raw.read(HEAD)
    if not head:
        return NoRows()
    check_compression(head, zipped)
    if zipped:
        with unzipped(opener, zipped) as raw:
            head = raw.read(HEAD)
    if not head:
        return NoRows()
    check_claim(head, kind)
    encoding = how.encoding or "utf-8"
    if kind == "jsonl":
        return JsonLinesFile(opener, zipped, encoding)
    if kind in ("csv", "tsv"):
        delimiter = how.delimiter or ("\t" if kind == "tsv" else ",")
        if how.transpose:
            return TurnedFile(opener, zipped, encoding, delimiter, how.header, Ignore(how.ignore))
        return DelimitedFile(opener, Delimited(zipped, encoding, delimiter, how.header, Ignore(how.ignore)))
    with unzipped(opener, zipped) as raw:
        content = raw.read() if zipped or kind == "xlsx" else None
    if kind == "xlsx":
        assert content is not None
        return SheetFile(content, how.sheet, how.header, Ignore(how.ignore), transpose=how.transpose)
    return ParquetFile(io.BytesIO(content) if content is not None else opener())


class NoRows:
    """An empty file."""

    sparse = False
    ignored = 0

    def __init__(self) -> None:
        self.columns: list[str] = []

    def batches(self) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
        """Nothing."""
        return iter(())


__all__ = ["NoRows", "Reader", "Reading", "UnreadableError", "open_reader", "opener_of"]
