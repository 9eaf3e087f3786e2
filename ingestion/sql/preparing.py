"""From an input's settings and the database as it is to what is read of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ingestion.sql.cursors import Place, condition, highest, is_backwards, not_after, place_of
from ingestion.sql.database import Column, Database
from ingestion.sql.errors import InputError, no_column

if TYPE_CHECKING:
    from ingestion.source import Context, ManifestRow
    from ingestion.sql.options import InputOptions

_RESERVED = frozenset({"_file", "_row", "_deleted", "_load_id", "_load_seq", "_pii_key_version", "load_id"})


@dataclass(frozen=True)
class Prepared:
    """What is read of an input this time."""

    relation: str
    columns: list[Column]
    key: list[str]
    where: str
    """'' for all rows."""
    place: Place | None
    """Where the cursor stands after it."""
    notes: list[str]
    snapshot: tuple[str, datetime] | None = None
    """The column for the instant of the reading, and that instant."""

    @property
    def is_complete(self) -> bool:
        return not self.where


def prepare(database: Database, one: InputOptions, context: Context) -> Prepared:
    """Look at the table or query and decide what to read. Raises InputError (one line)."""
    given = one.settings
    relation = database.relation(given.table, given.query)
    with database.one_input():
        columns = database.describe(relation)
    _check(columns, one)
    key = list(given.key) or (database.primary_key(given.table) if given.table else [])
    chosen = _chosen(columns, one)
    _check_key(key, chosen, one)
    where, place, notes = _bounds(
        database, relation, one, last_landed(context, one.name), whole=context.reconcile
    )
    if given.key:
        _check_unique(database, relation, key, where, one)
    snapshot = (given.snapshot_at, datetime.now(UTC)) if given.snapshot_at else None
    return Prepared(relation, chosen, key, where, place, notes, snapshot)


def last_landed(context: Context, name: str) -> ManifestRow | None:
    """The newest reading of an input that landed and counts."""
    return next(reversed(context.arrived(name)), None)


def _bounds(
    database: Database, relation: str, one: InputOptions, last: ManifestRow | None, *, whole: bool
) -> tuple[str, Place | None, list[str]]:
    given = one.settings
    high = highest(database, relation, given.cursor) if given.cursor else None
    place = (
        Place(given.cursor, not_after(high, datetime.now(UTC))) if given.cursor and high is not None else None
    )
    is_known = last is not None and (last.reading, last.key_version) == (one.reading, one.key_version)
    if whole or not is_known or given.reads_all:
        return "", place, []
    before = place_of(last.cursor) if last is not None else None
    if before is not None and is_backwards(high, before.high, given.lookback):
        note = f"the highest {given.cursor} went back from {before.high} to {high}: everything was read again"
        return "", place, [note]
    return condition(database, given, before), place, []


def _check(columns: Sequence[Column], one: InputOptions) -> None:
    names = [column.name for column in columns]
    counted = Counter(name.casefold() for name in names)
    if twice := [name for name in names if counted[name.casefold()] > 1]:
        raise InputError(
            f"{one.what} has the column {' / '.join(dict.fromkeys(twice))} more than once, upper and lower case aside:"
            " read it through a query that gives each a name of its own"
        )
    if ours := _RESERVED.intersection(name.casefold() for name in names):
        raise InputError(
            f"{one.what} has a column {', '.join(sorted(ours))}, a name that is kept for our own: exclude it, or"
            " read it through a query that renames it"
        )
    given = one.settings
    wanted = {
        **dict.fromkeys(one.needed, ""),
        **dict.fromkeys(given.columns, "which `columns` names"),
        **dict.fromkeys(given.exclude, "which `exclude` names"),
        **dict.fromkeys(
            given.personal, "which `personal` names, so a personal column may be going by another name"
        ),
        **dict.fromkeys(given.key, "which `key` names"),
        **({given.cursor: "the cursor"} if given.cursor else {}),
        **({given.window.column: "which `window` names"} if given.window else {}),
    }
    known = {name.casefold() for name in (*names, given.snapshot_at or "")}
    for name, why in wanted.items():
        found = name in names if why else name.casefold() in known
        if not found:
            raise InputError(no_column(name, names, why or f"which the mapping of {one.needed[name]} reads"))


def _chosen(columns: Sequence[Column], one: InputOptions) -> list[Column]:
    """What may be read at all: a column that is not to land is not even asked for."""
    given = one.settings
    left_out = {*given.exclude, *(name for name, kind in given.personal.items() if kind == "drop")}
    chosen = [c for c in columns if c.name not in left_out and (not given.columns or c.name in given.columns)]
    read = {column.name.casefold() for column in chosen} | {(given.snapshot_at or "").casefold()}
    for name, entity in one.needed.items():
        if name.casefold() not in read:
            raise InputError(f"the mapping of {entity} reads {name}, which `columns` or `exclude` leaves out")
    return chosen


def _check_key(key: Sequence[str], chosen: Sequence[Column], one: InputOptions) -> None:
    if not key and not one.settings.cursor:
        raise InputError(
            f"{one.what} has no primary key, so its rows cannot be told apart: write key: [columns that make a row],"
            " or cursor: a column that grows with every change"
        )
    names = [column.name for column in chosen]
    for name in key:
        if name not in names:
            raise InputError(
                f"the key column {name} has to be read: it may not be excluded or dropped (hash it instead)"
            )


def _check_unique(
    database: Database, relation: str, key: Sequence[str], where: str, one: InputOptions
) -> None:
    keys = ", ".join(database.quote(name) for name in key)
    found = database.row(
        f"select count(*) from (select {keys} from {relation}{f' where {where}' if where else ''}"
        f" group by {keys} having count(*) > 1) as opsmart_doubled"
    )[0]
    if found:
        raise InputError(
            f"{found:,} values of its key ({', '.join(key)}) have more than one row each: the key has to make a row"
        )
