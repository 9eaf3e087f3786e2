"""Opens a release the way everything that we ship does: read-only and locked down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.lib.errors import UsageProblem
from orchestration.lib.releases.folders import list_releases

if TYPE_CHECKING:
    import duckdb

    from ingestion.config import Config

MEMORY = "2GB"
"""What one reader may take; the marts are small, and several readers and the writer share the machine."""


def open_release(config: Config, release: str | None = None) -> duckdb.DuckDBPyConnection:
    """A connection to the current release, or to the one with this id.

    Queries cannot read files, attach databases, install extensions or change these settings. The connection
    stays on the release that it opened; open a new one to see a newer release.
    Raises UsageProblem if there is no such release.
    """
    found = [one for one in list_releases(config) if (one.id == release if release else one.is_current)]
    if not found:
        wanted = f"there is no release {release}" if release else "nothing is published yet"
        raise UsageProblem(f"{wanted}: `opsmart {'releases' if release else 'run'}`")
    return open_database(found[0].database)


def open_database(path: Path) -> duckdb.DuckDBPyConnection:
    """A locked-down, read-only connection to a release's database.

    The path is the release's own, never through `current`: DuckDB keeps open files by their path and would give
    the old release under the link's name for as long as anybody in this process has it open.
    """
    import duckdb

    connection = duckdb.connect(
        str(path.resolve()),
        read_only=True,
        config={
            "memory_limit": MEMORY,
            "threads": str(min(4, os.cpu_count() or 1)),
            # Sorting out of memory would otherwise write into the release's folder.
            "temp_directory": "",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
        },
    )
    # All dates are made; instants are stored in UTC and shown so, whatever zone the reader's machine is in.
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection
