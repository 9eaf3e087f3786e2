"""What the landing gate says to people: one line each, with the file, row, column, value, expectation and way out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingestion.config_errors import nearest

PERSONAL = "‹personal›"
"""Stands for a value of a column that the configuration or the contract calls personal."""


def share(part: float) -> str:
    """A share as a person reads it: 0.025 is '2.5 %'."""
    return f"{part * 100:.3g} %"


def missing_column(name: str, needed_for: str, known: Iterable[str], *, is_dropped: bool) -> str:
    """A column that the mapping refers to and that was not landed. `known` are the columns of the file that were."""
    if is_dropped:
        return (
            f"column {name}, which {needed_for} is mapped from, is dropped as personal data: "
            "declare it `hash` under `personal:`, or map another column"
        )
    like = nearest(name, known)
    hint = f" (nearest: {like})" if like else ""
    return f"column {name} is missing, which {needed_for} is mapped from{hint}: map what replaces it, or mend the file"


def bad_value(row: int | None, column: str, value: str | None, expected: str) -> str:
    """A value that cannot be used, and so keeps its row out."""
    where = f"row {row}, " if row is not None else ""
    what = "is empty" if value is None or not value.strip() else f"is {value!r}"
    return f"{where}column {column} {what}, expected {expected}"


def too_many_rejects(
    rejected: int, rows: int, allowed: float, columns: Sequence[str], examples: Sequence[str]
) -> str:
    """More bad rows than the file may have. `columns` are those that alone are too many."""
    because = f" because of {', '.join(columns)}" if columns else ""
    first = f"; first: {examples[0]}" if examples else ""
    return (
        f"{rejected} of {rows} rows cannot be used{because} ({share(rejected / rows)}, allowed {share(allowed)})"
        f"{first}: mend the file or the mapping, or allow more in thresholds.max_reject_share"
    )


def stuck_rows(rows: int, examples: Sequence[str]) -> str:
    """Bad rows that a select which groups or joins rows has made part of others, or that have no number."""
    first = f"; first: {examples[0]}" if examples else ""
    return f"{rows} rows with bad values cannot be left out on their own{first}: mend the file or the mapping"


def nothing_usable(rows: int) -> str:
    """A file with rows of which no mapping makes anything."""
    return f"none of its {rows} rows reaches an entity: check the mapping's `where` and its keys"


def lost_rows(manifest: int, found: int) -> str:
    """Raw does not hold what the manifest says."""
    return f"raw holds {found} of the {manifest} rows that were landed: restore its folder below raw/ from a backup"


def damaged(error: str) -> str:
    """What was landed cannot be read any more."""
    return f"what was landed cannot be read ({error}): restore its folder below raw/ from a backup"


def stopped(error: str) -> str:
    """The mapping's SQL stops at one of its values."""
    return f"the mapping cannot take its values ({error}): use try_cast in its select, or mend the file"


def new_columns(names: Iterable[str]) -> str:
    """A note: columns that earlier loads did not have and that no mapping reads."""
    return f"new columns that nothing is mapped from: {', '.join(names)}"


def not_yet(names: Iterable[str]) -> str:
    """A note: mapped columns that only later loads have."""
    return f"columns that it does not have yet, NULL here: {', '.join(names)}"
