"""A database that is open for reading: one connection, one read-only transaction, one state of all its tables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ingestion.sql.errors import InputError, no_table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ingestion.sql.address import Address

Value = str | int | float | Decimal | datetime | date | None
ROWS = 50_000
"""Rows of a batch, where the reader decides."""


@dataclass(frozen=True)
class Column:
    """A column of what is read: its name, the Arrow type that its values get, and how the select has to put it."""

    name: str
    type: pa.DataType
    sql: str
    kind: str = ""
    """What the database calls it, as far as readers need to know."""
    note: str = ""
    """What a person should know of how it lands."""


class Database(ABC):
    """What the three kinds have in common. Names are quoted here and nowhere else."""

    def __init__(self, address: Address, connection: Connection) -> None:
        self.address = address
        self.connection = connection
        self._raw: Any = connection.connection.driver_connection

    @abstractmethod
    def begin(self, timeout_seconds: int) -> None:
        """Start the transaction: read-only, and all tables as they are now until it ends."""

    @abstractmethod
    def describe(self, relation: str) -> list[Column]:
        """The columns of a relation, with the best types that its declaration promises."""

    @abstractmethod
    def batches(self, relation: str, columns: Sequence[Column], where: str) -> Iterator[pa.RecordBatch]:
        """The rows. Raises BadColumnError where a value does not fit the type of its column."""

    @abstractmethod
    def plainer(self, column: Column) -> Column:
        """How to read a column that a value did not fit."""

    @contextmanager
    def one_input(self) -> Iterator[None]:
        """What goes wrong inside does not spoil the transaction."""
        yield

    def quote(self, name: str) -> str:
        """A name as SQL. (SQLAlchemy would double a percent sign, which only statements with parameters want.)"""
        return '"' + name.replace('"', '""') + '"'

    def literal(self, value: Value) -> str:
        """A value as SQL."""
        if value is None:
            return "null"
        if isinstance(value, int | float | Decimal):
            return str(value)
        if isinstance(value, datetime):
            value = value.isoformat(sep=" ")
        text = value.isoformat() if isinstance(value, date) else value
        return "'" + text.replace("'", "''") + "'"

    def relation(self, table: str | None, query: str | None) -> str:
        """What stands after FROM. Raises InputError for a table that is not there."""
        if query is not None:
            return f"(\n{query.strip().rstrip(';')}\n) as opsmart_query"
        schema, name = self.find(str(table))
        return f"{self.quote(schema)}.{self.quote(name)}" if schema else self.quote(name)

    def find(self, table: str) -> tuple[str | None, str]:
        """(schema or None, name) of a table or view. Raises InputError naming the nearest."""
        known = self._tables(None)
        if table in known:
            return None, table
        schema, dot, name = table.partition(".")
        if dot and name in self._tables(schema):
            return schema, name
        others = [f"{schema}.{one}" for one in self._tables(schema)] if dot else []
        raise InputError(no_table(table, [*known, *others], self.address))

    def primary_key(self, table: str) -> list[str]:
        """The columns of a table's primary key, or none."""
        from sqlalchemy import inspect

        schema, name = self.find(table)
        found = inspect(self.connection).get_pk_constraint(name, schema=schema)
        return list(found.get("constrained_columns") or [])

    def row(self, sql: str) -> Sequence[Any]:
        """The one row that a statement gives."""
        cursor = self._raw.cursor()
        try:
            cursor.execute(sql)
            found: Sequence[Any] = cursor.fetchone()
            return found
        finally:
            cursor.close()

    def run(self, sql: str) -> None:
        """A statement without a result."""
        cursor = self._raw.cursor()
        try:
            cursor.execute(sql)
        finally:
            cursor.close()

    def _tables(self, schema: str | None) -> list[str]:
        from sqlalchemy import inspect
        from sqlalchemy.exc import SQLAlchemyError

        look: Any = inspect(self.connection)
        try:
            found: list[str] = [*look.get_table_names(schema), *look.get_view_names(schema)]
            if self.address.kind == "postgresql":
                found += [*look.get_materialized_view_names(schema), *look.get_foreign_table_names(schema)]
        except SQLAlchemyError:
            return []
        return found


def select(columns: Sequence[Column], quoted: Mapping[str, str], relation: str, where: str) -> str:
    """The statement that reads columns of a relation under their own names."""
    listed = ", ".join(f"{one.sql} as {quoted[one.name]}" for one in columns)
    return f"select {listed} from {relation}{f' where {where}' if where else ''}"
