"""Raw tables out of JSON records: which column stands where, said once, and the SQL that takes them apart.

Everything lands as text, as the API wrote it: numbers as in JSON, booleans as true and false, lists and objects as
JSON. What type a column has is the mapping's business, so a changed type shows in the landing gate, with its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingestion.mapping.casts import identifier, literal
from ingestion.personal.kinds import Kind

POSITION = "_at"
"""Column that numbers the rows of a reading as they come."""


@dataclass(frozen=True)
class Table:
    """One raw table that the records of a feed give."""

    name: str
    key: tuple[str, ...]
    """Raw columns that make a row."""
    columns: Mapping[str, str]
    """Raw column → where it stands: `total`, `billing.country`, `addresses.0.city`. `^.id` stands in the element one
    level up, `^^.id` two levels up. `json:meta` may be a list or an object and lands as JSON; elsewhere that is an
    error."""
    each: tuple[str, ...] = ()
    """Lists down to a row: none for the record itself, `("refunds", "lines")` for the lines of its refunds."""
    parent: str = ""
    """The raw column that has the record's id, where rows are parts of a record."""
    personal: Mapping[str, Kind] = field(default_factory=dict)
    snapshot_at: str = ""
    """A raw column of ours for the instant of the reading: rows are states of that instant, only changed ones land, and
    none is ever deleted."""
    others: bool = False
    """Land what else stands in the element, too: a column for each key that `columns` does not name."""
    ignored: tuple[str, ...] = ()
    """Such keys that are not wanted."""
    sparse: bool = False
    """Does the API leave out keys that have no value? Then only a missing column that rows cannot do without refuses
    the table; otherwise any that a mapping reads."""
    refuses_people: bool = False
    """Is the table refused because of a column that looks personal and is not declared? Otherwise the column is left
    out, and reported."""

    @property
    def owner(self) -> str:
        """The column that has the record's id."""
        return self.parent or self.key[0]

    @property
    def known_keys(self) -> set[str]:
        """Keys of the element that `columns` reads or that are not wanted."""
        own = (path.removeprefix("json:") for path in self.columns.values() if not path.startswith("^"))
        return {*(_segments(path)[0] for path in own), *self.ignored}


def exploded(table: Table, others: list[str]) -> str:
    """SQL for the rows of a table in the parameter $1, a JSON list of records; `others` are further keys."""
    levels = len(table.each)
    steps = ["l0 as (select unnest(from_json($1, '[\"JSON\"]')) as e0)"]
    for level, name in enumerate(table.each, start=1):
        listed = f"e{level - 1} -> {_path(name)}"
        kept = ", ".join(f"e{at}" for at in range(level))
        steps.append(
            f"l{level} as (select {kept}, unnest(from_json({listed}, '[\"JSON\"]')) as e{level}"
            f" from l{level - 1} where json_type({listed}) = 'ARRAY')"
        )
    columns = [f"{value(path, levels)} as {identifier(name)}" for name, path in table.columns.items()]
    columns += [f"e{levels} ->> {_key(name)} as {identifier(name)}" for name in others]
    return f"with {', '.join(steps)} select {', '.join(columns)} from l{levels}"


def faults_sql(table: Table, root_id: str = "id") -> str:
    """SQL that tells of the records in $1 what is not as `table` says: one row, a column for each thing looked at.

    `each:<n>`: a list on the way is something else. `scalar:<column>`: a list or an object where a value should be.
    Gives the id of a record that shows it, which stands at `root_id`, or NULL.
    """
    levels = len(table.each)
    checks = []
    for level, name in enumerate(table.each, start=1):
        kind = f"json_type(e{level - 1} -> {_path(name)})"
        checks.append((f"each:{name}", level - 1, f"{kind} not in ('ARRAY', 'NULL')"))
    for name, path in table.columns.items():
        if not path.startswith("json:"):
            element, inner = _place(path, levels)
            checks.append(
                (f"scalar:{name}", levels, f"json_type({element} -> {inner}) in ('ARRAY', 'OBJECT')")
            )
    selects = []
    for label, level, condition in checks:
        selects.append(
            f"select {literal(label)} as fault,"
            f" any_value(e0 ->> {_path(root_id)}) filter (where {condition}) as record,"
            f" count(*) filter (where {condition}) as hits from l{level}"
        )
    steps = exploded(Table(table.name, (), {"x": "id"}, table.each), []).rpartition(" select ")[0]
    return f"{steps} select fault, record from ({' union all '.join(selects)}) where hits > 0"


def absent_sql(table: Table, column: str) -> str:
    """SQL: has any record in $1 the key that `column` is read from, or nothing around it that could have it?

    One row (is there, was looked for): a key is missing where the object around it is there and lacks it.
    """
    path = table.columns[column].removeprefix("json:")
    levels = len(table.each)
    element, inner = _place(path, levels)
    around = _parent(path)
    object_there = (
        f"json_type({element} -> {around}) = 'OBJECT'" if around else f"json_type({element}) = 'OBJECT'"
    )
    steps = exploded(Table(table.name, (), {"x": "id"}, table.each), []).rpartition(" select ")[0]
    return f"{steps} select bool_or(json_exists({element}, {inner})), bool_or({object_there}) from l{levels}"


def other_keys_sql(table: Table) -> str:
    """SQL for the keys of the elements in $1."""
    steps = exploded(Table(table.name, (), {"x": "id"}, table.each), []).rpartition(" select ")[0]
    return f"{steps} select distinct unnest(json_keys(e{len(table.each)})) as key from l{len(table.each)} order by key"


def value(path: str, levels: int) -> str:
    """SQL for what stands at a path of the innermost element."""
    element, inner = _place(path.removeprefix("json:"), levels)
    return f"{element} ->> {inner}"


def _place(path: str, levels: int) -> tuple[str, str]:
    path = path.removeprefix("json:")
    ups = len(path) - len(path.lstrip("^"))
    return f"e{levels - ups}", _path(path[ups:].removeprefix("."))


def _parent(path: str) -> str:
    inner = path.lstrip("^").removeprefix(".").rpartition(".")[0]
    return _path(inner) if inner else ""


def _path(path: str) -> str:
    """A JSON path as an SQL literal: `billing.country` → '$."billing"."country"', digits are places in a list."""
    parts = (f"[{one}]" if one.isdigit() else f'."{one}"' for one in _segments(path))
    return literal("$" + "".join(parts))


def _key(name: str) -> str:
    return literal(f'$."{name}"')


def _segments(path: str) -> list[str]:
    return path.split(".")
