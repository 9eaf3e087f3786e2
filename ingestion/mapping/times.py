"""DuckDB expressions for instants and days as text writes them, in UTC.

Text with an offset (or Z, UTC, GMT) is taken by it; everything else, a plain date too (midnight), is a wall-clock time
in the zone given. Which of the two first numbers in `05/06/2024` is the day is declared, never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.value_format import ValueFormat

EPOCHS = {
    "epoch": "make_timestamp({} * 1000000)",
    "epoch_ms": "make_timestamp({} * 1000)",
}
"""Formats that strptime has no sign for: whole seconds or milliseconds since 1970, UTC."""
EXCEL = "excel"
"""Another one: days since 1899-12-30 with the time as a fraction, which is what a spreadsheet's cell holds."""

_OFFSET = r":[0-9]{2}(?:\.[0-9]+)?\s*(Z|z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)$"
_SEPARATOR = "[-/. ]"
_REST = "(?:$|[T, ]+)"
_DAY, _YEAR = "([0-9]{1,2})", "([0-9]{4})"
_WIDE, _PLAIN = "０１２３４５６７８９：－／．　", "0123456789:-/. "
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
# What Amazon and PayPal write behind a time. Other abbreviations mean several zones.
_ABBREVIATED = {
    "PST": "-08",
    "PDT": "-07",
    "MST": "-07",
    "MDT": "-06",
    "CST": "-06",
    "CDT": "-05",
    "EST": "-05",
    "EDT": "-04",
}
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*"
_WEEKDAY = r"^(?:[A-Z][a-z]{2,8},?\s+)?"
_NTH = "([0-9]{1,2})(?:st|nd|rd|th)?"
_STEPS: tuple[tuple[str, str], ...] = (
    (r"^([0-9]{4})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]?\s*", r"\1-\2-\3 "),
    (r"^([0-9]{4})[.]([0-9]{1,2})[.]([0-9]{1,2})\b", r"\1-\2-\3"),
    (r"^([0-9]{4})/([0-9]{1,2})/", r"\1-\2-"),
    (r"([0-9]{1,2})\s*[时点]\s*([0-9]{1,2})\s*分\s*(?:([0-9]{1,2})\s*秒)?", r"\1:\2:\3"),
    (r"(?:上午|凌晨)\s*([0-9:]+)", r"\1 AM"),
    (r"下午\s*([0-9:]+)", r"\1 PM"),
    (rf"{_WEEKDAY}{_NTH}[- ./]*{_MONTH}[- .,/]*([0-9]{{4}})\b,?", r"\3-\2-\1"),
    (rf"{_WEEKDAY}{_MONTH}[-. ]+{_NTH}[-, ]+([0-9]{{4}})\b,?", r"\3-\1-\2"),
    (rf"{_WEEKDAY}{_NTH}[- ./]*{_MONTH}[- .,/]*([0-9]{{2}})(?:$|[ ,])", r"20\3-\2-\1 "),
    (rf"{_WEEKDAY}{_MONTH}[-. ]+{_NTH}[-, ]+([0-9]{{2}})(?:$|[ ,])", r"20\3-\1-\2 "),
    *((f"-{month}-", f"-{number}-") for number, month in enumerate(_MONTHS, 1)),
    (r"(?i)\s*([ap])[.]?m[.]?(?:\s|$)", r" \1M "),
    *((f" {name}$", f" {offset}") for name, offset in _ABBREVIATED.items()),
)
"""What is done to a text that a cast did not take, in this order: (regular expression, replacement)."""
_TWELVE_HOURS = ("%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %I:%M %p", "%Y-%m-%d %I %p")


def to_utc(naive: str, zone: str) -> str:
    """A wall-clock time of `zone` as UTC. One that a daylight-saving change skips or repeats is moved or chosen by
    ICU's rule, always the same way."""
    return naive if zone == "UTC" else f"({naive} at time zone '{zone}') at time zone 'UTC'"


def plain(clean: str, zone: str, values: ValueFormat) -> str:
    """timestamp of text in the order that `values` declares; in any case of text that begins with four digits of a
    year, and of text that names its month."""
    ordered = _reordered(clean, values)
    return f"coalesce({_iso(ordered, zone)}, {_spelled(ordered, zone)})"


def in_formats(clean: str, integer: str, zone: str, formats: Sequence[str]) -> str:
    """timestamp of text in one of `formats`, tried in turn. `integer` is the value as a whole number."""
    each = [_in_format(clean, integer, zone, one) for one in formats]
    return each[0] if len(each) == 1 else f"coalesce({', '.join(each)})"


