"""Which row of a table holds the names of its columns, and what they are: junk above, merged cells, several rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from ingestion.files.problems import UnreadableError

SEARCHED = 200
"""Rows from the top in which a header is looked for."""
JOINED = " / "
"""What stands between the names of a header of several rows."""
_HINTED = 50
_VALUE = re.compile(r"[-+]?[\d.,:/\- ]*\d[\d.,:/\- ]*%?")

Row = Sequence[str | None]


@dataclass(frozen=True)
class Header:
    """Where the names of the columns stand."""

    row: int | None = None
    """Counted from 1; None where nobody has said, which is the first row unless it is obviously none."""
    contains: tuple[tuple[str, ...], ...] = ()
    """Instead: the first row that has all of these names; each may go by any of several."""
    rows: int = 1
    """How many rows the header has."""

    @property
    def first(self) -> int:
        """The row to begin with where it need not be searched for."""
        return self.row or 1

    def find(self, table: Iterable[Row], unit: str = "row") -> int:
        """Number (from 1) of the header's first row. Raises UnreadableError if no row has the names."""
        rows = [[_plain(cell) for cell in row] for row in islice(table, SEARCHED + self.rows)]
        missing_in: list[tuple[int, list[str]]] = []
        for at in range(min(len(rows), SEARCHED)):
            there = {cell for row in rows[at : at + self.rows] for cell in row}
            missing = [names[0] for names in self.contains if there.isdisjoint(map(_plain, names))]
            if not missing:
                return at + 1
            missing_in.append((at + 1, missing))
        wanted = ", ".join("/".join(names) for names in self.contains)
        told = f"none of the first {len(rows)} {unit}s has all of {wanted}, as header_row asks for"
        best = min(missing_in, key=lambda one: len(one[1]), default=(0, []))
        if 0 < len(best[1]) < len(self.contains):
            told += f"; {unit} {best[0]} has no {', '.join(best[1])}"
        raise UnreadableError(told)


def names_of(rows: Sequence[Row]) -> list[str]:
    """One name per column of a header of several rows, '' where a column has none.

    A merged cell holds its text on the left and nothing in the rest, so a cell of an upper row goes on to its right
    until the next one that is filled, in its own row or in one above.
    """
    width = max((len(row) for row in rows), default=0)
    cells = [[(row[at] if at < len(row) else None) or "" for at in range(width)] for row in rows]
    if len(cells) == 1:
        return cells[0]
    begins = [False] * width
    for row in cells[:-1]:
        last = ""
        for at, cell in enumerate(row):
            begins[at] = begins[at] or bool(cell.strip())
            last = cell if cell.strip() else "" if begins[at] else last
            row[at] = last
    columns = ([cell.strip() for cell in column if cell.strip()] for column in zip(*cells, strict=True))
    return [JOINED.join(dict.fromkeys(column)) for column in columns]


def likely(table: Iterable[Row]) -> Header | None:
    """The first row that looks like a header: names, all different, in as many cells as most rows have; with the row
    above if its cells seem to be merged over them. None if no row does.
    """
    rows = [[_plain(cell) for cell in row] for row in islice(table, _HINTED)]
    while rows and not any(rows[-1]):
        rows.pop()
    widths = Counter(len(row) for row in rows if sum(map(bool, row)) > 1)
    if not widths:
        return None
    width = max(widths, key=lambda one: (widths[one], one))
    above: list[str] = []
    for at, row in enumerate(rows, 1):
        is_full = len(row) == width and len(_words(row)) >= max(2, 0.8 * width)
        if is_full and len(set(_words(row))) == len(_words(row)) == sum(map(bool, row)):
            merged = len(above) == width > len(_words(above)) == sum(map(bool, above)) > 1
            both = names_of([above, row]) if merged else []
            return Header(at - 1, rows=2) if merged and len(set(filter(None, both))) == width else Header(at)
        above = row
    return None


def hint(table: Iterable[Row], now: int, unit: str = "row") -> str:
    """What to say about a header in row `now` that cannot be right; '' if there is nothing to say."""
    found = likely(table)
    if found is None or (found.row == now and found.rows == 1):
        return ""
    if found.rows > 1:
        return (
            f"; {unit}s {found.row} and {found.first + 1} look like one: set header_row: {found.row} and"
            f" header_rows: {found.rows}"
        )
    return f"; {unit} {found.row} looks like one: set header_row: {found.row}"


def _words(row: Row) -> list[str]:
    return [cell for cell in row if cell and not _VALUE.fullmatch(cell)]


def looks_wrong(row: Row) -> bool:
    """Are all its names numbers or dates? Then it was not written as a header."""
    named = [_plain(cell) for cell in row if cell]
    return bool(named) and all(_VALUE.fullmatch(cell) for cell in named)


def _plain(cell: str | None) -> str:
    return (cell or "").replace("\xa0", " ").strip("\ufeff \t\r\n\u3000").casefold()
