"""Values that the configuration takes from the environment: a variable, or a file that a variable names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SUFFIX = "_FILE"


class UnreadableFileError(Exception):
    """`NAME_FILE` names a file that cannot be read; the text is one line for a person."""


def value_of(name: str, environment: Mapping[str, str]) -> str | None:
    """The value of NAME, else what stands in the file that NAME_FILE names (as secrets of containers and services do),
    without the line's end. None if neither is set. Raises UnreadableFileError."""
    if name in environment:
        return environment[name]
    place = environment.get(name + SUFFIX)
    if place is None:
        return None
    try:
        return Path(place).read_text("utf-8-sig").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise UnreadableFileError(f"{name}{SUFFIX} names {place}, which cannot be read: {why}") from None
