"""Lengths of time as people write them, and what lies that far below the highest value of a cursor."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}


@dataclass(frozen=True)
class Span:
    """A distance: in seconds for cursors that are times, in steps for cursors that are numbers."""

    seconds: int = 0
    steps: int = 0


def parse_span(text: str) -> Span | None:
    """`3 days`, `90 minutes`, or a plain number of steps; None for anything else.

    >>> parse_span("3 days")
    Span(seconds=259200, steps=0)
    """
    found = re.fullmatch(r"\s*(\d+)\s*([a-z]*?)s?\s*", text.lower())
    if found is None:
        return None
    number, unit = int(found[1]), found[2]
    if not unit:
        return Span(seconds=0, steps=number)
    return Span(seconds=number * _UNITS[unit]) if unit in _UNITS else None
