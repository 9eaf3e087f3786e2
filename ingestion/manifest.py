"""The manifest: one row per (input, file) seen in a load, in the same dlt package as the load's rows.

Only loads that dlt has marked as complete are read here; what a killed load left in raw/ does not exist for us.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.source import ManifestEntry, ManifestRow

if TYPE_CHECKING:
    import pyarrow as pa

TABLE = "_manifest"
LOADS = "_dlt_loads"


@dataclass(frozen=True)
class Landed:
    """An entry together with what the lake knows about the file it stands for."""

    input: str
    entry: ManifestEntry
    rows: int
    columns: list[str]
    deletions: int = 0


def completed(raw: Path, source: str | None = None) -> list[ManifestRow]:
    """Manifest rows of completed loads (of one source, or of all), ordered by load_seq, source, input, file."""
    rows = [
        row
        for folder in sorted(raw.glob(source or "*"))
        for load_id in completed_ids(folder)
        for row in _rows_of(folder, load_id)
    ]
    return sorted(rows, key=lambda row: (row.load_seq, row.source, row.input, row.file))


def completed_ids(folder: Path) -> Iterator[str]:
    """Ids of the loads of a source's raw folder that dlt has marked as complete."""
    for marker in sorted((folder / LOADS).glob("*.jsonl")):
        try:
            load = json.loads(marker.read_text(encoding="utf-8"))
        except ValueError:
            # A kill while the marker was being written: dlt writes it again when it takes the package up.
            continue
        if load.get("status") == 0:
            yield str(load["load_id"])


def _rows_of(folder: Path, load_id: str) -> Iterator[ManifestRow]:
    for path in sorted((folder / TABLE / f"load_id={load_id}").glob("*.parquet")):
        yield from _read_once(path, folder.name, load_id)


@lru_cache(maxsize=10_000)
def _read_once(path: Path, source: str, load_id: str) -> tuple[ManifestRow, ...]:
    """The manifest of a completed load never changes, and a run asks for all of them several times."""
    return tuple(read(path, source, load_id))


def read(path: Path, source: str, load_id: str) -> Iterator[ManifestRow]:
    """The rows of one manifest file."""
    import pyarrow.parquet as pq

    for row in pq.ParquetFile(path).read(use_threads=False).to_pylist():
        # A manifest written by an older version may lack newer columns, and the other way round.
        known = {name: value for name, value in row.items() if name in ManifestRow.__dataclass_fields__}
        known["deletions"] = known.get("deletions") or 0
        known["ignored"] = known.get("ignored") or 0
        known["columns"] = json.loads(known.get("columns") or "[]")
        yield ManifestRow(**{**known, "source": source, "load_id": load_id})


def highest_seq(rows: Iterable[ManifestRow]) -> int:
    """The highest load sequence number, 0 if there is none."""
    return max((row.load_seq for row in rows), default=0)


def to_arrow(landed: Iterable[Landed], load_seq: int) -> pa.Table:
    """The manifest of a load as it is written."""
    import pyarrow as pa

    schema = pa.schema(
        {
            "load_seq": pa.int64(),
            "input": pa.string(),
            "file": pa.string(),
            "content_hash": pa.string(),
            "bytes": pa.int64(),
            "rows": pa.int64(),
            "deletions": pa.int64(),
            "ignored": pa.int64(),
            "status": pa.string(),
            "reason": pa.string(),
            "reading": pa.string(),
            "key_version": pa.string(),
            "cursor": pa.string(),
            "columns": pa.string(),
            "landed_at": pa.timestamp("us"),
        }
    )
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        {
            **vars(one.entry),
            "load_seq": load_seq,
            "input": one.input,
            "rows": one.rows,
            "deletions": one.deletions,
            "columns": json.dumps(one.columns, ensure_ascii=False),
            "landed_at": now,
        }
        for one in landed
    ]
    return pa.Table.from_pylist(rows, schema=schema)
