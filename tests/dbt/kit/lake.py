"""Raw loads and the landing gate's decisions, as ingestion and quality leave them, without either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.contracts import ContractColumn, load_contracts

Row = Mapping[str, Any]

_TYPES = {
    "varchar": pa.string(), "bigint": pa.int64(), "boolean": pa.bool_(), "date": pa.date32(),
    "timestamp": pa.timestamp("us"), "decimal(18,4)": pa.decimal128(18, 4), "decimal(20,10)": pa.decimal128(20, 10),
    "double": pa.float64(),
}  # fmt: skip


@dataclass
class Accepted:
    """A row of `staging.accepted_loads`: one file of one load."""

    source: str
    input: str
    load_id: str
    load_seq: int
    file: str
    accepted: bool = True
    deletions: int = 0


@dataclass
class Lake:
    """Sources whose inputs are the canonical entities, column by column; each row says its shop and its version.

    `sources` maps a source's name to its type and to the entities it gives. A source of type `files` has files; of
    any other type none.
    """

    folder: Path
    shops: Sequence[Mapping[str, str]]
    sources: Mapping[str, tuple[str, Sequence[str]]] = field(
        default_factory=lambda: {"export": ("files", tuple(load_contracts()))}
    )
    grouped: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By (source, entity): SQL over __raw__ that does not take rows one by one, in place of the plain mapping."""
    loads: list[Accepted] = field(default_factory=list)
    reporting_currency: str = "EUR"
    thresholds: Mapping[str, Any] | None = None
    """The project's own where None."""

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    def load(self, rows: Mapping[tuple[str, str], Sequence[Row]], source: str = "export") -> str:
        """Land one load with rows by (entity, file) and accept it. Returns its id."""
        seq = 1 + max((one.load_seq for one in self.loads), default=0)
        load_id = f"17{seq:08d}.5"
        files = self.sources[source][0] == "files"
        for entity in dict.fromkeys(entity for entity, _ in rows):
            parts = [
                _table(entity, given, file if files else None)
                for (one, file), given in rows.items()
                if one == entity
            ]
            self._write(pa.concat_tables(parts), source, entity, load_id)
        self.loads += [
            Accepted(
                *(source, entity, load_id, seq, file if files else ""),
                deletions=sum(bool(row.get("_deleted")) for row in given),
            )
            for (entity, file), given in rows.items()
        ]
        return load_id

    def land(self, tables: Mapping[str, pa.Table], file: str, source: str = "export") -> str:
        """The same for whole Arrow tables by entity; columns that are missing are NULL."""
        seq = 1 + max((one.load_seq for one in self.loads), default=0)
        load_id = f"17{seq:08d}.5"
        for entity, table in tables.items():
            self._write(_numbered(_typed(entity, table), file), source, entity, load_id)
            gone = table["_deleted"].to_pylist() if "_deleted" in table.column_names else ()
            self.loads.append(Accepted(source, entity, load_id, seq, file, deletions=sum(map(bool, gone))))
        return load_id

    def decide(
        self, accepted: bool, load_id: str, entity: str | None = None, file: str | None = None
    ) -> None:
        """Accept a load (or one of its files) that was refused, or the other way round."""
        for one in self.loads:
            if (one.load_id, one.input, one.file) == (load_id, entity or one.input, file or one.file):
                one.accepted = accepted

    def is_current(self, one: Accepted) -> bool:
        """Does a file count: accepted, and not replaced by a later accepted delivery of the same file?"""
        if not one.accepted or not one.file:
            return one.accepted
        return one.load_seq == max(
            other.load_seq
            for other in self.loads
            if other.accepted and (other.source, other.input, other.file) == (one.source, one.input, one.file)
        )

    def write_accepted(self, database: Path) -> None:
        """Make `staging.accepted_loads` of a build database say what has been decided."""
        rows = [
            (one.source, one.input, one.load_id, one.load_seq, one.file, self.is_current(one), one.deletions)
            for one in self.loads
        ]
        database.parent.mkdir(exist_ok=True)
        with duckdb.connect(str(database)) as connection:
            connection.execute("create schema if not exists staging")
            connection.execute(
                "create or replace table staging.accepted_loads (source_name varchar, input varchar, load_id varchar,"
                " load_seq bigint, file varchar, is_current boolean, deletions bigint)"
            )
            if rows:
                connection.executemany(
                    "insert into staging.accepted_loads values (?, ?, ?, ?, ?, ?, ?)", rows
                )

    def variables(self, as_of: str) -> dict[str, Any]:
        """The variables of a dbt run over this lake."""
        return {
            **({} if self.thresholds is None else {"thresholds": dict(self.thresholds)}),
            "as_of": as_of,
            "raw_dir": str(self.raw),
            "shops": [dict(shop) for shop in self.shops],
            "entity_selects": [
                self._select(source, kind, entity)
                for source, (kind, entities) in self.sources.items()
                for entity in entities
            ],
            "code_hash": "code",
            "mapping_hash": "mapping",
            "reporting_currency": self.reporting_currency,
        }

    def _write(self, table: pa.Table, source: str, entity: str, load_id: str) -> None:
        folder = self.raw / source / entity / f"load_id={load_id}"
        folder.mkdir(parents=True)
        pq.write_table(table, folder / "rows.parquet")

    def _select(self, source: str, kind: str, entity: str) -> dict[str, Any]:
        columns = list(load_contracts()[entity].columns)
        given = ", ".join(
            [*columns, "shop_id", "version as _version", "_load_id", "_load_seq", "_file", "_row"]
        )
        plain = f"select {given}, _row as _position, '{source}' as source_name, _deleted as _is_deleted from __raw__"
        grouped = self.grouped.get((source, entity))
        return {
            "source": source, "type": kind, "entity": entity, "input": entity, "shop_id": "", "timezone": "UTC",
            "derived": False, "rowwise": grouped is None, "columns": columns, "version": True,
            "raw_columns": [*columns, "shop_id", "version"], "sql": grouped or plain,
        }  # fmt: skip


