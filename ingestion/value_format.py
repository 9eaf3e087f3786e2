"""How an export writes its values: the signs in numbers, the order in dates, the words for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DateOrder = Literal["day_first", "month_first", "year_first"]


@dataclass(frozen=True)
class ValueFormat:
    """What is declared of the values of an input or of one column. Undeclared is what a plain CSV has: a point
    before the decimals, nothing between thousands, years first."""

    decimal: str = "."
    thousands: str | None = None
    """Sign between groups of three digits; without it a number that has one is refused."""
    dates: DateOrder | None = None
    """Order of dates in digits alone; without it only those with the year in four digits first are read."""
    missing: tuple[str, ...] = ()
    """Texts that stand for no value, upper and lower case alike."""
    timezone: str | None = None
    """Zone of times without an offset; the source's where None."""
    percent: bool = False
    """Is `12.5%` the number 0.125? Otherwise a percentage is refused."""

    @property
    def is_plain(self) -> bool:
        """Are numbers written as SQL writes them?"""
        return self.decimal == "."


PLAIN = ValueFormat()
