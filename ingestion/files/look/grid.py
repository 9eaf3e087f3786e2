"""Where the table in a file begins and ends: the header below what is printed above it, the totals below the rows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow.parquet as pq

from ingestion.files.look.naming import lexicon, plain
from ingestion.files.look.sniffing import Sniffed, records
from ingestion.files.problems import UnreadableError

ROWS = 20_000
"""Records that are looked at."""
_NUMBER = re.compile(
    r"^[^\w]{0,3}[-+(]?[\d.,' ]+[%)-]?\s*[^\w]{0,3}$|^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*"
    r"|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*"
)


@dataclass(frozen=True)
class Grid:
    """A table of text: its names, and its rows without junk. `first_line` counts from 1."""

    columns: list[str]
    rows: list[list[str]]
    header_at: int = 0
    """Rows above the header."""
    ignore: tuple[str, ...] = ()
    """Regular expressions for the rows that are no records."""
    left_out: list[str] = field(default_factory=list)
    """How those begin."""
    checks: list[str] = field(default_factory=list)
    sheet: str | None = None
    typed: bool = False
    """Are numbers and dates in it typed by the file, rather than written?"""


def grid(sniffed: Sniffed) -> Grid:
    """Raises UnreadableError if there is no table."""
    if sniffed.kind == "parquet":
        return _parquet(sniffed)
    if sniffed.kind == "jsonl":
        return _jsonl(sniffed)
    if sniffed.kind == "xlsx":
        rows, sheet, checks = _sheet(sniffed)
    else:
        delimiter = sniffed.delimiter or ("\t" if sniffed.kind == "tsv" else ",")
        rows, sheet, checks = records(sniffed.text, delimiter, ROWS + 60), None, []
        if not sniffed.whole and rows:
            rows.pop()  # it may be cut
    return _table(rows, sheet, checks, ragged=sniffed.kind in ("csv", "tsv"))


def _table(rows: list[list[str]], sheet: str | None, checks: list[str], *, ragged: bool) -> Grid:
    at = _header_at(rows)
    header = [name.strip("\ufeff") for name in rows[at]]
    while header and not header[-1].strip():
        header = header[:-1]
    body = [row for row in rows[at + 1 :] if any(cell.strip() for cell in row)]
    if sum(bool(_NUMBER.match(cell.strip())) for cell in header if cell.strip()) > len(header) / 3:
        checks.append("the first row looks like data: has the file no header? Give it one, or set header_row")
    kept: list[list[str]] = []
    ignore: dict[str, None] = {}
    left_out: list[str] = []
    for number, row in enumerate(body):
        first = next((cell.strip() for cell in row if cell.strip()), "")
        odd = (
            ragged
            and len(row) != len(rows[at])
            and len([c for c in row if c.strip()]) <= max(2, len(header) // 3)
        )
        if _is_total(first) or odd:
            ignore.setdefault(_pattern(first, total=_is_total(first)), None)
            left_out.append(first)
        elif number < ROWS:
            kept.append((row + [""] * len(header))[: len(header)])
    return Grid(header, kept, at, tuple(ignore), left_out, checks, sheet)


def _header_at(rows: Sequence[Sequence[str]]) -> int:
    """The first row that is as wide as most rows and holds different words rather than values."""
    filled = [[cell.strip() for cell in row if cell.strip()] for row in rows[:300]]
    widths = Counter(len(row) for row in filled[:300] if len(row) > 1)
    if not widths:
        if filled and any(filled):
            return next(at for at, row in enumerate(filled) if row)
        raise UnreadableError("has no rows")
    usual = max(widths, key=lambda width: (widths[width], width))
    for at, row in enumerate(filled[:50]):
        words = [cell for cell in row if not _NUMBER.match(cell)]
        if len(row) >= max(2, 0.6 * usual) and len(words) >= 0.8 * len(row) and len(set(row)) == len(row):
            return at
    return next(at for at, row in enumerate(filled) if len(row) > 1)


def _is_total(first: str) -> bool:
    said = plain(first)
    return any(said == word or said.startswith(f"{word} ") or (not word.isascii() and said.startswith(word))
               for word in lexicon().totals)  # fmt: skip


def _pattern(first: str, *, total: bool) -> str:
    """A regular expression for the beginning of a row."""
    word = re.match(r"[^\s:：,;]+", first)
    begin = word.group() if word and total else first[:24]
    return "^" + re.sub(r"([\\.^$*+?()\[\]{}|])", r"\\\1", begin)


def _sheet(sniffed: Sniffed) -> tuple[list[list[str]], str | None, list[str]]:
    import fastexcel

    from ingestion.files.sheets import _cells

    content = sniffed.path.read_bytes()
    names = fastexcel.read_excel(content).sheet_names
    best: tuple[int, str, list[list[str]]] = (-1, names[0], [])
    for name in names[:12]:
        cells, _ = _cells(content, name)
        columns = [column.slice(0, ROWS + 60).to_pylist() for column in cells]
        rows = [[str(cell or "") for cell in row] for row in zip(*columns, strict=True)]
        size = sum(any(row) for row in rows) * (max(map(len, rows), default=0))
        if size > best[0]:
            best = (size, name, rows)
    if not best[2]:
        raise UnreadableError("its workbook has no rows")
    checks = (
        [f"the workbook has {len(names)} sheets: {', '.join(names)}; {best[1]} is the largest"]
        if len(names) > 1
        else []
    )
    return best[2], best[1] if best[1] != names[0] else None, checks


def _parquet(sniffed: Sniffed) -> Grid:
    file = pq.ParquetFile(sniffed.path)
    batch = next(file.iter_batches(ROWS), None)
    names = list(file.schema_arrow.names)
    rows = (
        []
        if batch is None
        else [["" if v is None else str(v) for v in r.values()] for r in batch.to_pylist()]
    )
    return Grid(names, rows, typed=True)


def _jsonl(sniffed: Sniffed) -> Grid:
    found = []
    for line in sniffed.text.splitlines()[:ROWS]:
        try:
            one = json.loads(line)
        except ValueError:
            continue
        if isinstance(one, dict):
            found.append(one)
    if not found:
        raise UnreadableError("holds no JSON objects, one per line")
    names = list(dict.fromkeys(name for one in found for name in one))
    rows = [
        [
            ""
            if one.get(n) is None
            else str(one[n])
            if not isinstance(one[n], dict | list)
            else json.dumps(one[n])
            for n in names
        ]
        for one in found
    ]
    return Grid(names, rows, typed=False)
