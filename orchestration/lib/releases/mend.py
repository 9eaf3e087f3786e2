"""What a kill between the flip and the record left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.lib.releases.folders import current_release
from orchestration.lib.releases.reader import open_database
from orchestration.lib.releases.record import note_published, published

if TYPE_CHECKING:
    from ingestion.config import Config


def mend_record(config: Config) -> None:
    """Write down the current release if its publication was cut off right after the flip. Hold the lock."""
    current = current_release(config)
    if current is None or current.verdict is None or current.id in published(config):
        return
    with open_database(current.database) as connection:
        names = [row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()]
        counts = {name: connection.table(f'"{name}"').count("*").fetchall()[0][0] for name in sorted(names)}
    note_published(config, current.id, current.verdict, counts)
