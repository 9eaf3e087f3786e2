"""What the build database says of itself: the dbt builds it went through and the loads it may read.

dbt writes `staging.builds`, the landing gate `staging.accepted_loads`. Both are only read here, from short-lived
read-only connections: DuckDB lets nobody else in while dbt writes, nor dbt while we hold the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

    from ingestion.config import Config


@dataclass(frozen=True)
class Build:
    """One row of `staging.builds`."""

    invocation_id: str
    is_finished: bool
    as_of: datetime
    code_hash: str
    mapping_hash: str
    is_full_refresh: bool = False
    failures: int = 0

    @property
    def is_clean(self) -> bool:
        """Did it build every model?"""
        return self.is_finished and not self.failures


@contextmanager
def read_build(config: Config) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """The build database, read-only, with the session's zone UTC; None if there is none yet.

    Raises duckdb.IOException while another process writes to it.
    """
    import duckdb

    if not config.build_db.exists():
        yield None
        return
    with duckdb.connect(str(config.build_db), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def builds(config: Config) -> list[Build]:
    """All builds, oldest first."""
    rows = _rows(
        config,
        "builds",
        "invocation_id, finished_at is not null, as_of, code_hash, mapping_hash, "
        "coalesce(is_full_refresh, false), coalesce(failures, 0)",
        "started_at",
    )
    return [Build(row[0], row[1], row[2].replace(tzinfo=UTC), *row[3:]) for row in rows]


def accepted_rows(config: Config) -> list[tuple[Any, ...]]:
    """What staging reads: (source, input, load, file, content hash, rows, rejected rows) of each current load."""
    columns = "source_name, input, load_id, file, content_hash, rows, rejected_rows"
    return _rows(config, "accepted_loads", columns, columns, where="is_current")


def newest_by_source(config: Config) -> dict[str, tuple[int, int, datetime | None]]:
    """By source, of what counts: deliveries with rows, rows without those rejected singly, newest instant (UTC)."""
    columns = "source_name, count(*) filter (where rows > 0), sum(rows - rejected_rows), max(newest_at)"
    rows = _rows(config, "accepted_loads", columns, where="is_current group by source_name")
    return {
        name: (int(deliveries), int(count or 0), newest.replace(tzinfo=UTC) if newest else None)
        for name, deliveries, count, newest in rows
    }


def newest_instant(config: Config) -> datetime | None:
    """The newest instant in the accepted data, in UTC; None where nothing says when it happened."""
    rows = _rows(config, "accepted_loads", "max(newest_at)", where="is_current")
    return rows[0][0].replace(tzinfo=UTC) if rows and rows[0][0] is not None else None


def table_rows(config: Config) -> dict[tuple[str, str], int]:
    """How many rows each table has, by (schema, table); views are not counted, that would mean to run them."""
    with read_build(config) as connection:
        if connection is None:
            return {}
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        counts = {}
        for schema, table in tables:
            row = connection.execute(f'select count(*) from "{schema}"."{table}"').fetchone()
            counts[schema, table] = int(row[0]) if row else 0
        return counts


def needs_full_refresh(
    history: Sequence[Build], as_of: datetime, code_hash: str, mapping_hash: str
) -> str | None:
    """Why every table has to be built anew, or None if what there is can be carried on.

    Looked at are the builds since the last one that built every model (that one included): after a build that
    died or left models out, some tables are of that build and some older. Tables made at a later `as_of` cannot
    go back to an earlier one either.
    """
    since = _since_last_clean(history)
    if any(build.code_hash != code_hash for build in since):
        return "the models changed"
    if any(build.mapping_hash != mapping_hash for build in since):
        return "the configuration changed"
    if any(build.as_of > as_of for build in since):
        return "as_of went back"
    return None


def _since_last_clean(history: Sequence[Build]) -> Sequence[Build]:
    for position in range(len(history) - 1, -1, -1):
        if history[position].is_clean:
            return history[position:]
    return history


def has_table(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Is there a table of this name in the schema `staging`?

    The name (always one of ours) stands in the query: with a parameter DuckDB would import pandas, a second's work.
    """
    query = f"select 1 from duckdb_tables() where schema_name = 'staging' and table_name = '{table}'"
    return connection.execute(query).fetchone() is not None


def _rows(
    config: Config, table: str, columns: str, order: str = "", where: str = ""
) -> list[tuple[Any, ...]]:
    with read_build(config) as connection:
        if connection is None:
            return []
        if not has_table(connection, table):
            return []
        query = f"select {columns} from staging.{table}"
        query += f" where {where}" if where else ""
        query += f" order by {order}" if order else ""
        return connection.execute(query).fetchall()
