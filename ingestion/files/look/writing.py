"""A proposal as text of the configuration, with what is not sure marked where it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ingestion.files.look.made import Entry
from ingestion.files.look.proposal import Proposal

_PLAIN = re.compile(
    r"[A-Za-z_\u3400-\u9fff][\w\u3400-\u9fff /.+&()\-（）]*[\w\u3400-\u9fff)）]|[A-Za-z\u3400-\u9fff]"
)
_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
WIDE = 110


def shops(shop_id: str, name: str, timezone: str, currency: str) -> str:
    """The part of a configuration that stands before its sources."""
    return (
        "warehouse: ./warehouse\nas_of: latest # the newest instant in the data; `now` for a shop that goes on\n\n"
        f"shops:\n  - {{id: {scalar(shop_id)}, name: {scalar(name)}, timezone: {timezone}, currency: {currency}}}\n"
    )


def source(
    name: str, shop: str, proposals: Sequence[tuple[Proposal, str]], timezone: str | None = None
) -> str:
    """A source of several inputs. `proposals`: each with its path as it is to be written."""
    lines = [f"  - name: {name}", "    type: files", f"    shop: {scalar(shop)}"]
    if timezone is not None:
        lines.append(f"    timezone: {timezone}")
    lines.append("    inputs:")
    for proposal, path in proposals:
        lines += _input(proposal, path)
    given: dict[str, int] = {}
    entities: list[str] = []
    for proposal, _ in proposals:
        for one in proposal.entities:
            given[one.entity] = given.get(one.entity, 0) + 1
            label = one.entity if given[one.entity] == 1 else f"{one.entity}/{proposal.input}"
            entities += [f"      {label}:", f"        from: {proposal.input}", "        columns:"]
            entities += [line for entry in one.entries for line in _entry(entry)]
            if one.where is not None:
                entities.append(f"        where: {scalar(one.where)}")
            entities += [f"        # check: {check}" for check in one.checks]
        if proposal.unplaced and proposal.export is None:
            entities += _listed("not mapped", [f"{column} ({about})" for column, about in proposal.unplaced])
    if entities:
        lines += ["    entities:" if given else "    entities: {}", *entities]
    return "\n".join(lines) + "\n"


def _input(proposal: Proposal, path: str) -> list[str]:
    lines = [f"      {proposal.input}:", f"        path: {scalar(path)}"]
    for key, value in proposal.options.items():
        note = proposal.notes.get(key)
        lines.append(f"        {key}: {value_of(value)}" + (f" # {note}" if note else ""))
    lines += [f"        # check: {one}" for one in proposal.checks]
    return lines


def _entry(entry: Entry) -> list[str]:
    settings: Any = entry.settings
    if set(settings) == {"column"}:
        settings = settings["column"]
    said = f"          {entry.target}: {value_of(settings)}"
    lines = [f"{said} # {entry.confidence:.0%}"]
    return lines + [f"          # check: {entry.target}: {check}" for check in entry.checks]


def _listed(title: str, words: Sequence[str]) -> list[str]:
    lines, line = [], f"      # {title}:"
    for word in words:
        if len(line) + len(word) > WIDE:
            lines.append(line)
            line = "      #  "
        line += f" {word},"
    return [*lines, line.rstrip(",")]


def value_of(value: Any) -> str:
    """A value in YAML's short form, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(str(key))}: {value_of(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(value_of(one) for one in value) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool | int):
        return str(value).lower()
    return scalar(str(value))


def scalar(text: str) -> str:
    """Text as YAML reads it back: bare where that is plain, else in quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _YAML_WORDS and " #" not in text and ": " not in text:
        return text
    if '"' in text and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False)


def appended(existing: str, block: str) -> str:
    """A configuration's text with one more source, its other lines as they are. Raises ValueError if it has no list
    of sources that one could be put behind."""
    lines = existing.splitlines(keepends=True)
    begin = next((at for at, line in enumerate(lines) if re.match(r"sources:\s*(#.*)?$", line)), None)
    if begin is None:
        raise ValueError("it has no block `sources:` of its own line")
    end = next((at for at in range(begin + 1, len(lines)) if re.match(r"[^\s#-]", lines[at])), len(lines))
    while end > begin + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1  # blank lines and comments belong to what comes after
    first = next((line for line in lines[begin + 1 : end] if line.lstrip().startswith("- ")), "  - ")
    indent = first[: len(first) - len(first.lstrip())]
    shifted = "".join(
        f"{indent}{line[2:]}" if line.strip() else line for line in block.splitlines(keepends=True)
    )
    before = "".join(lines[:end])
    return before + ("" if before.endswith("\n") else "\n") + "\n" + shifted + "".join(lines[end:])


def path_for(file: Path, folder: Path) -> str:
    """A file's path as the configuration in `folder` names it."""
    try:
        return file.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return file.resolve().as_posix()
