"""Rows that the configuration says to leave out: totals, footers, remarks. They are counted, never forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.files.problems import UnreadableError

_WHITE = " \t\r\n\xa0\u3000\ufeff"


@dataclass(frozen=True)
class Ignore:
    """Regular expressions (RE2's), searched for in the first field of a row that is not empty."""

    patterns: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.patterns)

    def matches(self, fields: Sequence[str | None]) -> bool:
        """Is this row to be left out? One without anything in it counts as an empty field: `^$`."""
        first = next((field for field in fields if field), "")
        return bool(self._found(pa.array([first], pa.string()))[0].as_py())

    def in_batch(self, columns: Sequence[pa.Array]) -> pa.Array:
        """For each row whether it is to be left out. `columns` are text, NULL where empty."""
        first = pc.coalesce(*columns, pa.scalar("", pa.string()))
        return self._found(first)

    def _found(self, first: pa.Array) -> pa.Array:
        joined = "|".join(f"(?:{pattern})" for pattern in self.patterns)
        try:
            return pc.match_substring_regex(pc.utf8_trim(first, _WHITE), joined)
        except pa.ArrowInvalid as error:
            raise UnreadableError(f"ignore cannot be used: {str(error).splitlines()[0][:120]}") from None


# What totals and footers begin with, as suggestions; never applied by themselves.
KNOWN = (
    r"(?i)^(grand |sub)?total",
    r"(?i)^sum(me)?\b",
    r"(?i)^(gesamt|insgesamt)",
    "^(合计|总计|小计|汇总|总和)",
    "^(说明|备注|注[:：]|数据|报表|导出|更新)",
    r"(?i)^(generated|exported|created|report|date range|downloaded|source|note|page|end of|copyright|©)",
    r"^[-=_*#]{2,}",
    "^$",
)


def suggestion(odd: Sequence[str], kept: pa.Array) -> str | None:
    """Patterns, as YAML, that match every one of `odd` and none of `kept` (first fields); None if none are known."""
    wanted = []
    for field in odd:
        known = next((one for one in KNOWN if Ignore((one,)).matches([field])), None)
        known = known or _by_first_sign(field)
        if known is None or pc.any(Ignore((known,)).in_batch([kept])).as_py():
            return None
        wanted.append(known)
    return "ignore: [" + ", ".join(f"'{one}'" for one in dict.fromkeys(wanted)) + "]"


def _by_first_sign(field: str) -> str | None:
    """A pattern for what a field begins with, without saying what is in it."""
    sign = field.strip(_WHITE)[:1]
    if not sign:
        return "^$"
    if sign.isascii() and sign.isalpha():
        return "^[A-Za-z]"
    if not sign.isascii() and sign.isalpha():
        return r"^\p{L}"
    return None if sign.isdigit() else f"^\\{sign}" if sign.isascii() else None
