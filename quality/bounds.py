"""Values and the bounds that they have to keep, all judged in one go: Great Expectations takes about as long for a
frame of a thousand rows as for one row, and a hundredth of a second for each expectation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from numbers import Real
from typing import Any

from quality import gx, suites


@dataclass(frozen=True)
class Bounded:
    """A number or an instant without zone, and its bounds. NULL keeps every bound; None stands for no bound."""

    value: Any
    low: Any
    high: Any


def broken(ones: Sequence[Bounded]) -> dict[int, str]:
    """Positions of those out of their bounds, with '' or with why that could not be found out."""
    import pandas as pd

    found: dict[int, str] = {}
    pairs: dict[str, list[tuple[int, Any, Any]]] = {"number": [], "instant": []}
    for position, one in enumerate(ones):
        for smaller, larger in ((one.low, one.value), (one.value, one.high)):
            if pd.isna(smaller) or pd.isna(larger):
                continue
            if _kind(smaller) == _kind(larger) != "text":
                pairs[_kind(smaller)].append((position, smaller, larger))
            else:
                found[position] = f"{_kind(smaller)} and {_kind(larger)} cannot be compared"
    for rows in filter(None, pairs.values()):
        frame = pd.DataFrame(rows, columns=["position", "smaller", "larger"])
        [outcome] = gx.validate(frame, suites.bounds())
        if outcome.success:
            continue
        named = [rows[row][0] for row in outcome.rows]
        unnamed = outcome.error or ("" if named else "Great Expectations does not say which")
        found.update(dict.fromkeys([row[0] for row in rows] if unnamed else named, unnamed))
    return found


def _kind(value: Any) -> str:
    if isinstance(value, Real):
        return "number"
    return "instant" if isinstance(value, datetime) and value.tzinfo is None else "text"
