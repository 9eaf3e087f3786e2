"""What the landing gate finds out about the files of one input, in SQL over all of them at once.

A first load may bring hundreds of files: the work is a handful of queries per input, not per file. Only if a query
fails (a damaged Parquet file, a `cast` in a mapping that meets a bad value) is the list halved until the culprit is
alone, so that it is refused and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import duckdb

from quality import raw, rejects
from quality.acceptance import Key
from quality.inputs import Input, landed_columns, missing_columns
from quality.lineage import columns_behind
from quality.mapped_rows import mapped_rows
from quality.profile import raw_profile

if TYPE_CHECKING:
    import pandas as pd

    from ingestion.source import ManifestRow

# Damaged Parquet raises nearly every kind of error, often the base class. These are nobody's file: a full disk, a
# lack of memory or of rights, somebody's Ctrl-C must fail the run, not condemn what was delivered.
_NOT_THE_FILE = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.PermissionException,
    duckdb.InterruptException,
    duckdb.FatalException,
)
# The configuration's check has planned the SQL of every mapping, so what cannot be planned now are a load's types.
_A_LOAD_IS_BAD = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
_THE_MAPPING_STOPS = (duckdb.ConversionException, duckdb.OutOfRangeException)


@dataclass(frozen=True)
class Damage:
    """Why the rows of a file cannot be worked through, in DuckDB's words."""

    said: str
    is_in_parquet: bool
    """What raw holds is damaged or gone, which a backup may mend; otherwise the mapping cannot take the values."""


@dataclass(frozen=True)
class FileFacts:
    """What is known of one landed file before anybody judges it."""

    row: ManifestRow
    raw_rows: int = 0
    rejected_rows: int = 0
    stuck_rows: int = 0
    """Rows with a bad value that cannot be left out on their own: they have no number, or went into a group."""
    mapped_rows: int | None = None
    """Rows that reached an entity; None if nothing is mapped from the input."""
    newest_at: datetime | None = None
    missing: dict[str, str] = field(default_factory=dict)
    """Raw columns that a mapping reads and the file should have → `entity.column` that needs them."""
    not_yet: tuple[str, ...] = ()
    """Raw columns that a mapping reads and that only later loads have: NULL here."""
    damage: Damage | None = None

    @property
    def place(self) -> tuple[str, str]:
        return self.row.load_id, self.row.file

    @property
    def key(self) -> Key:
        return Key(self.row.source, self.row.input, self.row.load_id, self.row.file)


@dataclass
class Findings:
    """Facts by file, and the profile of all of them: one row per (load_id, file, column_name)."""

    files: list[FileFacts]
    profiles: list[pd.DataFrame]


def examine(connection: duckdb.DuckDBPyConnection, one: Input, rows: Sequence[ManifestRow]) -> Findings:
    """Look at `rows` (landed files of one input). Rejected rows are added to the temporary table `gate_rejects`."""
    try:
        return _examine(connection, one, rows)
    except _A_LOAD_IS_BAD as error:
        parts, damage = _halves_by_load(rows), _damage(error)
    except (duckdb.Error, UnicodeDecodeError) as error:
        if isinstance(error, _NOT_THE_FILE) and "Could not read enough bytes" not in str(error):
            raise
        parts, damage = _halves(rows), _damage(error)
    if not parts:
        return Findings([FileFacts(row, damage=damage) for row in rows], [])
    found = [examine(connection, one, part) for part in parts]
    return Findings([f for one in found for f in one.files], [p for one in found for p in one.profiles])


def _halves(rows: Sequence[ManifestRow]) -> list[Sequence[ManifestRow]]:
    half = len(rows) // 2
    return [rows[:half], rows[half:]] if half else []


def _halves_by_load(rows: Sequence[ManifestRow]) -> list[Sequence[ManifestRow]]:
    loads = sorted({row.load_id for row in rows})
    first = set(loads[: len(loads) // 2])
    return (
        [[r for r in rows if r.load_id in first], [r for r in rows if r.load_id not in first]]
        if first
        else []
    )


def _damage(error: Exception) -> Damage:
    said = " ".join(str(error).partition("LINE ")[0].split())[:300]
    return Damage(said, is_in_parquet=not isinstance(error, (*_A_LOAD_IS_BAD, *_THE_MAPPING_STOPS)))


def _examine(connection: duckdb.DuckDBPyConnection, one: Input, rows: Sequence[ManifestRow]) -> Findings:
    files = raw.parquet_files(one.folder, [row.load_id for row in rows])
    all_types = raw.described(connection, files)
    types = raw.source_columns(all_types)
    raw.open_view(connection, files, rows, all_types, one.absent_from(types))
    for other in one.lookups:
        raw.open_other(connection, other)
    behind = {select.entity: columns_behind(select.sql, one.mapped_columns) for select in one.selects}
    profile = raw_profile(connection, types, one.personal)
    counts = _raw_counts(connection)
    rejects.begin_problems(connection)
    together = [select for select in one.selects if select.rowwise]
    rejects.collect(connection, one, together, behind)
    mapped = mapped_rows(connection, together)
    alone = [select for select in one.selects if not select.rowwise]
    if alone:
        raw.hold(connection)
        for row in rows:
            raw.show_one(connection, row)
            rejects.collect(connection, one, alone, behind, of=row)
            mapped.add(connection, alone, of=row)
    bad = rejects.counts(connection)
    facts = []
    for row in rows:
        place = (row.load_id, row.file)
        missing, not_yet = missing_columns(one, row, landed_columns(row, types), behind)
        rejected, stuck = bad.get(place, (0, 0))
        facts.append(
            FileFacts(
                row,
                raw_rows=counts.get(place, 0),
                rejected_rows=rejected,
                stuck_rows=stuck,
                mapped_rows=mapped.rows.get(place, 0) if one.selects else None,
                newest_at=mapped.newest_at.get(place),
                missing=missing,
                not_yet=not_yet,
            )
        )
    rejects.keep(connection, one)
    return Findings(facts, [rejects.with_bad_values(connection, profile, behind)])


def _raw_counts(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    rows = connection.execute(f"select _load_id, _file, count(*) from {raw.RELATION} group by all").fetchall()
    return {(load_id, file): count for load_id, file, count in rows}
