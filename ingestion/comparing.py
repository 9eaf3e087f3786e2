"""What sources that compare share: a database to compare in, and how much may be believed to be deleted at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.workshop import workshop

if TYPE_CHECKING:
    import duckdb

    from ingestion.compared import Vanished
    from ingestion.config import Config

MEMORY = "300MB"
"""What a comparison may take before it goes to the disk."""
_FEW = 20
"""So many rows may always vanish at once."""


@contextmanager
def comparing(config: Config, source: str) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A DuckDB on the disk in a private folder, and that folder; both are gone afterwards."""
    folder = config.state / "dlt" / f"{source}.compare"
    with workshop(folder, MEMORY) as duck:
        yield duck, folder


@dataclass(frozen=True)
class Believing:
    """A table that comes back half empty is more often a mistake than a sale."""

    most: float
    """The share of an input's rows that may vanish at once."""
    allowed: bool = False
    """Somebody has said that it is right, however much is gone."""

    def believes(self, vanished: Vanished) -> bool:
        return vanished.share <= self.most or vanished.count <= _FEW or self.allowed

    def doubt(self, vanished: Vanished, what: str) -> str:
        """What a person is told of what is not believed."""
        return (
            f"{vanished.count:,} of {vanished.of:,} rows that have landed are gone from {what}, more than"
            f" max_deleted_share ({self.most:.0%}) allows: if that is right, run with --reconcile --allow-deletions"
        )
