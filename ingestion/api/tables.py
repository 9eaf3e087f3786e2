"""Raw tables out of JSON records: which column stands where, said once, and the SQL that takes them apart.

Everything lands as text, as the API wrote it: numbers as in JSON, booleans as true and false, lists and objects as
JSON. What type a column has is the mapping's business, so a changed type shows in the landing gate, with its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingestion.api.errors import TableError
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
    flattened: bool = False
    """Of `others`: what stands in objects is a column of its own, `address__city`; only lists land as JSON."""
    expected: tuple[str, ...] = ()
    """Of `others`: columns that a mapping reads, NULL where no record has them."""
    ignored: tuple[str, ...] = ()
    """Such keys that are not wanted; where `flattened`, also paths into objects."""
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


def exploded(table: Table, others: Mapping[str, Sequence[str]]) -> str:
    """SQL for the rows of a table in the parameter $1, a JSON list of records; `others` are further columns with the
    keys that lead to them."""
    levels = len(table.each)
    # All that stands in an element is taken at one look: JSON is text, and every look parses all of it.
    paths: dict[str, list[str]] = {}
    columns = []
    for name, path in table.columns.items():
        element, inner = _place(path, levels)
        same = paths.setdefault(element, [])
        same.append(inner)
        columns.append(f"v{element}[{len(same)}] as {identifier(name)}")
    columns += [f"e{levels} ->> {_keys(keys)} as {identifier(name)}" for name, keys in others.items()]
    have = {name.lower() for name in others}
    columns += [f"null::varchar as {identifier(name)}" for name in table.expected if name.lower() not in have]
    taken = "".join(f", json_extract_string({e}, [{', '.join(some)}]) as v{e}" for e, some in paths.items())
    return f"{_steps(table)} select {', '.join(columns)} from (from l{levels} select *{taken})"


def faults_sql(table: Table, root_id: str = "id") -> str:
    """SQL that tells of the records in $1 what is not as `table` says: one row, a column for each thing looked at.

    `each:<n>`: a list on the way is something else. `scalar:<column>`: a list or an object where a value should be.
    Gives the id of a record that shows it, which stands at `root_id`, or NULL.
    """
    levels = len(table.each)
    listed, scalars = (
        "['ARRAY', 'NULL']",
        "['NULL', 'VARCHAR', 'BOOLEAN', 'BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE']",
    )
    checks = [
        (f"each:{name}", level, f"e{level}", _path(name), listed) for level, name in enumerate(table.each)
    ]
    for name, path in table.columns.items():
        if not path.startswith("json:"):
            checks.append((f"scalar:{name}", levels, *_place(path, levels), scalars))
    selects = []
    # One look at each element for all that stands in it: JSON is text, and every look parses all of it.
    for level, element, allowed in dict.fromkeys((one[1], one[2], one[4]) for one in checks):
        same = [one for one in checks if (one[1], one[2], one[4]) == (level, element, allowed)]
        labels, paths = ", ".join(literal(one[0]) for one in same), ", ".join(one[3] for one in same)
        selects.append(
            f"select unnest([{labels}]) as fault, unnest(json_type({element}, [{paths}])) as kind,"
            f" e0 ->> {_path(root_id)} as record, {allowed} as allowed from l{level}"
        )
    steps = _steps(table)
    return (
        f"{steps} select fault, any_value(record) from ({' union all '.join(selects)})"
        " where kind is not null and not list_contains(allowed, kind) group by fault order by fault"
    )


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
    steps = _steps(table)
    return f"{steps} select bool_or(json_exists({element}, {inner})), bool_or({object_there}) from l{levels}"


def structure_sql(table: Table) -> str:
    """SQL for what the elements in $1 look like: one JSON object with all of their keys."""
    levels = len(table.each)
    steps = _steps(table)
    return (
        f"{steps} select json_group_structure(e{levels}) from l{levels} where json_type(e{levels}) = 'OBJECT'"
    )


def other_columns(table: Table, structure: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Columns of elements that look so, besides those that the table names: each with the keys that lead to it.
    Raises TableError if a mapping reads an object that is taken apart."""
    if not table.flattened:
        yield from ((key, (key,)) for key in sorted(structure) if key not in table.known_keys)
        return
    own = {path.removeprefix("json:") for path in table.columns.values()}
    expected = {name.lower() for name in table.expected} - {name.lower() for name in table.columns}
    for keys, is_object in _leaves(structure, ()):
        path, name = ".".join(keys), "__".join(keys)
        if path in own or any(f"{path}.".startswith(f"{one}.") for one in table.ignored):
            continue
        if not is_object:
            yield name, keys
        elif name.lower() in expected:
            raise TableError(
                f"a mapping reads {name}, which is an object: its columns are {name}__…; as JSON it is"
                f" `add: {{{name}: json:{path}}}`"
            )


_MANY = 100
"""An object with more keys than these, over the records of a page, is a table of its own kind: it lands as JSON."""


def _leaves(structure: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """(keys, is it an object whose own leaves follow?). What is null in all records is no column yet."""
    for key, kind in structure.items():
        keys, is_object = (*above, key), isinstance(kind, dict) and len(kind) <= _MANY
        if kind != "NULL":
            yield keys, is_object
        if is_object:
            yield from _leaves(kind, keys)


def _steps(table: Table) -> str:
    """SQL for the elements on each level, down to a row: `l0` has `e0`, the records; `l1` has `e0` and `e1` …"""
    steps = ["l0 as (select unnest(from_json($1, '[\"JSON\"]')) as e0)"]
    for level, name in enumerate(table.each, start=1):
        listed = f"e{level - 1} -> {_path(name)}"
        kept = ", ".join(f"e{at}" for at in range(level))
        steps.append(
            f"l{level} as (select {kept}, unnest(from_json({listed}, '[\"JSON\"]')) as e{level}"
            f" from l{level - 1} where json_type({listed}) = 'ARRAY')"
        )
    return f"with {', '.join(steps)}"


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


def _keys(keys: Sequence[str]) -> str:
    return literal("$" + "".join(f'."{one}"' for one in keys))


def _segments(path: str) -> list[str]:
    return path.split(".")
