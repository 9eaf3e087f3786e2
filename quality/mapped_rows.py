"""How many rows of each file reach an entity, and the newest instant in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from ingestion.contracts import load_contracts
from quality.raw import literal

if TYPE_CHECKING:
    import duckdb

    from ingestion.mapping import EntitySelect
    from ingestion.source import ManifestRow

Place = tuple[str, str]
"""(load_id, file)"""


@dataclass
class MappedRows:
    """By place: rows over all entities, rejected ones left out, and the maximum of the contracts' clock columns."""

    rows: dict[Place, int] = field(default_factory=dict)
    newest_at: dict[Place, datetime] = field(default_factory=dict)

    def add(
        self,
        connection: duckdb.DuckDBPyConnection,
        selects: Sequence[EntitySelect],
        of: ManifestRow | None = None,
    ) -> None:
        """Count what `selects` make of `__raw__`; all of it belongs to the file `of` if one is given."""
        if not selects:
            return
        parts = " union all ".join(_counted(select, of) for select in selects)
        for load_id, file, count, newest in connection.execute(
            f"select load_id, file, sum(rows)::bigint, max(newest_at) from ({parts}) where rows > 0 group by all"
        ).fetchall():
            place = (load_id, file)
            self.rows[place] = self.rows.get(place, 0) + count
            if newest is not None:
                self.newest_at[place] = max(newest, self.newest_at.get(place, newest))


def mapped_rows(connection: duckdb.DuckDBPyConnection, selects: Sequence[EntitySelect]) -> MappedRows:
    """What row-wise `selects` make of `__raw__`."""
    found = MappedRows()
    found.add(connection, selects)
    return found


def _counted(select: EntitySelect, of: ManifestRow | None) -> str:
    columns = load_contracts()[select.entity].columns.values()
    clocks = [f"max({one.name})::timestamp" for one in columns if one.clock and one.name in select.columns]
    newest = f"greatest({', '.join(clocks)})" if clocks else "null::timestamp"
    if of is not None:
        place = f"{literal(of.load_id)} as load_id, {literal(of.file)} as file"
        return f"select {place}, count(*) as rows, {newest} as newest_at from ({select.sql}) as mapped"
    return (
        f"select _load_id as load_id, _file as file, count(*) as rows, {newest} as newest_at"
        f" from ({select.sql}) as mapped anti join gate_problems as bad on bad.entity = {literal(select.entity)}"
        " and bad.load_id = mapped._load_id and bad.file = mapped._file and bad.row = mapped._row group by all"
    )
