"""DuckDB expressions that give a raw value the type of its contract, or NULL if it cannot have it.

A raw value may have any type: text from text formats and spreadsheets, anything from Parquet or from a `select`.
Each expression is built from two others: `value`, the raw one, and `clean`, its text as `text()` gives it (a column
of an inner query, so that it is written once). `typeof` is a constant when DuckDB plans a query, so the branch of the
type at hand is all that is left of each `case` below, and typed values do not go through text.
"""

from __future__ import annotations

from collections.abc import Sequence

EPOCHS = {"epoch": "make_timestamp({} * 1000000)", "epoch_ms": "make_timestamp({} * 1000)"}
"""Formats that strptime has no sign for: whole seconds or milliseconds since 1970, UTC."""

_WHITE = "' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(12288) || chr(65279)"
_INTEGERS = "('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT')"
_OFFSET = r":[0-9]{2}(?:\.[0-9]+)?\s*(Z|z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)$"


def literal(text: str) -> str:
    """A SQL string."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted SQL name."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """`value` as text without white space around it (also non-breaking, ideographic, tabs, a byte-order mark), NULL
    if nothing is left. Most values begin and end in a visible ASCII sign and are passed on as they are: six times
    as fast as trimming."""
    # A TIMESTAMPTZ reads differently in every session: it becomes UTC first.
    raw = (
        f"cast(case when typeof({value}) = 'TIMESTAMP WITH TIME ZONE' "
        f"then cast(try_cast({value} as timestamptz) at time zone 'UTC' as varchar) || '+00' "
        f"else cast({value} as varchar) end as varchar)"
    )
    return (
        f"case when ascii({raw}) between 33 and 126 and {raw}[-1] between '!' and '~' then {raw} "
        f"else nullif(trim({raw}, {_WHITE}), '') end"
    )


def identity(clean: str) -> str:
    """Text of an identifier that a spreadsheet took for a number: 17850.0 is 17850."""
    return f"regexp_replace({clean}, '^([0-9]+)[.]0+$', '\\1')"


def integer(value: str, clean: str) -> str:
    """bigint; accepts `6.0`, refuses `6.5`, `1e3`, `0x10` and `1_000`, all of which a plain cast would take."""
    return (
        f"case when typeof({value}) in {_INTEGERS} then try_cast({value} as bigint) "
        f"when regexp_full_match({clean}, '[+-]?[0-9]+([.]0*)?') "
        f"then try_cast(split_part({clean}, '.', 1) as bigint) end"
    )


def decimal(value: str, clean: str, data_type: str) -> str:
    """A decimal, rounded half away from zero. `1_000` is refused, as are NaN and infinity."""
    return (
        f"case when typeof({value}) in {_INTEGERS} or typeof({value}) like 'DECIMAL%' "
        f"then try_cast({value} as {data_type}) "
        f"when contains({clean}, '_') then null "
        # DuckDB 1.5 makes 0.0001 of the text 5.19e-6.
        f"when contains(lower({clean}), 'e') then try_cast(try_cast({clean} as double) as {data_type}) "
        f"else try_cast({clean} as {data_type}) end"
    )


def double(clean: str) -> str:
    """A finite double."""
    number = f"try_cast({clean} as double)"
    return f"case when not contains({clean}, '_') and isfinite({number}) then {number} end"


def boolean(clean: str) -> str:
    """true, t, yes, y, 1, 是 and their opposites, in any case; a typed boolean reads `true` as text."""
    return (
        f"case when lower({clean}) in ('true', 't', 'yes', 'y', '1', '1.0', '是') then true "
        f"when lower({clean}) in ('false', 'f', 'no', 'n', '0', '0.0', '否') then false end"
    )


def instant(value: str, clean: str, zone: str, formats: Sequence[str] = ()) -> str:
    """timestamp in UTC. Text with an offset (or Z, UTC, GMT) is taken by it; everything else, a plain date too
    (midnight), is a wall-clock time in `zone`. The session's time zone never matters.

    Without `formats`, text must be year first. A wall-clock time that a daylight-saving change skips or repeats
    is moved or chosen by ICU's rule, always the same way.
    """
    written = [_written(value, clean, zone, one) for one in formats] or [_iso(clean, zone)]
    untyped = written[0] if len(written) == 1 else "coalesce(" + ", ".join(written) + ")"
    return (
        f"case when typeof({value}) = 'TIMESTAMP WITH TIME ZONE' "
        f"then try_cast({value} as timestamptz) at time zone 'UTC' "
        f"when typeof({value}) in ('TIMESTAMP', 'DATE', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS') "
        f"then {_to_utc(f'try_cast({value} as timestamp)', zone)} "
        f"else {untyped} end"
    )


def day(value: str, clean: str, zone: str, formats: Sequence[str] = ()) -> str:
    """date: the day in `zone` of an instant, or the day as written."""
    local = f"({instant(value, clean, zone, formats)} at time zone 'UTC') at time zone {literal(zone)}"
    return f"case when typeof({value}) = 'DATE' then try_cast({value} as date) else cast({local} as date) end"


def version(value: str, clean: str, zone: str, formats: Sequence[str] = ()) -> str:
    """bigint that grows with the source's changes: a whole number as it is, an instant as microseconds UTC."""
    return f"coalesce({integer(value, clean)}, epoch_us({instant(value, clean, zone, formats)}))"


def _to_utc(naive: str, zone: str) -> str:
    return naive if zone == "UTC" else f"({naive} at time zone {literal(zone)}) at time zone 'UTC'"


def _iso(clean: str, zone: str) -> str:
    offset = f"regexp_extract({clean}, '{_OFFSET}', 1)"
    # DuckDB drops an offset when it casts to timestamp, and demands seconds, and no space, before one when it casts
    # to timestamptz: so the two halves are read apart.
    naive = f"try_cast(trim(left({clean}, length({clean}) - length({offset}))) as timestamp)"
    sign = f"case when {offset}[1] in ('+', '-') then {offset} else '+00' end"
    absolute = f"try_cast(cast({naive} as varchar) || {sign} as timestamptz) at time zone 'UTC'"
    return (
        # Year first in four digits. A cast alone would take 10/12/20 for the year 10, and the words epoch, infinity.
        f"case when not regexp_matches({clean}, '^[0-9]{{4}}[-/]') then null "
        f"when {offset} <> '' then {absolute} "
        f"else {_to_utc(f'try_cast({clean} as timestamp)', zone)} end"
    )


def _written(value: str, clean: str, zone: str, form: str) -> str:
    if form in EPOCHS:
        return EPOCHS[form].format(integer(value, clean))
    parsed = f"try_strptime({clean}, {literal(form)})"
    return f"{parsed} at time zone 'UTC'" if "%z" in form.lower() else _to_utc(parsed, zone)


def cast(
    value: str, clean: str, data_type: str, zone: str, formats: Sequence[str] = (), *, is_id: bool = False
) -> str:
    """`value`, whose cleaned text is `clean`, as `data_type` of a contract. Raises ValueError for a type that
    contracts do not know."""
    if data_type == "varchar":
        return identity(clean) if is_id else clean
    if data_type == "bigint":
        return integer(value, clean)
    if data_type.startswith("decimal("):
        return decimal(value, clean, data_type)
    if data_type == "boolean":
        return boolean(clean)
    if data_type == "timestamp":
        return instant(value, clean, zone, formats)
    if data_type == "date":
        return day(value, clean, zone, formats)
    if data_type == "double":
        return double(clean)
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
    }.get(data_type, "text")
