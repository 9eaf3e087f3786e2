"""Parquet: its columns with their own types. Dictionaries become plain text, a column of type null becomes text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.files.problems import UnreadableError, check_header

_ROWS = 100_000


class ParquetFile:
    """A Parquet file; `batches` keeps memory bounded by its row groups."""

    sparse = False
    ignored = 0

    def __init__(self, raw: BinaryIO) -> None:
        try:
            self._file = pq.ParquetFile(raw)
            self.columns: list[str] = list(self._file.schema_arrow.names)
        except (pa.ArrowInvalid, OSError) as error:
            raise UnreadableError(
                f"cannot be opened as Parquet ({str(error).splitlines()[0][:120]})"
            ) from None
        check_header(self.columns, "the schema")

    def batches(self) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
        """(columns, row numbers from 1). Once only. Raises UnreadableError."""
        number = 1
        try:
            for batch in self._file.iter_batches(batch_size=_ROWS):
                numbers = pa.array(range(number, number + batch.num_rows), pa.int64())
                number += batch.num_rows
                yield _plain(batch), numbers
        except (pa.ArrowInvalid, OSError) as error:
            raise UnreadableError(
                f"is damaged after row {number - 1:,} ({str(error).splitlines()[0][:120]})"
            ) from None


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    arrays = []
    for array in batch.columns:
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        elif pa.types.is_null(array.type):
            array = array.cast(pa.string())
        arrays.append(array)
    return pa.record_batch(arrays, names=batch.schema.names)
