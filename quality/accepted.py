"""What counts now: the newest instant in the accepted rows, and a fingerprint of which rows they are."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from ingestion.config import Config


def newest_at(config: Config) -> datetime | None:
    """The newest instant (UTC) in the accepted rows of configured inputs, for `as_of: latest`; None without rows."""
    found = [row[5] for row in _current(config) if row[5] is not None]
    return max(found).replace(tzinfo=UTC) if found else None


def fingerprint(config: Config) -> str:
    """16 hex digits that differ whenever other rows are accepted from the configured inputs."""
    rows = sorted([str(value) for value in row[:5]] for row in _current(config))
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


def _current(config: Config) -> list[tuple]:
    """(source, input, load_id, file, rejected_rows, newest_at) of every file that counts and that a mapping reads.

    What is left of a source that is no longer configured is in no mart, so it must not move their clock.
    """
    from ingestion.mapping import entity_selects

    if not config.build_db.exists():
        return []
    read = {(select.source, select.input) for select in entity_selects(config)}
    with duckdb.connect(str(config.build_db), read_only=True) as connection:
        try:
            rows = connection.execute(
                "select source_name, input, load_id, file, rejected_rows, newest_at from staging.accepted_loads"
                " where is_current"
            ).fetchall()
        except duckdb.CatalogException:  # dbt made the file, the gate has not decided anything yet
            return []
    return [row for row in rows if (row[0], row[1]) in read]
