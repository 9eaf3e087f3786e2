"""Faults that need no thought: slips of the hand that any SQL can have, one of each kind in each model.

They work on the text, since the models are templates: what lies in comments is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.dbt.mutations.fault import Fault

_INNER = "".join(rf"(?<!{kind} )" for kind in ("left", "full", "semi", "anti", "cross"))
SLIPS: tuple[tuple[str, str, str], ...] = (
    # (what, pattern, replacement)
    ("a left join becomes an inner one", r"\bleft join\b", "join"),
    ("an inner join becomes a left one", _INNER + r"\bjoin\b(?= \w| \{)(?! \{\{ ref\('int_shops'\))", "left join"),
    ("a semi join becomes an anti join", r"\bsemi join\b", "anti join"),
    ("a condition is dropped", r"\n +and (?!not exists)(?![^\n]*touched)[^\n]*[^,(\n](?=\n)", "\n"),
    ("a filter is dropped", r" filter \(where (?:[^()]|\([^()]*\))*\)", ""),
    ("a limit moves by one", r"<=", "<"),
    ("another limit moves by one", r"(?<![<>=-])>(?![=>])", ">="),
    ("the order turns round", r" desc\b", " asc"),
    ("the earliest becomes the latest", r"\bmin\(", "max("),
    ("the latest becomes the earliest", r"\bmax\(", "min("),
    ("equal amounts count once", r"\bsum\((?=\w)(?!distinct)", "sum(distinct "),
    ("people are counted as often as they come", r"\bcount\(distinct ", "count("),
    ("equal rows become one", r"\bunion all\n(?! *\{%- endfor)", "union\n"),
    ("what is added is taken off", r"(?<=\w) \+ (?=\w)(?!interval)", " - "),
    ("what is taken off is added", r"(?<=\w) - (?=\w)(?!interval)", " + "),
    ("yes becomes no", r"(?<=, )false\)", "true)"),
    ("a half is told from the whole", r"\bbool_or\(", "bool_and("),
    ("nothing becomes something", r", 0\)", ", 1)"),
    ("a load is lost", r"^\{\{ (newest_version|staged)\(.+\) \}\}", r"select * from (\n\g<0>\n) where _position <> 1"),
    ("and becomes or", r"(?<=\w) and (?=not |\w)(?!\d|shops)", " or "),
)  # fmt: skip

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%.*?%\}|\{\{ config\(.*?\) \}\}", re.DOTALL)
_TOUCHED = re.compile(r"\{% call touched\(\) %\}.*?\{% endcall %\}", re.DOTALL)


def slips(model: str, text: str, each: int = 1) -> Iterator[Fault]:
    """Up to `each` faults of every kind in a model's text, outside of comments and of what an increment touches
    (union there is as good as union all, and a row too many is only slow)."""
    spared = [
        match.span() for pattern in (_COMMENT, _STATEMENT, _TOUCHED) for match in pattern.finditer(text)
    ]
    for what, pattern, replacement in SLIPS:
        found = 0
        for match in re.finditer(pattern, text, re.MULTILINE):
            if any(first < match.end() and match.start() < last for first, last in spared) or found == each:
                continue
            found += 1
            old = match.group()
            number = text.count(old, 0, match.start())
            begin = match.start() + len(old) - len(old.lstrip("\n"))
            line = text[text.rfind("\n", 0, begin) + 1 :].partition("\n")[0].strip()
            yield Fault(model, f"{what}: {line}", old, match.expand(replacement), number)
