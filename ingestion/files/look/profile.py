"""What the columns of a table hold, and how the file writes it: signs in numbers, order in dates, words for nothing.

Judged by the very expressions that staging casts with, so that what is proposed is what will be read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from ingestion.files.look.grid import Grid
from ingestion.files.look.naming import lexicon
from ingestion.mapping import numbers, times
from ingestion.mapping.casts import text
from ingestion.value_format import PLAIN, DateOrder, ValueFormat

LOOKED_AT = 400
"""Distinct values of a column that are tried."""
ENOUGH = 0.9
"""Share of a column's values that have to fit before it counts as numbers or dates."""

_STYLES: tuple[ValueFormat, ...] = (
    PLAIN,
    ValueFormat(thousands=","),
    ValueFormat(decimal=","),
    ValueFormat(decimal=",", thousands="."),
    ValueFormat(decimal=",", thousands=" "),
    ValueFormat(thousands=" "),
    ValueFormat(thousands="'"),
)
_ORDERS: tuple[DateOrder | None, ...] = (None, "day_first", "month_first", "year_first")
_SIGNS = {
    "€": "EUR",
    "£": "GBP",
    "¥": "CNY",
    "￥": "CNY",
    "₹": "INR",
    "R$": "BRL",
    "US$": "USD",
    "元": "CNY",
    "$": "USD",
    "zł": "PLN",
}


@dataclass(frozen=True)
class Column:
    """One column of the table, from the rows that were looked at."""

    name: str
    at: int
    filled: int
    distinct: int
    rows: int
    kind: str = "text"
    """empty, number, whole, date, text."""
    values: tuple[str, ...] = ()
    """The commonest first."""
    is_percent: bool = False
    currency: str | None = None
    is_float_id: bool = False
    """Whole numbers written as 17850.0."""
    is_spoilt_id: bool = False
    """Long numbers in scientific notation: their digits are gone."""
    dates: DateOrder | None = None
    """Where it differs from the file's."""
    format: str | None = None
    """epoch, epoch_ms or excel, should it be a time."""
    smallest: float | None = None

    @property
    def is_unique(self) -> bool:
        return self.filled > 0 and self.distinct == self.filled == self.rows


@dataclass(frozen=True)
class Profile:
    """All columns, and how the file writes values."""

    columns: list[Column]
    values: ValueFormat
    checks: list[str] = field(default_factory=list)
    """What nobody can be sure of, in words."""
    proofs: Mapping[str, str] = field(default_factory=dict)
    """Option → the value that shows it."""


def profile(table: Grid, delimiter: str) -> Profile:
    """Look at every column of a table."""
    counted = [
        Counter(_bare(row[at]) for row in table.rows if row[at].strip()) for at in range(len(table.columns))
    ]
    missing = _missing(counted)
    with duckdb.connect() as connection:
        connection.execute("create table v (place integer, value varchar, n bigint)")
        rows = [(at, value, n) for at, one in enumerate(counted) for value, n in one.most_common(LOOKED_AT)]
        if rows:
            connection.execute(
                "insert into v select unnest(?::integer[]), unnest(?::varchar[]), unnest(?::bigint[])",
                [list(part) for part in zip(*rows, strict=True)],
            )
        as_number = _tried(
            connection,
            missing,
            [numbers.written("t", "decimal(38,10)", replace(one, percent=True)) for one in _STYLES],
        )
        as_date = _tried(
            connection, missing, [times.plain("t", "UTC", ValueFormat(dates=order)) for order in _ORDERS]
        )
    style, number_checks, proofs = _style(counted, as_number, delimiter, missing)
    order, date_checks, date_proofs = _order(counted, as_date, as_number, missing)
    values = replace(style, dates=order, missing=tuple(missing))
    columns = [
        _column(name, at, counted[at], len(table.rows), as_number.get(at, []), as_date.get(at, []), values)
        for at, name in enumerate(table.columns)
    ]
    used = {
        word
        for one in columns
        if one.kind in ("number", "whole", "date")
        for word in missing
        if counted[one.at][word]
    }
    used |= {word for word in missing if word.lower() in ("n/a", "null", "--", "(not set)", "#n/a")}
    values = replace(values, missing=tuple(word for word in missing if word in used))
    return Profile(columns, values, [*number_checks, *date_checks], {**proofs, **date_proofs})


def _bare(cell: str) -> str:
    """Without the `="…"` around an id."""
    return re.sub(r'^="(.*)"$', r"\1", cell.strip())


def _missing(counted: Sequence[Counter[str]]) -> list[str]:
    known = set(lexicon().missing)
    return list(dict.fromkeys(value for one in counted for value in one if value.lower() in known))


def _tried(
    connection: duckdb.DuckDBPyConnection, missing: Sequence[str], ways: Sequence[str]
) -> dict[int, list[float]]:
    """Column → share of its values that each way reads."""
    shares = ", ".join(f"coalesce(sum(n) filter (where ({way}) is not null), 0) / sum(n)" for way in ways)
    found = connection.execute(
        f"select place, {shares} from (select place, n, {text('value', missing)} as t from v)"
        " where t is not null group by place"
    ).fetchall()
    return {row[0]: [float(share) for share in row[1:]] for row in found}


