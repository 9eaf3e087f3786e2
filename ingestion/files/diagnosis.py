"""Why a delimited text cannot be parsed, in lines and without values, and which option would help.

Arrow counts records and shows their content; a person wants lines, and no content. So the file is read again.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import pyarrow as pa

from ingestion.files.headers import hint
from ingestion.files.leaving import Ignore, suggestion
from ingestion.files.problems import UnreadableError
from ingestion.files.streams import WithEnd, as_text
from ingestion.files.text import Utf8Stream

_NAMED = 3
_FOOTER = 50
"""So many rows at the end of a file may be a footer."""
_SAMPLE = 10_000


@dataclass(frozen=True)
class Layout:
    """What is known of the file when its parsing fails."""

    open: Callable[[], Utf8Stream]
    delimiter: str
    header_line: int
    header_rows: int
    fields: int
    ignore: Ignore
    end: str
    """The mark that stands in all fields of the record behind the last."""


@dataclass
class _Seen:
    odd: int = 0
    named: list[str] = field(default_factory=list)
    last: deque[tuple[bool, str]] = field(default_factory=lambda: deque(maxlen=_FOOTER + 1))
    """Of the last rows: is it odd, and its first field that is not empty."""
    kept: list[str] = field(default_factory=list)
    """First fields of rows that fit."""
    record: list[str] = field(default_factory=lambda: [""])
    begin: int = 0


def diagnosed(layout: Layout) -> UnreadableError:
    """The error to raise."""
    seen = _read(layout)
    if seen.record[0] != layout.end:
        return UnreadableError(f"a quote that opens in the record at line {seen.begin} is never closed")
    if not seen.odd:
        return UnreadableError(f"cannot be parsed as text delimited by {layout.delimiter!r}")
    more = f" (and {seen.odd - _NAMED:,} more)" if seen.odd > _NAMED else ""
    told = f"the header has {layout.fields} fields, but {', '.join(seen.named)}{more}"
    return UnreadableError(told + (_footer(seen) or header_hint(layout)))


def _read(layout: Layout) -> _Seen:
    end = layout.delimiter.join([layout.end] * layout.fields)
    text = as_text(WithEnd(layout.open(), end))
    for _ in range(layout.header_line - 1):
        next(text, None)
    # Fields have no limit for Arrow; the default of 128 KiB here would hide the row that is wrong.
    csv.field_size_limit(1 << 30)
    reader = csv.reader(text, delimiter=layout.delimiter)
    for _ in range(layout.header_rows):
        next(reader, None)
    seen, above = _Seen(), layout.header_line - 1
    next_begin = reader.line_num + above + 1
    for record in reader:
        seen.record, seen.begin, next_begin = record, next_begin, reader.line_num + above + 1
        if not record or record[0] == layout.end:
            continue
        first = next((one for one in record if one), "")
        odd = len(record) != layout.fields
        if odd and layout.ignore and layout.ignore.matches(record):
            continue
        seen.last.append((odd, first))
        if odd:
            seen.odd += 1
            seen.named += [f"line {seen.begin} has {len(record)}"] if seen.odd <= _NAMED else []
        elif len(seen.kept) < _SAMPLE:
            seen.kept.append(first)
    return seen


def _footer(seen: _Seen) -> str:
    """What to say where the odd rows are the last ones of the file."""
    tail = list(seen.last)[-seen.odd :] if seen.odd <= _FOOTER else []
    if not tail or not seen.kept or not all(odd for odd, _ in tail):
        return ""
    found = suggestion([first for _, first in tail], pa.array(seen.kept, pa.string()))
    if found is None:
        return ""
    what = "the last row" if seen.odd == 1 else f"the last {seen.odd} rows"
    return f"; {what}: if this is a footer, leave it out with {found}"


def header_hint(layout: Layout) -> str:
    """What to say where another row looks more like the header; '' where none does."""

    def rows() -> Iterator[list[str]]:
        for line in islice(as_text(layout.open()), 100):
            yield next(csv.reader([line], delimiter=layout.delimiter), [])

    return hint(rows(), layout.header_line, "line")