def shop(
    shop_id: str, timezone: str = "UTC", platform: str = "own_site", currency: str = "EUR", scope: str = "all"
) -> dict[str, str]:
    """A shop of the configuration."""
    return {
        "shop_id": shop_id, "name": shop_id, "platform": platform, "timezone": timezone, "currency": currency,
        "identity_scope": scope,
    }  # fmt: skip


def _table(entity: str, rows: Iterable[Row], file: str | None) -> pa.Table:
    rows = list(rows)
    known = {*load_contracts()[entity].columns, "shop_id", "version", "_deleted"}
    strange = {name for row in rows for name in row} - known
    if strange:
        raise KeyError(f"{entity} has no {', '.join(sorted(strange))}")
    rows = [typed(entity, row) for row in rows]
    columns = {name: [row.get(name) for row in rows] for name in known}
    return _numbered(_typed(entity, columns), file)


def typed(entity: str, row: Row) -> dict[str, Any]:
    """A row whose values have the types of the contract."""
    columns = load_contracts()[entity].columns
    return {
        name: _value(columns[name].data_type if name in columns else "", value) for name, value in row.items()
    }


def _value(data_type: str, value: Any) -> Any:
    """A value of a contract's type from the way it is written in a story: dates as text, money as any number."""
    if isinstance(value, str) and data_type == "timestamp":
        return datetime.fromisoformat(value)
    if isinstance(value, str) and data_type == "date":
        return date.fromisoformat(value)
    if isinstance(value, int | float) and data_type.startswith("decimal"):
        return Decimal(str(value))
    return value


def _typed(entity: str, columns: Mapping[str, Any] | pa.Table) -> pa.Table:
    types = {name: _type(one) for name, one in load_contracts()[entity].columns.items()}
    schema = pa.schema(
        [*types.items(), ("shop_id", pa.string()), ("version", pa.int64()), ("_deleted", pa.bool_())]
    )
    if not isinstance(columns, pa.Table):
        return pa.table({name: columns[name] for name in schema.names}, schema=schema)
    return pa.table(
        [
            columns[one.name].cast(one.type) if one.name in columns.column_names else pa.nulls(len(columns), one.type)
            for one in schema
        ],
        schema=schema,
    )  # fmt: skip


def _numbered(table: pa.Table, file: str | None) -> pa.Table:
    if file is None:
        return table
    names = pa.array([file] * len(table), pa.string())
    return table.append_column("_file", names).append_column(
        "_row", pa.array(range(1, len(table) + 1), pa.int64())
    )


def _type(column: ContractColumn) -> pa.DataType:
    return _TYPES[column.data_type]