def _style(
    counted: Sequence[Counter[str]], shares: Mapping[int, list[float]], delimiter: str, missing: Sequence[str]
) -> tuple[ValueFormat, list[str], dict[str, str]]:
    numeric = [at for at, one in shares.items() if max(one) >= ENOUGH]
    totals = [sum(shares[at][style] >= ENOUGH for at in numeric) + sum(shares[at][style] for at in numeric) / 1e3
              for style in range(len(_STYLES))]  # fmt: skip
    if not numeric:
        return PLAIN, [], {}
    best = max(range(len(_STYLES)), key=lambda style: (round(totals[style], 6), -style))
    values = [value for at in numeric for value in counted[at] if value not in missing]
    checks: list[str] = []
    rivals = [style for style in (1, 2) if style != best and abs(totals[style] - totals[best]) < 1e-9]
    if best in (1, 2) and rivals:
        with_comma = [value for value in values if "," in value]
        grouped = all(re.search(r"\d,\d{3}(?!\d)", value) for value in with_comma)
        best = 1 if grouped and delimiter != ";" else 2
        sign = "parts thousands" if best == 1 else "comes before the decimals"
        checks.append(f"{with_comma[0]!r} may be read two ways: taken so that the comma {sign}")
    if best == 0:
        pointed = [value for value in values if "." in value]
        if (
            pointed
            and delimiter == ";"
            and all(re.fullmatch(r"-?\d{1,3}(\.\d{3})+", value) for value in pointed)
        ):
            checks.append(
                f'{pointed[0]!r}: if the point parts thousands, declare decimal: "," and thousands: "."'
            )
    style = _STYLES[best]
    proofs = {}
    if style != PLAIN:
        shown = [value for value in values if (style.thousands or style.decimal) in value]
        proofs["numbers"] = max(shown, key=lambda value: sum(not s.isalnum() for s in value)) if shown else ""
    return style, checks, proofs


def _order(
    counted: Sequence[Counter[str]],
    shares: Mapping[int, list[float]],
    as_number: Mapping[int, list[float]],
    missing: Sequence[str],
) -> tuple[DateOrder | None, list[str], dict[str, str]]:
    needing = [
        at for at, one in shares.items() if one[0] < ENOUGH <= max(one) and not _just_digits(counted[at])
    ]
    if not needing:
        return None, [], {}
    totals = {order: sum(shares[at][place] for at in needing) for place, order in enumerate(_ORDERS) if order}
    best = max(totals, key=lambda order: totals[order])
    values = [value for at in needing for value in counted[at] if value not in missing]
    if abs(totals["day_first"] - totals["month_first"]) < 1e-9 and best != "year_first":
        said = f"in {values[0]!r} day and month could change places, and no value has a number above 12"
        guess: DateOrder = "day_first" if any("." in value for value in values) else "month_first"
        return guess, [f"{said}: {guess} is a guess"], {}
    proof = next(
        (value for value in values if any(int(n) > 12 for n in re.findall(r"\d+", value)[:2])), values[0]
    )
    return best, [], {"dates": proof}


def _just_digits(counted: Counter[str]) -> bool:
    """Only digits: an id or an amount, unless all of them are dates of these times."""
    values = [value for value in counted if value]
    if not values or not all(value.isdigit() for value in values):
        return False
    return not all(re.fullmatch(r"20[0-4]\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", value) for value in values)


def _column(
    name: str,
    at: int,
    counted: Counter[str],
    rows: int,
    as_number: Sequence[float],
    as_date: Sequence[float],
    values: ValueFormat,
) -> Column:
    words = {word for word in values.missing if word in counted}
    real = Counter({value: n for value, n in counted.items() if value not in words})
    one = Column(
        name, at, sum(real.values()), len(real), rows, values=tuple(v for v, _ in real.most_common(LOOKED_AT))
    )
    if not real:
        return replace(one, kind="empty")
    sample = one.values
    digits = [value for value in sample if re.fullmatch(r"\d+\.0+", value)]
    one = replace(
        one,
        is_percent=sum("%" in v or "％" in v for v in sample) > len(sample) / 2,
        currency=next(
            (code for sign, code in _SIGNS.items() if sum(sign in v for v in sample) > len(sample) / 2), None
        ),
        is_float_id=len(digits) > 0.9 * len(sample),
        is_spoilt_id=any(re.fullmatch(r"\d([.,]\d+)?[eE]\+\d{2}", v) for v in sample),
    )
    style = next(
        place
        for place, s in enumerate(_STYLES)
        if (s.decimal, s.thousands) == (values.decimal, values.thousands)
    )
    order = _ORDERS.index(values.dates)
    if as_date and as_date[order] >= ENOUGH and not _just_digits(real):
        return replace(one, kind="date")
    if as_date and max(as_date[1:3]) >= ENOUGH and not _just_digits(real) and values.dates is not None:
        other: DateOrder = "day_first" if as_date[1] >= as_date[2] else "month_first"
        return replace(one, kind="date", dates=other)
    if as_number and as_number[style] >= ENOUGH and not any(re.match(r"0\d", v) for v in sample):
        plain_numbers = [float(v) for v in sample if re.fullmatch(r"-?\d+(\.\d+)?", v)]
        whole = all(re.fullmatch(r"-?\d+(\.0+)?|[-+]?\d{1,3}([., ]\d{3})*", v) for v in sample)
        return replace(
            one,
            kind="whole" if whole else "number",
            format=_serial(plain_numbers, len(sample)),
            smallest=min(plain_numbers, default=None),
        )
    return one


def _serial(found: Sequence[float], count: int) -> str | None:
    """Could these numbers be times? As epoch seconds or milliseconds of 2001 to 2040, or a spreadsheet's days."""
    if not found or len(found) < count:
        return None
    for form, low, high in (("epoch", 1e9, 2.2e9), ("epoch_ms", 1e12, 2.2e12), ("excel", 36_526, 51_500)):
        if low <= min(found) and max(found) < high:
            return form
    return None
