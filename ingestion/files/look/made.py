"""What is proposed for one column of an entity, and for all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Entry:
    """One column of an entity."""

    target: str
    settings: dict[str, Any]
    confidence: float
    checks: list[str] = field(default_factory=list)


@dataclass
class Made:
    """The columns of an entity, and which raw ones they use."""

    entries: list[Entry] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    where: str | None = None
    checks: list[str] = field(default_factory=list)
