"""A fault in a model or a macro: a piece of its text replaced by another, in the parsed project only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

INCREMENTAL = re.compile(
    r"\{% call touched\(\) %\}.*?\{% endcall %\}|\{%- if is_increment\(\) %\}.*?\{%- (?:else|endif) %\}",
    re.DOTALL,
)


@dataclass(frozen=True)
class Fault:
    """`old` becomes `new` in the model or macro `where`; of several places the one with this number, from 0."""

    where: str
    what: str
    """What somebody did, in a few words."""
    old: str
    new: str
    number: int | None = None

    def __call__(self, manifest: Any) -> None:
        """Put it into a manifest. Raises ValueError if the text is not there, or at several places."""
        node = manifest.nodes.get(f"model.opsmart.{self.where}")
        if node is not None:
            node.raw_code = self.applied(node.raw_code)
        else:
            macro = manifest.macros[f"macro.opsmart.{self.where}"]
            macro.macro_sql = self.applied(macro.macro_sql)

    def applied(self, text: str) -> str:
        """The text with the fault."""
        places = text.count(self.old)
        if places == 0 or (self.number is None and places > 1) or (self.number or 0) >= places:
            raise ValueError(f"{self.where}: {places} places say {self.old!r}; this fault is out of date")
        parts = text.split(self.old)
        at = (self.number or 0) + 1
        return self.old.join(parts[:at]) + self.new + self.old.join(parts[at:])

    def is_of_increments(self, text: str) -> bool:
        """Does it lie in what only an increment reads, so that a whole build is as before?"""
        start = -1
        for _ in range((self.number or 0) + 1):
            start = text.index(self.old, start + 1)
        return any(
            m.start() <= start and start + len(self.old) <= m.end() for m in INCREMENTAL.finditer(text)
        )

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"
