"""SQLite: each value has a type of its own, so the types of columns are those of the values that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from ingestion.sql.database import ROWS, Column, Database, select
from ingestion.sql.errors import BadColumnError

_STORED = {"integer": pa.int64(), "real": pa.float64(), "text": pa.string(), "blob": pa.binary()}


class Sqlite(Database):
    """An SQLite file, opened read-only. Its dates are text and stay so: mappings read them."""

    def begin(self, timeout_seconds: int) -> None:
        """A transaction that only reads; the first look at a table fixes what all later ones see."""
        self._raw.text_factory = lambda content: content.decode("utf-8", "replace")
        self.run("begin")
        self.row("select count(*) from sqlite_master")

    def describe(self, relation: str) -> list[Column]:
        """By the kinds of values in each column; where it has none, by its declaration."""
        cursor = self._raw.execute(f"select * from {relation} limit 0")
        names = [one[0] for one in cursor.description]
        declared = self._declared(relation)
        asked = ", ".join(
            f"{way}(case when {self.quote(name)} is not null then typeof({self.quote(name)}) end)"
            for name in names
            for way in ("min", "max")
        )
        found = self.row(f"select {asked} from {relation}")
        return [
            self._column(name, declared.get(name, ""), {found[2 * at], found[2 * at + 1]} - {None})
            for at, name in enumerate(names)
        ]

    def _declared(self, relation: str) -> dict[str, str]:
        if relation.startswith("("):
            return {}
        schema, dot, name = relation.rpartition('"."')
        pragma = f'pragma {schema}".table_info("{name})' if dot else f"pragma table_info({relation})"
        rows = self._raw.execute(pragma).fetchall()
        return {str(row[1]): str(row[2]).lower() for row in rows}

    def _column(self, name: str, declared: str, stored: set[str]) -> Column:
        sql = self.quote(name)
        decimal = re.fullmatch(r"(?:decimal|numeric)\s*\(\s*(\d+)\s*,\s*(\d+)\s*\)", declared)
        if decimal and stored <= {"integer", "real", "text"} and int(decimal[1]) <= 38:
            return Column(name, pa.decimal128(int(decimal[1]), int(decimal[2])), sql, "decimal")
        if stored == {"integer", "real"}:
            return Column(name, pa.float64(), sql, "real")
        if len(stored) == 1:
            kind = stored.pop()
        else:
            kind = (
                "text"
                if stored
                else "integer"
                if "int" in declared
                else "real"
                if "real" in declared
                else "text"
            )
        return Column(name, _STORED[kind], sql, kind)

    def plainer(self, column: Column) -> Column:
        """Text."""
        return replace(column, type=pa.string(), kind="text", note="lands as text")

    def batches(self, relation: str, columns: Sequence[Column], where: str) -> Iterator[pa.RecordBatch]:
        """ROWS rows at a time."""
        statement = select(columns, {one.name: self.quote(one.name) for one in columns}, relation, where)
        cursor = self._raw.execute(statement)
        while rows := cursor.fetchmany(ROWS):
            arrays = [
                _typed(one, list(values))
                for one, values in zip(columns, zip(*rows, strict=True), strict=True)
            ]
            yield pa.record_batch(arrays, names=[one.name for one in columns])


def _typed(column: Column, values: list[Any]) -> pa.Array:
    try:
        if column.kind == "decimal":
            values = [None if one is None else _decimal(one, column.type.scale) for one in values]
        elif column.kind == "text":
            values = [one if isinstance(one, str | None) else _text(one) for one in values]
        return pa.array(values, column.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError, InvalidOperation):
        raise BadColumnError(column.name) from None


def _decimal(value: float | str, scale: int) -> Decimal:
    """A number as it was meant: SQLite keeps decimals as floats, whose shortest form has too many digits only after
    arithmetic."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-scale))


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
