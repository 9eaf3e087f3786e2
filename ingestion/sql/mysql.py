"""MySQL and MariaDB: a cursor on the server's side, values as the server writes them, typed by Arrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.sql.database import ROWS, Column, Database, Value, select
from ingestion.sql.errors import BadColumnError

_BINARY = 63
"""Number of the character set of what is no text."""
_ZERO_DATE = r"^[0-9]{4}-(?:00|[0-9]{2}-00)"


class MySql(Database):
    """A MySQL or MariaDB database."""

    def begin(self, timeout_seconds: int) -> None:
        """REPEATABLE READ with a snapshot at once: InnoDB's tables stay as they are now. (MyISAM has no snapshots.)"""
        from pymysql.err import MySQLError

        self.run("set time_zone = '+00:00'")
        for limit in (
            f"max_statement_time = {timeout_seconds}",
            f"max_execution_time = {timeout_seconds * 1000}",
        ):
            with suppress(MySQLError):  # the first is MariaDB's, the second MySQL's
                self.run(f"set session {limit}")
        self.run("set session transaction isolation level repeatable read")
        self.run("start transaction with consistent snapshot, read only")

    def quote(self, name: str) -> str:
        """A name as SQL."""
        return "`" + name.replace("`", "``") + "`"

    def literal(self, value: Value) -> str:
        """A backslash means something to MySQL."""
        return super().literal(value).replace("\\", "\\\\")

    def describe(self, relation: str) -> list[Column]:
        """Types by the result's own description. tinyint(1) is a number: it may hold 2."""
        cursor = self._raw.cursor()
        cursor.execute(f"select * from {relation} limit 0")
        # DB-API's own description has neither flags nor character set.
        return [self._column(one) for one in cursor._result.fields]  # noqa: SLF001 -- pymysql gives them nowhere else

    def _column(self, one: Any) -> Column:
        from pymysql.constants import FIELD_TYPE as KIND
        from pymysql.constants import FLAG

        sql = self.quote(one.name)
        if one.type_code in (KIND.DECIMAL, KIND.NEWDECIMAL):
            precision = one.length - (one.scale > 0) - (not one.flags & FLAG.UNSIGNED)
            if 0 < precision <= 38:
                return Column(one.name, pa.decimal128(precision, one.scale), sql, "decimal")
            return Column(one.name, pa.string(), sql)
        if one.type_code == KIND.BIT:
            return Column(one.name, pa.int64(), f"({sql} + 0)", "integer")
        if one.type_code == KIND.LONGLONG and one.flags & FLAG.UNSIGNED:
            return Column(one.name, pa.uint64(), sql, "integer")
        blobs = (
            KIND.TINY_BLOB,
            KIND.BLOB,
            KIND.MEDIUM_BLOB,
            KIND.LONG_BLOB,
            KIND.STRING,
            KIND.VAR_STRING,
            KIND.VARCHAR,
        )
        if one.type_code == KIND.GEOMETRY or (one.type_code in blobs and one.charsetnr == _BINARY):
            return Column(one.name, pa.binary(), sql, "binary")
        kinds: dict[int, tuple[str, pa.DataType]] = {
            **dict.fromkeys(
                (KIND.TINY, KIND.SHORT, KIND.INT24, KIND.LONG, KIND.LONGLONG, KIND.YEAR),
                ("integer", pa.int64()),
            ),
            **dict.fromkeys((KIND.FLOAT, KIND.DOUBLE), ("float", pa.float64())),
            **dict.fromkeys((KIND.DATE, KIND.NEWDATE), ("date", pa.date32())),
            KIND.DATETIME: ("timestamp", pa.timestamp("us")),
            KIND.TIMESTAMP: (
                "timestamp",
                pa.timestamp("us", "UTC"),
            ),  # kept in UTC, given in the session's zone
        }
        kind, arrow = kinds.get(one.type_code, ("", pa.string()))
        return Column(one.name, arrow, sql, kind)

    def plainer(self, column: Column) -> Column:
        """Times first without MySQL's zero dates; then, as everything else, text."""
        if column.kind in ("date", "timestamp") and not column.note:
            return replace(column, note="dates of zeros (0000-00-00) land as empty")
        return replace(column, type=pa.string(), kind="", note="lands as text")

    def batches(self, relation: str, columns: Sequence[Column], where: str) -> Iterator[pa.RecordBatch]:
        """The server keeps the result, so memory holds ROWS rows of it."""
        from pymysql.cursors import SSCursor

        statement = select(columns, {one.name: self.quote(one.name) for one in columns}, relation, where)
        decoders, self._raw.decoders = self._raw.decoders, {}
        try:
            with self._raw.cursor(SSCursor) as cursor:
                cursor.execute(statement)
                while rows := cursor.fetchmany(ROWS):
                    arrays = [
                        _typed(column, list(values))
                        for column, values in zip(columns, zip(*rows, strict=True), strict=True)
                    ]
                    yield pa.record_batch(arrays, names=[one.name for one in columns])
        finally:
            self._raw.decoders = decoders


def _typed(column: Column, values: list[Any]) -> pa.Array:
    if column.kind == "binary":
        return pa.array([one.encode() if isinstance(one, str) else one for one in values], pa.binary())
    text = pa.array(
        [one.decode("utf-8", "replace") if isinstance(one, bytes) else one for one in values], pa.string()
    )
    if column.note and column.kind:
        text = pc.if_else(pc.match_substring_regex(text, _ZERO_DATE), pa.scalar(None, pa.string()), text)
    cast: Callable[[pa.Array], pa.Array] = lambda array: array.cast(column.type)  # noqa: E731
    if pa.types.is_timestamp(column.type):
        cast = lambda array: _instants(array, column.type)  # noqa: E731
    try:
        return cast(text)
    except pa.ArrowInvalid:
        raise BadColumnError(column.name) from None


def _instants(text: pa.Array, kind: pa.DataType) -> pa.Array:
    naive = text.cast(pa.timestamp("us"))
    return pc.assume_timezone(naive, kind.tz) if kind.tz else naive
