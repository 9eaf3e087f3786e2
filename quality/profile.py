"""Profiles that DuckDB computes and Great Expectations judges: small frames, however large the data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from quality.raw import RELATION, literal, quoted

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_INTEGERS = "TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT".split()
NUMERIC = frozenset([*_INTEGERS, "FLOAT", "DOUBLE", "DECIMAL"])


def raw_profile(
    connection: duckdb.DuckDBPyConnection, types: Mapping[str, str], personal: Collection[str]
) -> pd.DataFrame:
    """One row per (load, file, raw column) of `__raw__`, in one pass over it.

    Columns: load_id, file, column_name, rows, nulls (blank text counts), null_share, distinct (approximate),
    min, max (text, 64 characters; None for `personal` columns, whose values stay out of every result).
    """
    structs = []
    for name, kind in types.items():
        column = quoted(name)
        value = f"nullif(trim({column}), '')" if kind == "VARCHAR" else column
        low, high = (
            ("null", "null")
            if name in personal
            else (f"left(min({value})::varchar, 64)", f"left(max({value})::varchar, 64)")
        )
        structs.append(
            f"{{'column_name': {literal(name)}, 'nulls': count(*) - count({value}),"
            f" 'distinct': approx_count_distinct({value}), 'min': {low}::varchar, 'max': {high}::varchar}}"
        )
    if not structs:
        return connection.execute(
            "select '' as load_id, '' as file, '' as column_name, 0 as rows where false"
        ).df()
    return connection.execute(
        f"with grouped as (select _load_id as load_id, _file as file, count(*) as rows,"
        f" unnest([{', '.join(structs)}]) as profile from {RELATION} group by all)"
        " select load_id, file, rows, profile.*, profile.nulls / rows as null_share from grouped order by all"
    ).df()


def table_profile(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    types: Mapping[str, str],
    *,
    personal: Collection[str] = (),
    unique: Collection[tuple[str, ...]] = (),
) -> pd.DataFrame:
    """One row about one table, in one query.

    Columns: `rows`; for each column c of `types` `c:nulls`, `c:null_share`, `c:distinct` (approximate), and, unless it
    is personal, `c:min`, `c:max` (numbers as double, days and instants as timestamp, the rest as
    text) and of numbers `c:sum` (double); for each key
    in `unique` `<its columns joined by a comma>:duplicates`.
    """
    fields = ["count(*) as rows"]
    for name, kind in types.items():
        column, is_number = quoted(name), kind.split("(")[0] in NUMERIC
        cast = "double" if is_number else "timestamp" if kind.startswith(("DATE", "TIMESTAMP")) else "varchar"
        measures = {
            "nulls": f"count(*) - count({column})",
            "null_share": f"coalesce((count(*) - count({column})) / nullif(count(*), 0), 0)",
            "distinct": f"approx_count_distinct({column})",
        }
        if name not in personal:
            measures |= {"min": f"min({column})::{cast}", "max": f"max({column})::{cast}"}
            measures |= {"sum": f"coalesce(sum({column}), 0)::double"} if is_number else {}
        fields += [f"{sql} as {quoted(f'{name}:{measure}')}" for measure, sql in measures.items()]
    for key in unique:
        columns = ", ".join(quoted(name) for name in key)
        fields.append(f"count(*) - count(distinct ({columns})) as {quoted(','.join(key) + ':duplicates')}")
    return connection.execute(f"select {', '.join(fields)} from {relation}").df()


def plain(value: Any) -> float | int | str | None:
    """A value of a frame in plain Python, instants as text; None for NULL."""
    import pandas as pd

    if hasattr(value, "isoformat"):
        return None if value is pd.NaT else str(value.isoformat())
    value = value.item() if hasattr(value, "item") else value
    # NaN, pandas' NULL of numbers, is the one value unlike itself.
    return None if value is None or value != value else value
