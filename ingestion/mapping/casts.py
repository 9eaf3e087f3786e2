"""DuckDB expressions that give a raw value the type of its contract, or NULL if it cannot have it.

A raw value may have any type: text from text formats and spreadsheets, anything from Parquet or from a `select`.
Each expression is built from two others: `value`, the raw one, and `clean`, its text as `text()` gives it (a column
of an inner query, so that it is written once). `typeof` is a constant when DuckDB plans a query, so the branch of the
type at hand is all that is left of each `case` below, and typed values do not go through text. What a plain cast does
not take (`¥1.50`, `31 May 2024`) is looked at a second time, behind a `coalesce` that plain values never pass.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.mapping import numbers, times
from ingestion.value_format import PLAIN, ValueFormat

_WHITE = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288) || chr(65279)"
_INTEGERS = "('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT')"
_EXACT = "decimal(38,10)"


def literal(text: str) -> str:
    """A SQL string."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted SQL name."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str, missing: Sequence[str] = ()) -> str:
    """`value` as text without white space around it (also non-breaking, ideographic, tabs, a byte-order mark) and
    without the `="…"` by which an export keeps a spreadsheet from taking an id for a number; NULL if nothing is left,
    or one of the words `missing`. Most values begin and end in a visible ASCII sign and are passed on as they are:
    six times as fast as trimming."""
    # A TIMESTAMPTZ reads differently in every session: it becomes UTC first.
    raw = (
        f"cast(case when typeof({value}) = 'TIMESTAMP WITH TIME ZONE' "
        f"then cast(try_cast({value} as timestamptz) at time zone 'UTC' as varchar) || '+00' "
        f"else cast({value} as varchar) end as varchar)"
    )
    trimmed = (
        f"case when ascii({raw}) between 33 and 126 and {raw}[-1] between '!' and '~' and ascii({raw}) <> 61 "
        f"then {raw} "
        f"else nullif(trim(regexp_replace({raw}, '^=\"(.*)\"$', '\\1'), {_WHITE}), '') end"
    )
    if not missing:
        return trimmed
    words = ", ".join(literal(one.lower()) for one in missing)
    return f"case when lower(trim({raw}, {_WHITE})) in ({words}) then null else {trimmed} end"


def identity(clean: str) -> str:
    """Text of an identifier that went through a spreadsheet: 17850.0 is 17850 and '00123 is 00123. NULL where digits
    are lost (2.04E+17)."""
    bare = f"regexp_replace(ltrim({clean}, {literal(chr(39))}), '^([0-9]+)[.]0+$', '\\1')"
    return f"case when not regexp_full_match({clean}, '[0-9]([.][0-9]+)?[eE][+][0-9]+') then {bare} end"


def integer(value: str, clean: str, values: ValueFormat = PLAIN) -> str:
    """bigint; accepts `6.0`, refuses `6.5`, `1e3`, `0x10` and `1_000`, all of which a plain cast would take."""
    typed = f"when typeof({value}) in {_INTEGERS} then try_cast({value} as bigint) "
    plain = (
        f"when regexp_full_match({clean}, '[+-]?[0-9]+([.]0*)?') "
        f"then try_cast(split_part({clean}, '.', 1) as bigint) "
    )
    whole = "case when n = trunc(n) then try_cast(n as bigint) end"
    other = f"list_transform([{numbers.written(clean, _EXACT, values)}], lambda n: {whole})[1]"
    if values.is_plain:
        return f"case {typed}{plain}else {other} end"
    digits = f"when regexp_full_match({clean}, '[+-]?[0-9]+') then try_cast({clean} as bigint) "
    return f"case {typed}{digits}when typeof({value}) <> 'VARCHAR' then case {plain}end else {other} end"


def decimal(value: str, clean: str, data_type: str, values: ValueFormat = PLAIN) -> str:
    """A decimal, rounded half away from zero. `1_000` is refused, as are NaN and infinity."""
    typed = (
        f"when typeof({value}) in {_INTEGERS} or typeof({value}) like 'DECIMAL%' "
        f"then try_cast({value} as {data_type}) "
    )
    plain = (
        f"when contains({clean}, '_') then null "
        # DuckDB 1.5 makes 0.0001 of the text 5.19e-6.
        f"when contains(lower({clean}), 'e') then try_cast(try_cast({clean} as double) as {data_type}) "
        f"else try_cast({clean} as {data_type}) end"
    )
    other = numbers.written(clean, data_type, values)
    if values == PLAIN:
        return f"coalesce(case {typed}{plain}, {other})"
    quick = numbers.grouped(clean, data_type, values)
    return f"case {typed}when typeof({value}) <> 'VARCHAR' then case {plain} {quick}else {other} end"


