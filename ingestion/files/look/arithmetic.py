"""Which numbers of a row make another: quantity x price, less a discount, is the value of the line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from statistics import median
from typing import Literal

from ingestion.files.look.naming import likeness
from ingestion.files.look.profile import Column
from ingestion.value_format import ValueFormat

_ROWS = 300
_COLUMNS = 9
_FITS = 0.95
_SHOWN = 3
"""Rows in which it has to be more than 1 x price, or than a discount of nothing."""


@dataclass(frozen=True)
class Relation:
    """Places of the columns with quantity x price (less `off`) = total; `kind`: how `off` is written."""

    quantity: int
    price: int
    total: int
    off: int | None = None
    kind: Literal["amount", "share", "percent"] = "amount"


def numbers_of(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], values: ValueFormat
) -> Mapping[int, list[float | None]]:
    """Place → its numbers, row by row, of the columns of numbers that are no ids."""
    numeric = [
        one for one in columns if one.kind in ("number", "whole") and not one.format and not _is_id(one)
    ]
    return {one.at: [_number(row[one.at], values) for row in rows[:_ROWS]] for one in numeric[:_COLUMNS]}


def relations(columns: Sequence[Column], numbers: Mapping[int, list[float | None]]) -> list[Relation]:
    """What is found, the plainest first; nothing if no quantity is above 1."""
    named = {one.at: one for one in columns}
    pieces = [at for at in numbers if _are_pieces(numbers[at])]
    best: list[tuple[float, Relation]] = []
    for quantity in pieces:
        for price, total in permutations([at for at in numbers if at != quantity], 2):
            one = _relation(numbers, quantity, price, total)
            if one is not None:
                best.append((_plausible(one, named, numbers), one))
    if not best:
        return []
    _, first = max(best, key=lambda pair: pair[0])
    return [one for _, one in best if (one.quantity, one.price) == (first.quantity, first.price)]


def takes_off(
    gross: Sequence[float | None], off: Sequence[float | None], net: Sequence[float | None]
) -> bool:
    """Is the one less the other (whatever its sign) the third, in rows enough?"""
    rows = [
        (g - abs(d), n)
        for g, d, n in zip(gross, off, net, strict=True)
        if g is not None and d and n is not None
    ]
    return len(rows) >= _SHOWN and sum(_same(made, n) for made, n in rows) >= _FITS * len(rows)


def _relation(
    numbers: Mapping[int, list[float | None]], quantity: int, price: int, total: int
) -> Relation | None:
    rows = [
        (q, p, t, at)
        for at, (q, p, t) in enumerate(zip(numbers[quantity], numbers[price], numbers[total], strict=True))
        if q is not None and p is not None and t is not None
    ]
    if sum(abs(q) != 1 and p != 0 for q, p, _, _ in rows) < _SHOWN:
        return None
    if sum(_same(q * p, t) for q, p, t, _ in rows) >= _FITS * len(rows):
        return Relation(quantity, price, total)
    for off in numbers:
        if off in (quantity, price, total):
            continue
        full = [(q * p, t, numbers[off][at]) for q, p, t, at in rows]
        given = [(gross, t, abs(d)) for gross, t, d in full if d is not None]
        if len(given) < 0.9 * len(rows) or sum(d != 0 for _, _, d in given) < _SHOWN:
            continue
        if sum(d for _, _, d in given) >= sum(abs(t) for _, t, _ in given):
            continue  # what is left and what was taken off: the smaller one is the discount
        ways = {
            "amount": [(gross - d, t) for gross, t, d in given],
            "share": [(gross * (1 - d), t) for gross, t, d in given],
            "percent": [(gross * (1 - d / 100), t) for gross, t, d in given],
        }
        for kind, pairs in ways.items():
            if sum(_same(made, t) for made, t in pairs) >= _FITS * len(pairs):
                return Relation(quantity, price, total, off, kind)  # type: ignore[arg-type]
    return None


def _plausible(
    one: Relation, named: Mapping[int, Column], numbers: Mapping[int, list[float | None]]
) -> float:
    """Which of two factors is the quantity: by name, then the smaller ones."""
    names = likeness(named[one.quantity].name, "quantity") + likeness(named[one.price].name, "unit_price")
    sizes = [median(abs(v) for v in numbers[at] if v is not None) for at in (one.quantity, one.price)]
    return (
        names
        + 0.3 * (sizes[0] < sizes[1])
        + 0.1 * (named[one.price].kind == "number")
        + 0.05 * (one.off is None)
    )


def _same(made: float, given: float) -> bool:
    return abs(made - given) <= 0.011 + 0.0005 * abs(given)


def _are_pieces(values: Sequence[float | None]) -> bool:
    some = [value for value in values if value is not None]
    return (
        bool(some) and all(v == int(v) and abs(v) <= 10_000 for v in some) and median(map(abs, some)) <= 100
    )


def _number(cell: str, values: ValueFormat) -> float | None:
    text = cell.strip().replace(values.thousands or "\0", "").replace("\u00a0", "")
    text = re.sub(r"[^0-9.,-]", "", text).replace(values.decimal, ".")
    try:
        return float(text)
    except ValueError:
        return None


def _is_id(one: Column) -> bool:
    """Whole numbers without decimals or signs around them that are different in each row, or long."""
    bare = all(value.isdigit() for value in one.values[:20])
    return (
        one.kind == "whole" and bare and (one.is_unique or all(len(value) > 7 for value in one.values[:20]))
    )
