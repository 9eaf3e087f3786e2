"""Writes the answer of a query: as a table for people, or as CSV, JSON or Parquet for what comes next."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

BATCH = 10_000
SHOWN = 200
"""Rows of a table on the terminal; more is for a file."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a text for a formula (OWASP, CSV injection)."""


def write(result: duckdb.DuckDBPyConnection, form: str, output: Path | None) -> None:
    """Write an executed query's result to `output`, or to stdout. A file is replaced whole or not at all."""
    if form == "parquet":
        _to(output, lambda out: _parquet(result, out))
    else:
        _to(output, lambda out: _text(result, form, out))


def _text(result: duckdb.DuckDBPyConnection, form: str, out: IO[bytes]) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    {"csv": _csv, "json": _json, "table": _table}[form](result, text)
    text.flush()
    text.detach()


def _to(output: Path | None, writer: Callable[[IO[bytes]], None]) -> None:
    if output is None:
        sys.stdout.flush()
        writer(sys.stdout.buffer)
        return
    partial = output.with_name(f".{output.name}.partial")
    try:
        with partial.open("wb") as out:
            writer(out)
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


def _parquet(result: duckdb.DuckDBPyConnection, out: IO[bytes]) -> None:
    """Through Arrow: a locked-down connection may not write files itself."""
    import pyarrow.parquet as pq

    reader = result.to_arrow_reader(BATCH * 10)
    with pq.ParquetWriter(out, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


def _csv(result: duckdb.DuckDBPyConnection, out: IO[str]) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_safe(name) for name in _names(result)])
    for rows in _batches(result):
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _safe(value)
    if isinstance(value, (list, dict, tuple)):
        return _safe(json.dumps(_plain(value), ensure_ascii=False))
    return _shown(value)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _json(result: duckdb.DuckDBPyConnection, out: IO[str]) -> None:
    names = _names(result)
    separator = "[\n"
    for rows in _batches(result):
        for row in rows:
            line = json.dumps(
                {name: _plain(value) for name, value in zip(names, row, strict=True)}, ensure_ascii=False
            )
            out.write(f"{separator}{line}")
            separator = ",\n"
    out.write("[]\n" if separator == "[\n" else "\n]\n")


def _plain(value: Any) -> Any:
    """A value as JSON has it: decimals as numbers where a reader gets the same digits back, else as text."""
    if isinstance(value, Decimal):
        near = float(value)
        return (int(value) if value == int(value) else near) if Decimal(repr(near)) == value else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _table(result: duckdb.DuckDBPyConnection, out: IO[str]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    rows = result.fetchmany(SHOWN + 1) if result.description else []
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, kind in zip(_names(result), _kinds(result), strict=True):
        table.add_column(_visible(name), justify="right" if kind == "NUMBER" else "left")
    for row in rows[:SHOWN]:
        table.add_row(*("" if value is None else _visible(_shown(value)) for value in row))
    # Piped into a file or a pager nothing is to be cut off at the width of no terminal.
    console = Console(
        file=out, markup=False, highlight=False, emoji=False, width=None if sys.stdout.isatty() else 10_000
    )
    console.print(table)
    if len(rows) > SHOWN:
        out.write(f"the first {SHOWN} rows; --format csv, json or parquet gives all\n")


def _visible(text: str) -> str:
    """Without what would move the cursor of a terminal."""
    return "".join(one if one.isprintable() else " " for one in text)


def _names(result: duckdb.DuckDBPyConnection) -> list[str]:
    return [column[0] for column in result.description or []]


def _kinds(result: duckdb.DuckDBPyConnection) -> list[str]:
    return ["NUMBER" if _is_number(str(column[1])) else "" for column in result.description or []]


def _is_number(kind: str) -> bool:
    return kind.upper().startswith(
        ("NUMBER", "DECIMAL", "DOUBLE", "FLOAT", "HUGEINT", "UBIGINT", "BIGINT", "INTEGER")
    )


def _batches(result: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[Any, ...]]]:
    while result.description and (rows := result.fetchmany(BATCH)):
        yield rows
