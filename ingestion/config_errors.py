"""How a mistake in the configuration is told: every one at once, each with its file, line and key."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic_core import PydanticCustomError

Location = tuple[str | int, ...]
"""Where a value stands in the document: keys and list positions from the root, e.g. ("sources", 0, "shop")."""


@dataclass(frozen=True)
class Problem:
    """One mistake, ready to be printed. `line` counts from 1; None where no line can be named."""

    file: str
    line: int | None
    key: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        key = f" {self.key}:" if self.key else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}:{key} {self.message}{hint}"


class ConfigError(Exception):
    """The configuration cannot be used. `str()` gives one line per problem."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Issue:
    """A mistake found behind the syntax: where in the document, what, and perhaps what was meant."""

    location: Location
    message: str
    hint: str | None = None
    warning: bool = False
    line: int | None = None
    """Given where the location alone does not say it; otherwise the line of the location."""


def dotted(location: Location) -> str:
    """`sources[0].inputs.lines` for ("sources", 0, "inputs", "lines")."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def nearest(word: object, known: Iterable[str]) -> str | None:
    """The known word most like this one, or None if nothing is like it; upper and lower case count as equal."""
    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(str(word).lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def suggest(word: object, known: Iterable[str]) -> str | None:
    """A hint that names the nearest known word, else all of them as long as they are few."""
    known = list(known)
    found = nearest(word, known)
    if found is not None:
        return f"did you mean {found}?"
    if not known:
        return None
    return f"known: {', '.join(known[:12])}{' …' if len(known) > 12 else ''}"


def refuse(message: str, hint: str | None = None) -> PydanticCustomError:
    """An error to raise in a validator: what is wrong with the value, and what would be right."""
    return PydanticCustomError("opsmart", "{message}", {"message": message, "hint": hint})
