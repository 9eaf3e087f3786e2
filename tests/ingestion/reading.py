"""A file given as its content, read; or the line that says why it cannot be."""

from __future__ import annotations

import io

import pytest

from ingestion.files.readers import Reading, UnreadableError, open_reader


def read(content: bytes | str, name: str = "a.csv", **options) -> tuple[list[str], list[list], list[int]]:
    """Columns, rows and row numbers of a file with this content."""
    raw = content.encode() if isinstance(content, str) else content
    reader = open_reader(name, lambda: io.BytesIO(raw), Reading(**options))
    batches = list(reader.batches())
    rows = [
        [
            batch.column(at)[row].as_py() if at < batch.num_columns else None
            for at in range(len(reader.columns))
        ]
        for batch, _ in batches
        for row in range(batch.num_rows)
    ]
    return reader.columns, rows, [number for _, numbers in batches for number in numbers.to_pylist()]


def refusal(content: bytes | str, name: str = "a.csv", **options) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(content, name, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)
