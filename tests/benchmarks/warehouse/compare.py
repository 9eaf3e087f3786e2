"""Two databases, table by table: which rows only one of them has, over every column.

python -m tests.benchmarks.warehouse.compare OURS BY_HAND
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

SHOWN = 3
"""So many differing rows are told of a table."""
_SCHEMAS = ("main", "canonical")


@dataclass(frozen=True)
class Compared:
    """One table: `rows` of ours, and what is wrong with it."""

    table: str
    rows: int
    wrong: tuple[str, ...] = ()


def compare(ours: Path, by_hand: Path) -> Iterator[Compared]:
    """Every dim_, fct_ and mart_ of `ours`, and each int_<entity> that stands by hand as well.

    Floating point numbers are compared to the seven digits that a float has: sums of them depend on their order.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{ours}' as ours (read_only)")
        connection.execute(f"attach '{by_hand}' as hand (read_only)")
        hand = set(_names(connection, "hand", ("main",)))
        for schema in _SCHEMAS:
            for table in _names(connection, "ours", (schema,)):
                is_mart = table.startswith(("dim_", "fct_", "mart_"))
                if is_mart or table in hand:
                    yield _compared(connection, f"{schema}.{table}", table in hand, is_mart)


def _compared(connection: duckdb.DuckDBPyConnection, name: str, is_there: bool, whole: bool) -> Compared:
    table = name.partition(".")[2]
    (rows,) = _one(connection, f"select count(*) from ours.{name}")
    if not is_there:
        return Compared(table, rows, ("not written by hand",) if rows else ())
    types = {row[0]: row[1] for row in connection.execute(f"describe ours.{name}").fetchall()}
    theirs = {row[0]: row[1] for row in connection.execute(f"describe hand.main.{table}").fetchall()}
    strange = sorted(types.keys() ^ theirs.keys() if whole else theirs.keys() - types.keys())
    shared = [one for one in types if one in theirs]
    wrong = [f"columns that only one has: {', '.join(strange)}"] if strange else []
    wrong += [
        f"{one} is {types[one]}, by hand {theirs[one]}"
        for one in shared
        if types[one] != theirs[one] and "DECIMAL" in types[one] + theirs[one]
    ]
    wrong += _differences(connection, name, [_exact(one, types[one]) for one in shared])
    return Compared(table, rows, tuple(wrong))


def _differences(connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str]) -> Iterator[str]:
    sides = {"ours": f"ours.{name}", "by hand": f"hand.main.{name.partition('.')[2]}"}
    for one, other in (("ours", "by hand"), ("by hand", "ours")):
        connection.execute(
            f"create or replace temp table only_here as select {', '.join(columns)} from {sides[one]} "
            f"except all select {', '.join(columns)} from {sides[other]}"
        )
        (count,) = _one(connection, "select count(*) from only_here")
        if count:
            yield f"{count:,} rows only {one}"
            cursor = connection.execute(f"select * from only_here order by all limit {SHOWN}")
            names = [column[0] for column in cursor.description or ()]
            for row in cursor.fetchall():
                yield "  " + ", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True))


def _exact(column: str, kind: str) -> str:
    return f'cast("{column}" as float) as "{column}"' if kind == "DOUBLE" else f'"{column}"'


def _names(connection: duckdb.DuckDBPyConnection, database: str, schemas: Sequence[str]) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables() "
        "where database_name = ? and schema_name in ? and not temporary order by 1",
        [database, list(schemas)],
    ).fetchall()
    return [row[0] for row in rows]


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return tuple(row)


def main(ours: Path, by_hand: Path) -> int:
    """Print a line per table; 1 if any differs."""
    found = list(compare(ours, by_hand))
    for one in found:
        print(f"{one.table:<32}{one.rows:>12,} rows   {'DIFFERS' if one.wrong else 'equal'}")
        for line in one.wrong:
            print(f"    {line}")
    return int(any(one.wrong for one in found))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
