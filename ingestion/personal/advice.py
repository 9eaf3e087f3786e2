"""What a person is told about columns that look personal: which, where, and the line to write. Never a value."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence

from ingestion.personal.detect import Finding
from ingestion.personal.kinds import Kind
from ingestion.personal.masking import mask_text

_PLAIN_KEY = re.compile(r"^[A-Za-z_\u3400-\u9fff][\w \-]*$")
_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def yaml_line(declared: Mapping[str, Kind]) -> str:
    """A declaration as one line of YAML: `personal: {Email: email, "a:b": drop}`."""
    return "personal: {" + ", ".join(f"{_yaml_key(name)}: {kind}" for name, kind in declared.items()) + "}"


def _yaml_key(name: str) -> str:
    plain = _PLAIN_KEY.match(name) and name.strip() == name and name.lower() not in _YAML_WORDS
    return name if plain else json.dumps(name, ensure_ascii=False)


def undeclared(
    findings: Sequence[Finding], declared: Mapping[str, Kind], input_name: str, what: str = "the file"
) -> str:
    """One line for a file (or whatever `what` calls it) that is refused because of columns that look personal."""
    seen = "; ".join(_sentence(one) for one in findings)
    line = yaml_line({**declared, **{one.column: one.kind for one in findings}})
    return (
        f"{seen}. Not declared, so nothing of {what} was copied: under `inputs.{input_name}` write `{line}`"
        " (email, phone, hash: keyed hash; text: mask inside; drop; keep: not personal)"
    )


def _sentence(one: Finding) -> str:
    where = f"row {one.row}: {one.value}" if one.row is not None else one.value
    return f"column {one.column} looks personal" + (f" ({where})" if where else "")


def missing(names: Iterable[str], columns: Sequence[str], input_name: str) -> str:
    """One line for a file that lacks columns which the configuration declares personal."""
    parts = []
    for name in names:
        near = difflib.get_close_matches(name, columns, n=1, cutoff=0.6)
        parts.append(f"column {name}" + (f" (did you mean {near[0]}?)" if near else ""))
    return (
        f"{', '.join(parts)} declared under `inputs.{input_name}.personal` but not in the file, so a personal"
        f" column may be going by another name; its columns are {header(columns)}"
    )


def header(columns: Sequence[str]) -> str:
    """Column names for a message. Masked: in a file without a header they are its first row."""
    shown = ", ".join(mask_text(name) for name in columns[:30])
    return shown + (f" … ({len(columns)} in all)" if len(columns) > 30 else "")
