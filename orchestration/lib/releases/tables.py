"""A release's database: the published tables, described, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.lib.errors import RunFailed

if TYPE_CHECKING:
    import duckdb

STORAGE = "v1.2.0"
"""DuckDB's storage version: the oldest that drivers of BI tools in use can open."""


def copy_tables(build_db: Path, target: Path, models: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Write the tables named by `models` (dbt nodes by table name) into a new database; gives their row counts.

    The file is complete when this returns: checkpointed, closed, no write-ahead log beside it.
    Raises RunFailed if a table is not there.
    """
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {_literal(str(build_db))} as build (read_only)")
        connection.execute(f"attach {_literal(str(target))} as release (storage_version '{STORAGE}')")
        missing = sorted(set(models) - _tables(connection))
        if missing:
            raise RunFailed(f"not built, so nothing can be published: {', '.join(missing)}")
        counts = {name: _copy(connection, name, model) for name, model in sorted(models.items())}
        connection.execute("checkpoint release")
        connection.execute("detach release")
    leftover = target.with_name(target.name + ".wal")
    if leftover.exists():
        raise RunFailed(f"{leftover} was not written back into the release")
    return counts


def _tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    query = "select table_name from duckdb_tables() where database_name = 'build' and schema_name = 'main'"
    views = "select view_name from duckdb_views() where database_name = 'build' and schema_name = 'main'"
    return {row[0] for row in connection.execute(f"{query} union all {views}").fetchall()}


def _copy(connection: duckdb.DuckDBPyConnection, name: str, model: Mapping[str, Any]) -> int:
    table = f"release.main.{_quoted(name)}"
    connection.execute(f"create table {table} as from build.main.{_quoted(name)}")
    if model.get("description"):
        connection.execute(f"comment on table {table} is {_literal(model['description'])}")
    known = {row[0] for row in connection.execute(f"describe {table}").fetchall()}
    for column, properties in model.get("columns", {}).items():
        if column in known and (text := _in_both_languages(properties)):
            connection.execute(f"comment on column {table}.{_quoted(column)} is {_literal(text)}")
    row = connection.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0


def _in_both_languages(properties: Mapping[str, Any]) -> str:
    """A column's description, then its Chinese name and, where there is one, its Chinese description."""
    meta = (properties.get("config") or {}).get("meta") or properties.get("meta") or {}
    chinese = "：".join(str(meta[key]) for key in ("label_zh", "description_zh") if meta.get(key))
    return " ".join(part for part in (properties.get("description", ""), chinese) if part)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
