"""Which loads the landing gate has refused: for a source that compares, what is in them has not arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingestion.config import Config

_REFUSED = """
select input, load_id from staging.accepted_loads where source_name = ? and status = 'refused' and rows > 0
"""


def refused_loads(config: Config, source: str) -> frozenset[tuple[str, str]]:
    """(input, load id) of a source's loads that are refused now; none before the first build."""
    import duckdb

    if not config.build_db.exists():
        return frozenset()
    try:
        with duckdb.connect(str(config.build_db), read_only=True) as connection:
            return frozenset(connection.execute(_REFUSED, [source]).fetchall())
    except (duckdb.CatalogException, duckdb.IOException):  # no gate has been here; or the file is damaged
        return frozenset()
