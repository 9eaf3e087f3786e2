"""The landed rows of one input as the relation `__raw__`, over which the mappings' SQL runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from ingestion.source import ManifestRow
    from quality.inputs import Other

RELATION = "__raw__"
_OURS = ("load_id", "_load_id", "_load_seq", "_file", "_row", "_deleted", "_pii_key_version")
_ALL = "gate_raw"


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


def parquet_files(folder: Path, load_ids: Iterable[str]) -> list[Path]:
    """The Parquet files of these loads below `raw/<source>/<input>`; a load that only had empty files has none."""
    return [
        path
        for one in sorted(set(load_ids))
        for path in sorted((folder / f"load_id={one}").glob("*.parquet"))
    ]


def described(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> dict[str, str]:
    """All columns of `files` together and their types, in order."""
    rows = connection.execute(f"describe select * from {_scan(files)}").fetchall() if files else []
    return {row[0]: row[1] for row in rows}


def source_columns(types: Mapping[str, str]) -> dict[str, str]:
    """Those of `described` that are the source's own, not ours or dlt's."""
    return {name: kind for name, kind in types.items() if name not in _OURS and not name.startswith("_dlt_")}


def open_view(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[Path],
    rows: Sequence[ManifestRow],
    types: Mapping[str, str],
    absent: Iterable[str] = (),
    relation: str = RELATION,
) -> None:
    """Make the temporary view `__raw__` of the files that `rows` name, and the table `gate_files` that lists them.

    `types` is what `described` gives. `absent` are columns that a mapping reads and no file has: they are NULL, so that
    everything else about the files can still be said. Sources that number no rows have `_row` NULL.
    """
    connection.execute(
        f"create or replace temp table {_listed(relation)} as select unnest(?::varchar[]) as load_id,"
        " unnest(?::varchar[]) as file, unnest(?::bigint[]) as load_seq",
        [[r.load_id for r in rows], [r.file for r in rows], [r.load_seq for r in rows]],
    )
    names = [quoted(name) for name in source_columns(types)]
    names += [f"null::varchar as {quoted(name)}" for name in absent]
    if not files:
        names += [
            "''::varchar as _load_id",
            "0::bigint as _load_seq",
            "''::varchar as _file",
            "0::bigint as _row",
            "false as _deleted",
        ]
        connection.execute(f"create or replace temp view {relation} as select {', '.join(names)} where false")
        return
    file = "coalesce(_file, '')" if "_file" in types else "''"
    row = "_row::bigint" if "_row" in types else "null::bigint"
    names += [
        "listed.load_id as _load_id",
        "listed.load_seq as _load_seq",
        f"{file} as _file",
        f"{row} as _row",
        f"{'coalesce(_deleted, false)' if '_deleted' in types else 'false'} as _deleted",
    ]
    connection.execute(
        f"create or replace temp view {relation} as select {', '.join(names)} from {_scan(files)} as landed"
        f" join {_listed(relation)} as listed on listed.load_id = landed.load_id and listed.file = {file}"
    )


def open_other(connection: duckdb.DuckDBPyConnection, other: Other) -> None:
    """Make the view of another input that a mapping joins. Columns that none of its files has are NULL."""
    files = parquet_files(other.folder, [row.load_id for row in other.rows])
    types = described(connection, files)
    known = {name.lower() for name in source_columns(types)}
    absent = [name for name in other.columns if name.lower() not in known]
    open_view(connection, files, other.rows, types, absent, other.placeholder)


def _listed(relation: str) -> str:
    """The table that says which files a view shows."""
    return "gate_files" if relation == RELATION else f"gate_files{relation}"


def hold(connection: duckdb.DuckDBPyConnection) -> None:
    """Copy `__raw__` into a temporary table, file after file, so that `show_one` finds each without a scan."""
    connection.execute(
        f"create or replace temp table {_ALL} as select * from {RELATION} order by _load_id, _file"
    )


def show_one(connection: duckdb.DuckDBPyConnection, row: ManifestRow) -> None:
    """Let `__raw__` be the rows of one file only. Call `hold` before."""
    connection.execute(
        f"create or replace temp view {RELATION} as select * from {_ALL}"
        f" where _load_id = {literal(row.load_id)} and _file = {literal(row.file)}"
    )


def _scan(files: Sequence[Path]) -> str:
    names = ", ".join(literal(str(path)) for path in files)
    options = "hive_partitioning = true, hive_types = {'load_id': varchar}, union_by_name = true"
    return f"read_parquet([{names}], {options})"
