"""A file that cannot be taken in, said in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

RESERVED = frozenset(
    {"_file", "_row", "_load_id", "_load_seq", "_deleted", "_file_version", "_pii_key_version", "load_id"}
)
"""Names that our own columns have; DuckDB reads `load_id` from the folder's name."""


class UnreadableError(Exception):
    """This file cannot be read as what it claims to be. The text is one line for a person, without values."""


def check_header(columns: Sequence[str | None], where: str) -> None:
    """Refuse a header that would make columns ambiguous. `None` stands for a cell without a name.

    Names that differ by case only count as the same: SQL does not tell them apart.
    """
    named = [name for name in columns if name]
    if not named:
        raise UnreadableError(f"{where} is empty, so there are no column names; is header_row right?")
    counted = Counter(name.casefold() for name in named)
    twice = list(dict.fromkeys(name for name in named if counted[name.casefold()] > 1))
    if twice:
        places = ", ".join(str(at) for at, name in enumerate(columns, 1) if name in twice)
        raise UnreadableError(
            f"{where} has the name {' / '.join(map(repr, twice))} more than once (columns {places}); SQL does not tell"
            " upper and lower case apart"
        )
    if ours := RESERVED.intersection(name.casefold() for name in named):
        raise UnreadableError(
            f"{where} uses {', '.join(sorted(ours))}, a name that is kept for our own columns"
        )


def unnamed_column(position: int, row: int | None, hint: str = "") -> UnreadableError:
    """A column without a name holds something. (Empty ones, from a comma at the end, are passed over.)"""
    where = f" (first in row {row})" if row is not None else ""
    return UnreadableError(f"column {position} has no name in the header but holds values{where}{hint}")
