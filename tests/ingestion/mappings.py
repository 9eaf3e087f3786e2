"""Mappings of a small input, rows to run them on, and what they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from ingestion.config import load_config
from ingestion.mapping import EntitySelect, entity_selects

HEAD = """\
shops: [{id: main, name: A, timezone: Europe/London, currency: GBP}]
sources:
  - name: retail
    type: files
    shop: main
    inputs: {lines: {path: lines.csv}}
    entities:
"""
LINES = """\
      order_lines:
        from: lines
        select: |
          select Id as order_line_id, "Order" as order_id, Code as variant_id, Qty as quantity, Price as unit_price,
              Kind as line_type, Placed as created_at, Buyer as customer_id, Land as country, Name as title
"""
LINE = {
    "Id": "1", "Order": "o1", "Code": "c1", "Qty": "2", "Price": "1.5", "Kind": "merchandise",
    "Placed": "2011-07-01 08:26:00", "Buyer": "b1", "Land": "France", "Name": "Cup",
}  # fmt: skip


def at(*parts: int) -> datetime:
    """An instant in UTC, as the warehouse holds it: without a zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def selects(folder: Path, entities: str, head: str = HEAD) -> dict[str, EntitySelect]:
    path = folder / "opsmart.yml"
    path.write_text(head + entities, encoding="utf-8")
    return {one.entity: one for one in entity_selects(load_config(path))}


def land(duck: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, Any]], load: int = 1) -> None:
    """Put rows (text, by raw column) into the table `landed` as one file of one load."""
    names = list(rows[0])
    columns = ", ".join(f'"{name}" varchar' for name in names)
    duck.execute(
        f"create table if not exists landed ({columns}, _load_id varchar, _load_seq bigint, _file varchar, _row bigint,"
        " _deleted boolean)"
    )
    for number, row in enumerate(rows, start=1):
        values = [*(row[name] for name in names), f"L{load}", load, f"{load}.csv", number, False]
        duck.execute(f"insert into landed values ({', '.join('?' * len(values))})", values)


def rows_of(duck: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Rows of a mapping's SQL, with a sub-query in the place of the placeholder, as dbt puts it there."""
    found = duck.execute(
        f"select * from ({sql.replace('__raw__', '(select * from landed)')}) order by _file, _row"
    )
    names = [one[0] for one in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def problems_of(duck: duckdb.DuckDBPyConnection, select: EntitySelect) -> list[tuple[Any, ...]]:
    return [
        (one["_row"], one["entity_key"], one["column_name"], one["value"], one["expected"])
        for one in rows_of(duck, select.problems_sql)
    ]
