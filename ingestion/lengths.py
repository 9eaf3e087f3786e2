"""Lengths of time as people write them, and what lies that far below the highest value of a cursor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from ingestion.config_errors import refuse

_UNITS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}


@dataclass(frozen=True)
class Span:
    """A distance: in seconds for cursors that are times, in steps for cursors that are numbers."""

    seconds: int = 0
    steps: int = 0

    @property
    def time(self) -> timedelta:
        return timedelta(seconds=self.seconds)


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


def _span(value: Any) -> Any:
    if isinstance(value, str):
        found = parse_span(value)
        if found is None:
            raise refuse(f"{value!r} is not a length of time", "such as 3 days, 12 hours, 30 minutes")
        return found
    return value


def _positive(value: Span) -> Span:
    if not value.seconds:
        raise refuse("should be a length of time", "such as 30 minutes")
    return value


Length = Annotated[Span, BeforeValidator(_span)]
"""A setting such as `3 days`; also a plain number of steps."""
LengthOfTime = Annotated[Length, AfterValidator(_positive)]
"""The same, of time only and not none."""
