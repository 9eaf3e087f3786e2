"""The SQL that gives an entity's rows with the types of its contract, and the one that lists what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingestion.mapping.aliases import with_aliases
from ingestion.mapping.casts import cast, expected, expected_sql, identifier, literal, text, version
from ingestion.mapping.mapped import Mapped
from ingestion.mapping.selects import RAW, lookup
from ingestion.value_format import ValueFormat

_VERSION = "_given_version"
SHOWN = 200
"""Signs of a bad value that are shown."""


def entity_sql(mapped: Mapped, source: str, shop_id: str, zone: str, key: Sequence[str] = ()) -> str:
    """DuckDB SQL over `__raw__`: one row per row that the mapping gives, typed; NULL where a value has not its type.

    Columns: `given_columns`, source_name, shop_id, _version, _load_id, _load_seq, _file, _row, _position, _is_deleted.
    Rows of a derived entity without its key are left out, and so are those whose raw row was deleted: what else
    is known of the customer of a deleted order stays. A select that is not row-wise sees the rows that stand: the
    newest for each `key` (raw columns), if there is one, and none that was deleted.
    """
    columns = [f"{_with_fallback(mapped, name, zone)} as {name}" for name in given_columns(mapped)]
    position = "-_row" if mapped.derived else "_row"
    columns += [
        f"{literal(source)} as source_name",
        f"{literal(shop_id)} as shop_id",
        f"{_version_sql(mapped, zone)} as _version",
        "_load_id",
        "cast(_load_seq as bigint) as _load_seq",
        "_file",
        "cast(_row as bigint) as _row",
        f"cast({position} as bigint) as _position"
        if mapped.select.rowwise
        else "cast(0 as bigint) as _position",
        "_deleted as _is_deleted" if mapped.select.rowwise else "false as _is_deleted",
    ]
    listed = ",\n    ".join(columns)
    sql = f"select\n    {listed}\nfrom (\n{_cleaned(mapped, key)}\n) as cleaned{_has_key(mapped)}"
    return with_aliases(sql, mapped.aliases)


def given_columns(mapped: Mapped) -> list[str]:
    """Columns of the contract that the mapping gives, or that fall back to one it gives; in the contract's order."""
    return [
        name
        for name, column in mapped.contract.columns.items()
        if name in mapped.columns or column.falls_back_to in mapped.columns
    ]


def problems_sql(mapped: Mapped, zone: str) -> str:
    """DuckDB SQL over `__raw__`: one row per value that cannot be accepted.

    Columns: _load_id, _file, _row (NULL for a select that is not row-wise), entity_key, column_name, value (as given,
    at most SHOWN signs, NULL if there is none) and expected, in words. Of a deleted row only the key has to be right.
    """
    rules = [
        (name, bad if name in mapped.contract.key else f"not _deleted and {bad}", wanted)
        for name, bad, wanted in _rules(mapped, zone)
    ]
    if not rules:
        return (
            "select null as _load_id, null as _file, cast(null as bigint) as _row, null as entity_key, "
            "null as column_name, null as value, null as expected where false"
        )
    names = dict.fromkeys(column for column, _, _ in rules)
    given = ", ".join(
        f"left(cast({identifier(name)} as varchar), {SHOWN}) as {identifier(name)}, {_clean(name)}, "
        f"{_typed_rule(mapped, name, zone)} as {_result(name)}"
        for name in names
    )
    key = ", ".join(_clean(name) for name in mapped.contract.key if name in mapped.columns)
    found = "\nunion all\n".join(
        f"select _load_id, _file, cast(_row as bigint) as _row, entity_key, {literal(_shown(name))} as column_name, "
        f"{identifier(name)} as value, {wanted} as expected from suspects where {bad}"
        for name, bad, wanted in rules
    )
    # One pass over the rows; only the few suspects are looked at rule by rule.
    sql = (
        f"select * from (\nwith suspects as materialized (\n"
        f"select * from (\nselect _load_id, _file, _row, _deleted, concat_ws(':', {key}) as entity_key, {given}\n"
        f"from (\n{_cleaned(mapped)}\n) as cleaned{_has_key(mapped)}\n) as typed\n"
        f"where {' or '.join(f'({bad})' for _, bad, _ in rules)}\n)\n{found}\n)"
    )
    return with_aliases(sql, mapped.aliases)