def double(value: str, clean: str, values: ValueFormat = PLAIN) -> str:
    """A finite double. Contracts give it to shares and rates, so `12.5%` is 0.125."""
    number = f"try_cast({clean} as double)"
    finite = f"case when not contains({clean}, '_') and isfinite({number}) then {number} end"
    other = f"cast({numbers.written(clean, _EXACT, values, percent=True)} as double)"
    if values.is_plain:
        return f"coalesce({finite}, {other})"
    return f"case when typeof({value}) <> 'VARCHAR' then {finite} else {other} end"


def boolean(clean: str) -> str:
    """true, t, yes, y, 1, 是 and their opposites, in any case; a typed boolean reads `true` as text."""
    return (
        f"case when lower({clean}) in ('true', 't', 'yes', 'y', '1', '1.0', '是') then true "
        f"when lower({clean}) in ('false', 'f', 'no', 'n', '0', '0.0', '否') then false end"
    )


def instant(
    value: str, clean: str, zone: str, formats: Sequence[str] = (), values: ValueFormat = PLAIN
) -> str:
    """timestamp in UTC. Text with an offset (or Z, UTC, GMT) is taken by it; everything else, a plain date too
    (midnight), is a wall-clock time in `zone`. The session's time zone never matters.

    Without `formats`, text must be year first, name its month, or have the order that `values` declares.
    """
    if formats:
        untyped = times.in_formats(clean, integer(value, clean), zone, formats)
    else:
        untyped = times.plain(clean, zone, values)
    return (
        f"case when typeof({value}) = 'TIMESTAMP WITH TIME ZONE' "
        f"then try_cast({value} as timestamptz) at time zone 'UTC' "
        f"when typeof({value}) in ('TIMESTAMP', 'DATE', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS') "
        f"then {times.to_utc(f'try_cast({value} as timestamp)', zone)} "
        f"else {untyped} end"
    )


def day(value: str, clean: str, zone: str, formats: Sequence[str] = (), values: ValueFormat = PLAIN) -> str:
    """date: the day in `zone` of an instant, or the day as written."""
    local = (
        f"({instant(value, clean, zone, formats, values)} at time zone 'UTC') at time zone {literal(zone)}"
    )
    return f"case when typeof({value}) = 'DATE' then try_cast({value} as date) else cast({local} as date) end"


def version(
    value: str, clean: str, zone: str, formats: Sequence[str] = (), values: ValueFormat = PLAIN
) -> str:
    """bigint that grows with the source's changes: a whole number as it is, an instant as microseconds UTC."""
    zone = values.timezone or zone
    whole = f"case when regexp_full_match({clean}, '[+-]?[0-9]+([.]0*)?') then {integer(value, clean)} end"
    return f"coalesce({whole}, epoch_us({instant(value, clean, zone, formats, values)}))"


def cast(
    value: str,
    clean: str,
    data_type: str,
    zone: str,
    formats: Sequence[str] = (),
    *,
    is_id: bool = False,
    values: ValueFormat = PLAIN,
) -> str:
    """`value`, whose cleaned text is `clean`, as `data_type` of a contract, by what `values` says of how it is
    written. Raises ValueError for a type that contracts do not know."""
    zone = values.timezone or zone
    if data_type == "varchar":
        return identity(clean) if is_id else clean
    if data_type == "bigint":
        return integer(value, clean, values)
    if data_type.startswith("decimal("):
        return decimal(value, clean, data_type, values)
    if data_type == "boolean":
        return boolean(clean)
    if data_type == "timestamp":
        return instant(value, clean, zone, formats, values)
    if data_type == "date":
        return day(value, clean, zone, formats, values)
    if data_type == "double":
        return double(value, clean, values)
    raise ValueError(f"contracts know no type {data_type!r}")


def expected(data_type: str, formats: Sequence[str] = ()) -> str:
    """What a value of this type looks like, in words for a person."""
    if data_type in ("timestamp", "date") and formats:
        return f"a time written as {' or '.join(formats)}"
    if data_type.startswith("decimal("):
        return "a number such as 12.34"
    return {
        "bigint": "a whole number",
        "boolean": "true or false (yes/no, 1/0, 是/否)",
        "double": "a number",
        "timestamp": "a time such as 2024-05-31 13:45:00 or 2024-05-31",
        "date": "a date such as 2024-05-31",
        "varchar": "an id with all of its digits: export it again with the column as text",
    }.get(data_type, "text")


def expected_sql(value: str, data_type: str, formats: Sequence[str] = (), values: ValueFormat = PLAIN) -> str:
    """SQL: `expected`, and the option that would read the text `value` where there is one."""
    said = expected(data_type, formats)
    found: list[tuple[str, str]] = []
    if data_type in ("bigint", "double") or data_type.startswith("decimal("):
        found = numbers.hints(value, values)
    elif data_type in ("timestamp", "date") and not formats:
        found = [*numbers.missing_hint(value, values), *times.hints(value, values)]
    cases = " ".join(f"when {test} then {literal(f'{said}; {hint}')}" for test, hint in found)
    return f"case {cases} else {literal(said)} end" if cases else literal(said)