def hints(value: str, values: ValueFormat) -> list[tuple[str, str]]:
    """(SQL condition on the text `value`, the option that would read it)."""
    found = []
    if values.dates is None:
        either = "declare dates: day_first or dates: month_first for the input"
        found.append(
            (f"regexp_matches({value}, '^\\s*[0-9]{{1,2}}[-/. ][0-9]{{1,2}}[-/. ][0-9]{{2}}')", either)
        )
        eight = "declare dates: year_first for the input if this is year, month and day"
        found.append((f"regexp_full_match({value}, '\\s*(19|20)[0-9]{{6}}\\s*')", eight))
    found.append(
        (
            f"regexp_full_match({value}, '\\s*[2-5][0-9]{{4}}([.][0-9]+)?\\s*')",
            "say format: excel for the column if this is a spreadsheet's day number",
        )
    )
    found.append((f"regexp_full_match({value}, '\\s*1[0-9]{{9}}\\s*')", "say format: epoch for the column"))
    found.append(
        (f"regexp_full_match({value}, '\\s*1[0-9]{{12}}\\s*')", "say format: epoch_ms for the column")
    )
    return found


def _reordered(clean: str, values: ValueFormat) -> str:
    """The text with its date as year-month-day, where `values` says how to read it."""
    if values.dates is None:
        return clean
    if values.dates == "year_first":
        eight = "^((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})"
        clock = "(?:$|[T ]*([0-9]{2}):?([0-9]{2}):?([0-9]{2})$)"
        compact = f"rtrim(regexp_replace({clean}, '{eight}{clock}', '\\1-\\2-\\3 \\4:\\5:\\6'), ' :')"
        short = f"^([0-9]{{2}}){_SEPARATOR}{_DAY}{_SEPARATOR}{_DAY}{_REST}"
        return f"regexp_replace({compact}, '{short}', '20\\1-\\2-\\3 ')"
    order = r"\2-\1" if values.dates == "day_first" else r"\1-\2"
    head = f"^{_DAY}{_SEPARATOR}{_DAY}{_SEPARATOR}"
    long = f"regexp_replace({clean}, '{head}{_YEAR}{_REST}', '\\3-{order} ')"
    return f"regexp_replace({long}, '{head}([0-9]{{2}}){_REST}', '20\\3-{order} ')"


def _iso(text: str, zone: str) -> str:
    offset = f"regexp_extract({text}, '{_OFFSET}', 1)"
    # DuckDB drops an offset when it casts to timestamp, and demands seconds, and no space, before one when it casts
    # to timestamptz: so the two halves are read apart.
    naive = f"try_cast(trim(left({text}, length({text}) - length({offset}))) as timestamp)"
    sign = f"case when {offset}[1] in ('+', '-') then {offset} else '+00' end"
    absolute = f"try_cast(cast({naive} as varchar) || {sign} as timestamptz) at time zone 'UTC'"
    return (
        # Year first in four digits. A cast alone would take 10/12/20 for the year 10, and the words epoch, infinity.
        f"case when not regexp_matches({text}, '^[0-9]{{4}}[-/]') then null "
        f"when {offset} <> '' then {absolute} "
        f"else {to_utc(f'try_cast({text} as timestamp)', zone)} end"
    )


def _spelled(text: str, zone: str) -> str:
    """The same of `2024年5月31日 下午3:45`, `2024.5.31`, `31 May 2024`, `May 31, 2024 3:45 PM PDT`, `3:45 PM`."""
    said = f"translate({text}, '{_WIDE}', '{_PLAIN}')"
    for pattern, new in _STEPS:
        said = f"regexp_replace({said}, '{pattern}', '{new}')"
    offset = "regexp_extract(t, '[ap]M ([+-][0-9]{2}(?::?[0-9]{2})?)$', 1, 'i')"
    naive = f"try_strptime(trim(left(t, length(t) - length({offset}))), {list(_TWELVE_HOURS)})"
    absolute = f"try_cast(cast({naive} as varchar) || {offset} as timestamptz) at time zone 'UTC'"
    half_day = f"case when {offset} <> '' then {absolute} else {to_utc(naive, zone)} end"
    read = f"case when regexp_matches(t, '[ap]M', 'i') then {half_day} else {_iso('t', zone)} end"
    # A list of one binds the text to a name, so that it is written, and made, once.
    return f"case when {text} is not null then list_transform([rtrim({said}, ' :')], lambda t: {read})[1] end"


def _in_format(clean: str, integer: str, zone: str, form: str) -> str:
    if form in EPOCHS:
        return EPOCHS[form].format(integer)
    if form == EXCEL:
        # To the second: the fraction of a day has not more in it than that. Below 1 is a time alone, above 2958465
        # the year 10000.
        number = f"try_cast({clean} as double)"
        days = f"case when {number} >= 1 and {number} < 2958466 then {number} end"
        return to_utc(f"(timestamp '1899-12-30' + to_seconds(round({days} * 86400)))", zone)
    written = form.replace("'", "''")
    parsed = f"try_strptime({clean}, '{written}')"
    return f"{parsed} at time zone 'UTC'" if "%z" in form.lower() else to_utc(parsed, zone)
