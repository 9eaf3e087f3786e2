"""How far an input has been read, and which rows that leaves to be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ingestion.lengths import Span
from ingestion.sql.database import Database, Value

if TYPE_CHECKING:
    from ingestion.sql.settings import Input


_READ: dict[str, Callable[[str], Value]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "int": int,
    "float": float,
    "Decimal": Decimal,
    "str": str,
}


@dataclass(frozen=True)
class Place:
    """What the manifest keeps of a reading: the highest value of the cursor that was there."""

    column: str
    high: Value

    def written(self) -> str:
        """As the manifest has it."""
        kind = type(self.high).__name__
        value = self.high.isoformat() if isinstance(self.high, date) else str(self.high)
        return json.dumps({"column": self.column, "high": value, "type": kind})


def place_of(text: str | None) -> Place | None:
    """What `written` wrote; None for a reading without a cursor."""
    try:
        found = json.loads(text or "null")
        return Place(found["column"], _READ[found["type"]](found["high"]))
    except (ValueError, KeyError, TypeError):
        return None


def below(high: Value, lookback: Span) -> Value:
    """The value that lies `lookback` below. Text is taken for a time, and keeps its way of writing, if it looks like
    one; other text has nothing below it but itself."""
    if isinstance(high, datetime | date):
        distance = timedelta(seconds=lookback.seconds)
        if not isinstance(high, datetime):
            distance = timedelta(days=-(-lookback.seconds // 86_400))
        return high - distance
    if isinstance(high, int | float | Decimal):
        return high - lookback.steps
    instant = _instant(high)
    return (
        high if instant is None else _written_like(str(high), instant - timedelta(seconds=lookback.seconds))
    )


def not_after(high: Value, now: datetime) -> Value:
    """`high`, unless it lies more than a day after `now` (UTC): one row with a wrong year would otherwise hide all
    that changes before that year."""
    instant = _instant(high)
    if instant is None or instant.replace(tzinfo=None) <= now.replace(tzinfo=None) + timedelta(days=1):
        return high
    if isinstance(high, str):
        return _written_like(high, now)
    if isinstance(high, datetime):
        return now if high.tzinfo else now.replace(tzinfo=None)
    return now.date()


def _instant(value: Value) -> datetime | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, str) and len(value) >= 10:
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime) else None


def _written_like(text: str, instant: datetime) -> str:
    moved = instant.replace(tzinfo=None).isoformat(sep=text[10:11] or " ", timespec="seconds")
    return moved[: len(text)]


def highest(database: Database, relation: str, column: str) -> Value:
    """The highest value of a cursor now; None if it has none, or one that has no place in a calendar (infinity)."""
    try:
        with database.one_input():
            value = database.row(f"select max({database.quote(column)}) from {relation}")[0]
    except Exception as error:
        if type(error).__name__ != "DataError":
            raise
        return None
    return value if isinstance(value, str | int | float | Decimal | datetime | date) else None


def is_backwards(now: Value, before: Value, lookback: Span) -> bool:
    """Has the highest value fallen, by more than is read again anyway? Then the database is an older copy, or its
    clock was wrong, and what changed since cannot be told by the cursor."""
    if now is None:
        return before is not None
    if type(now) is not type(before):
        return True
    lower = below(before, lookback)
    return lower is not None and now < lower  # type: ignore[operator]  # of one type


def condition(database: Database, one: Input, place: Place | None, today: date | None = None) -> str:
    """What to read besides everything: '' for all rows. Rows without a value of the cursor are read every time."""
    if place is None and one.cursor is not None:
        return ""
    parts: Sequence[str] = []
    if place is not None:
        column = database.quote(place.column)
        parts = [f"{column} >= {database.literal(below(place.high, one.lookback))}", f"{column} is null"]
    if one.window is not None:
        column = database.quote(one.window.column)
        first = (today or datetime.now(UTC).date()) - timedelta(days=one.window.days)
        parts = [*parts, f"{column} >= {database.literal(first)}", f"{column} is null"]
    return f"({' or '.join(parts)})" if parts else ""