def _cleaned(mapped: Mapped, key: Sequence[str] = ()) -> str:
    """The mapping's select with the cleaned text of each column beside it."""
    extra = []
    given_version = mapped.mapping.version
    if given_version is not None and not mapped.version_is_output:
        extra.append(f"{{input}}.{identifier(str(given_version.column))} as {_VERSION}")
    others = {name: standing(lookup(name), one) for name, one in mapped.lookup_keys.items()}
    rows = f"(\n{mapped.select.over_raw(extra, standing(RAW, key), others)}\n) as mapped"
    if not mapped.select.rowwise:
        # Where rows are joined or grouped, no single raw row is to blame: the newest load answers for all.
        rows += (
            f"\ncross join (select arg_max(_load_id, _load_seq) as _load_id, max(_load_seq) as _load_seq, "
            f"'' as _file, cast(null as bigint) as _row, false as _deleted from {RAW} as landed) as newest"
        )
    names = [*mapped.columns, *([_version_column(mapped)] if given_version is not None else [])]
    texts = ",\n    ".join(
        f"{text(identifier(name), _values(mapped, name).missing)} as {_clean(name)}"
        for name in dict.fromkeys(names)
    )
    return f"select *,\n    {texts}\nfrom {rows}"


def _has_key(mapped: Mapped) -> str:
    if not mapped.derived:
        return ""
    keys = "".join(f" and {_clean(name)} is not null" for name in mapped.contract.key)
    return f"\nwhere {'not _deleted' if mapped.select.rowwise else 'true'}{keys}"


def standing(relation: str, key: Sequence[str]) -> str:
    """The rows of an input that a select which is not row-wise sees of its own, and each of others that it joins."""
    if not key:
        return f"select * from {relation} as landed where not _deleted"
    keys = ", ".join(identifier(name) for name in key)
    order = "_load_seq desc, _file desc, _row desc"
    numbered = f"select *, row_number() over (partition by {keys} order by {order}) as _place from {relation} as landed"
    return f"select * from ({numbered}) as placed where _place = 1 and not _deleted"


def _typed(mapped: Mapped, name: str, zone: str) -> str:
    column, options = mapped.contract.columns[name], mapped.options.get(name)
    typed = cast(
        identifier(name),
        _clean(name),
        column.data_type,
        zone,
        options.format if options else (),
        is_id=bool(options and options.id),
        values=mapped.values(name),
    )
    if not column.accepted:
        return typed
    accepted = ", ".join(literal(value) for value in column.accepted)
    return f"case when lower({typed}) in ({accepted}) then lower({typed}) end"


def _with_fallback(mapped: Mapped, name: str, zone: str) -> str:
    ways = [name, mapped.contract.columns[name].falls_back_to]
    given = [_typed(mapped, one, zone) for one in ways if one in mapped.columns]
    return given[0] if len(given) == 1 else f"coalesce({', '.join(given)})"


def _version_column(mapped: Mapped) -> str:
    version_settings = mapped.mapping.version
    assert version_settings is not None
    return str(version_settings.column).lower() if mapped.version_is_output else _VERSION


def _version_sql(mapped: Mapped, zone: str) -> str:
    given = mapped.mapping.version
    if given is None:
        return "cast(null as bigint)"
    name = _version_column(mapped)
    return version(identifier(name), _clean(name), zone, given.format, mapped.version_values)


def _values(mapped: Mapped, name: str) -> ValueFormat:
    return mapped.values(name) if name in mapped.columns else mapped.version_values


def _typed_rule(mapped: Mapped, name: str, zone: str) -> str:
    if name in mapped.columns:
        return _typed(mapped, name, zone)
    return _version_sql(mapped, zone)


def _rules(mapped: Mapped, zone: str) -> Iterator[tuple[str, str, str]]:
    """(column, condition under which it is bad, SQL of what was expected)."""
    dropped = set(mapped.contract.key) if mapped.derived else set()
    for name in mapped.columns:
        column, options = mapped.contract.columns[name], mapped.options.get(name)
        if column.required and name not in dropped:
            yield name, f"{_clean(name)} is null", literal("a value")
        formats = options.format if options else ()
        if column.accepted:
            wanted = literal(f"one of {', '.join(column.accepted)}")
        elif column.data_type == "varchar" and not (options and options.id):
            continue
        else:
            wanted = expected_sql(identifier(name), column.data_type, formats, mapped.values(name))
        yield name, f"{_clean(name)} is not null and {_result(name)} is null", wanted
    if mapped.mapping.version is not None:
        name = _version_column(mapped)
        if name.lower() not in mapped.columns:
            wanted = f"{expected('bigint')} or {expected('timestamp', mapped.mapping.version.format)}"
            yield name, f"{_clean(name)} is not null and {_result(name)} is null", literal(wanted)


def _shown(name: str) -> str:
    return "version" if name == _VERSION else name


def _clean(name: str) -> str:
    return identifier(f"{name}~text")


def _result(name: str) -> str:
    return identifier(f"{name}~typed")
