"""What a mapping's select may not do, and whether it looks at one row at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

import duckdb
from sqlglot import exp

CARRIED = ("_load_id", "_load_seq", "_file", "_row", "_deleted")
"""Columns that `__raw__` has besides the raw ones, and that every row takes along."""

_CLOCKS = {"now", "today", "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp",
           "get_current_timestamp", "get_current_time", "transaction_timestamp"}  # fmt: skip
_LOTS = {"random", "rand", "uuid", "gen_random_uuid", "uuidv4", "uuidv7", "nextval"}
_SESSION = {"getenv", "getvariable", "current_setting", "current_user", "session_user"}
_UNSTABLE = _CLOCKS | _LOTS | _SESSION
_TABLE_FUNCTIONS = {"unnest", "generate_series", "range"}
_MANY_ROWS = (
    exp.With,
    exp.Join,
    exp.Lateral,
    exp.Unnest,
    exp.Explode,
    exp.Distinct,
    exp.Group,
    exp.Having,
    exp.Qualify,
    exp.Limit,
    exp.Offset,
    exp.TableSample,
    exp.Pivot,
    exp.Window,
    exp.AggFunc,
)


def faults(query: exp.Query, input_name: str, others: Collection[str] = ()) -> Iterator[str]:
    """Everything that rules the select out, each as a sentence that follows its key. `others`: the source's inputs."""
    if any(one.is_star or isinstance(one, exp.Columns) for one in query.selects):
        yield "should name the columns that it gives, not use *"
    yield from _relation_faults(query, input_name, others)
    for function in query.find_all(exp.Func):
        if _name(function) in _UNSTABLE:
            yield f"uses {function.sql('duckdb').lower()}, which may change from run to run; a rebuild must not"
    if query.find(exp.Placeholder, exp.Parameter):
        yield "has a parameter; ${NAME} puts in a variable of the environment"


def _relation_faults(query: exp.Query, input_name: str, others: Collection[str]) -> Iterator[str]:
    """Relations other than the source's inputs and what the query makes of them itself."""
    ours = {cte.alias.lower() for cte in query.find_all(exp.CTE)}
    tables = [table for table in query.find_all(exp.Table) if table.name.lower() not in ours]
    for table in tables:
        if isinstance(table.this, exp.Func) and _name(table.this) in _TABLE_FUNCTIONS:
            continue
        known = {input_name.lower(), *others}
        if table.name.lower() not in known or table.db or isinstance(table.this, exp.Func):
            yield (
                f"reads {table.sql('duckdb')}; it can only read its own input, {input_name}, and join others of"
                " its source"
            )
    if input_name.lower() in ours:
        yield f"calls a CTE {input_name}, like its input; give it another name"
    elif not _reads_input(query, tables):
        yield f"does not read its input: write `from {input_name}`"


def _reads_input(query: exp.Query, tables: list[exp.Table]) -> bool:
    """A plain select may leave its FROM out, for the input is meant; one in parts must say what each part reads."""
    if isinstance(query, exp.SetOperation):
        parts = query.find_all(exp.Select)
        return all(part.args.get("from_") or not part.find(exp.Column) for part in parts)
    return bool(tables) or (query.find(exp.With, exp.Subquery) is None)


def looked_up(query: exp.Query, input_name: str, others: Collection[str]) -> tuple[str, ...]:
    """Other inputs of the source that the query reads, in their order there."""
    ours = {cte.alias.lower() for cte in query.find_all(exp.CTE)} | {input_name.lower()}
    read = {table.name.lower() for table in query.find_all(exp.Table)} - ours
    return tuple(name for name in others if name in read)


def is_rowwise(query: exp.Query, lookups: Collection[str] = ()) -> bool:
    """Does each row that the select gives come from one row of its input? It may be completed by left joins with
    `lookups`, which have one row for each of their keys."""
    if not isinstance(query, exp.Select):
        return False
    joins = query.args.get("joins") or []
    found = [one for one in query.find_all(*_MANY_ROWS) if one not in joins]
    if found or not all(_completes(one, lookups) for one in joins):
        return False
    if sum(1 for _ in query.find_all(exp.Query)) > 1:
        return False
    return not any(_name(function) in _aggregates() for function in query.find_all(exp.Func))


def _completes(join: exp.Join, lookups: Collection[str]) -> bool:
    is_left = str(join.args.get("side") or "").upper() == "LEFT" and not join.args.get("kind")
    is_input = isinstance(join.this, exp.Table) and join.this.name.lower() in lookups
    return is_left and is_input and bool(join.args.get("on") or join.args.get("using"))


@lru_cache
def _aggregates() -> frozenset[str]:
    """Names of DuckDB's aggregate functions, from DuckDB, since sqlglot does not know them all."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select distinct lower(function_name) from duckdb_functions() where function_type = 'aggregate'"
        ).fetchall()
    return frozenset(str(row[0]) for row in rows)


def _name(function: exp.Func) -> str:
    """The function's name in lower case, as it was written where sqlglot keeps that."""
    if isinstance(function, exp.Anonymous):
        return str(function.name).lower()
    return str(function.meta.get("name") or function.sql_name()).lower()
