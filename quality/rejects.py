"""Rows that a mapping cannot use: found by the mapping's own `problems_sql`, kept with the reason, never loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ingestion.personal.masking import mask_text
from quality.acceptance import Key
from quality.messages import PERSONAL
from quality.raw import literal

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from ingestion.mapping import EntitySelect
    from ingestion.source import ManifestRow
    from quality.inputs import Input

Example = tuple[int | None, str, str | None, str]
"""(row, entity.column, value, expected)"""

Behind = Mapping[str, Mapping[str, set[str]]]
"""Entity → its column → raw columns behind it."""

_MAY_HOLD_CONTACT = r"(@|＠|%40|(\d\D{0,2}){7})"


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """An empty `gate_rejects`, shaped like `staging.rejects`."""
    connection.execute("create or replace temp table gate_rejects as select * from staging.rejects limit 0")


def begin_problems(connection: duckdb.DuckDBPyConnection) -> None:
    """An empty `gate_problems`: what one look at an input finds, until nothing can fail any more."""
    connection.execute(
        "create or replace temp table gate_problems (load_id varchar, file varchar, row bigint, entity varchar,"
        " entity_key varchar, column_name varchar, value varchar, expected varchar)"
    )


def collect(
    connection: duckdb.DuckDBPyConnection,
    one: Input,
    selects: Sequence[EntitySelect],
    behind: Behind,
    of: ManifestRow | None = None,
) -> None:
    """Add to `gate_problems` one row per bad value in `__raw__`, personal values masked.

    If a file `of` is given, all of `__raw__` is that file's, and its rows have no numbers.
    """
    place = "_load_id, _file, _row" if of is None else f"{literal(of.load_id)}, {literal(of.file)}, null"
    for select in selects:
        personal = {column for column, names in behind.get(select.entity, {}).items() if names & one.personal}
        personal |= {name for name in select.columns if name.endswith("_hash")}
        hidden = ", ".join(literal(name) for name in sorted(personal)) or "''"
        connection.execute(
            f"insert into gate_problems select {place}, {literal(select.entity)}, entity_key::varchar,"
            f" column_name, case when lower(column_name) in ({hidden}) and value <> ''"
            f" then {literal(PERSONAL)} else left(value::varchar, 200) end, expected from ({select.problems_sql})"
        )


def counts(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[int, int]]:
    """(rows with a bad value, those of them that have no number) by (load_id, file)."""
    rows = connection.execute(
        "with bad as (select load_id, file, count(distinct row) as numbered,"
        " count(distinct coalesce(entity_key, '')) filter (where row is null) as stuck from gate_problems group by all)"
        " select load_id, file, numbered + stuck, stuck from bad"
    ).fetchall()
    return {(load_id, file): (rejected, stuck) for load_id, file, rejected, stuck in rows}


def with_bad_values(
    connection: duckdb.DuckDBPyConnection, profile: pd.DataFrame, behind: Behind
) -> pd.DataFrame:
    """Add `bad` to a raw profile: rows with an unusable value in a canonical column that the raw one stands behind."""
    bad: dict[tuple[str, str, str], int] = {}
    for load_id, file, entity, column, count in connection.execute(
        "select load_id, file, entity, column_name, count(*) from gate_problems group by all"
    ).fetchall():
        for name in behind.get(entity, {}).get(str(column).lower(), ()):
            place = (load_id, file, name.lower())
            bad[place] = max(bad.get(place, 0), count)  # one bad value may be seen through several entities
    places = zip(profile["load_id"], profile["file"], profile["column_name"].str.lower(), strict=True)
    return profile.assign(bad=[bad.get(place, 0) for place in places])


def keep(connection: duckdb.DuckDBPyConnection, one: Input) -> None:
    """Add `gate_problems` to `gate_rejects`, e-mails and phone numbers masked that nobody declared."""
    _mask(connection, "value")
    _mask(connection, "entity_key")
    connection.execute(
        f"insert into gate_rejects select {literal(one.source)}, {literal(one.name)}, load_id, file, row, entity,"
        " entity_key, column_name, value, expected,"
        " case when value is null or trim(value) = '' then 'is empty' else 'cannot be used' end from gate_problems"
    )


def examples(connection: duckdb.DuckDBPyConnection, count: int) -> dict[Key, list[Example]]:
    """The first rejects of each file."""
    rows = connection.execute(
        "select source_name, input, load_id, file, row, entity || '.' || column_name, value, expected from gate_rejects"
        " qualify row_number() over (partition by source_name, input, load_id, file order by row, entity, column_name)"
        " <= ? order by all",
        [count],
    ).fetchall()
    found: dict[Key, list[Example]] = {}
    for *key, row, column, value, expected in rows:
        found.setdefault(Key(*key), []).append((row, column, value, expected))
    return found


def store(connection: duckdb.DuckDBPyConnection, keys: Sequence[Key]) -> None:
    """Put `gate_rejects` in place of what `staging.rejects` says of `keys`. Call inside a transaction."""
    connection.execute(
        "delete from staging.rejects as old using (select unnest(?::varchar[]) as source_name,"
        " unnest(?::varchar[]) as input, unnest(?::varchar[]) as load_id, unnest(?::varchar[]) as file) as new"
        " where new.load_id = old.load_id and new.source_name = old.source_name and new.input = old.input"
        " and new.file = old.file",
        [list(column) for column in zip(*keys, strict=True)],
    )
    connection.execute(
        "insert into staging.rejects select * from gate_rejects order by load_id, file, row, entity, column_name"
    )


def _mask(connection: duckdb.DuckDBPyConnection, column: str) -> None:
    values = connection.execute(
        f"select distinct {column} from gate_problems where regexp_matches({column}, ?)", [_MAY_HOLD_CONTACT]
    ).fetchall()
    masked = {value: mask_text(value) for (value,) in values}
    changed = {value: text for value, text in masked.items() if value != text}
    if changed:
        connection.execute(
            f"update gate_problems set {column} = marks.text from (select unnest(?::varchar[]) as value,"
            f" unnest(?::varchar[]) as text) as marks where gate_problems.{column} = marks.value",
            [list(changed), list(changed.values())],
        )
