"""One input of one source as the landing gate sees it: what reads it, and which columns its files should have."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingestion.config import Config
    from ingestion.mapping import EntitySelect
    from ingestion.source import ManifestRow

GATE_VERSION = 1
"""Raise it when the gate's rules change: every file is then looked at again."""


@dataclass(frozen=True)
class Other:
    """An input as those see it that join it: its landed files, each in its newest delivery."""

    name: str
    placeholder: str
    folder: Path
    rows: tuple[ManifestRow, ...]
    columns: tuple[str, ...]
    """Raw columns that are read of it."""

    @property
    def places(self) -> list[tuple[str, str]]:
        """(load_id, file) of each."""
        return [(row.load_id, row.file) for row in self.rows]


@dataclass(frozen=True)
class Input:
    """One input of one source: where it lies, what reads it, and which raw columns are personal."""

    source: str
    name: str
    folder: Path
    selects: tuple[EntitySelect, ...]
    personal: frozenset[str] = frozenset()
    """Columns that hold hashes or masked text."""
    dropped: frozenset[str] = frozenset()
    """Columns that never land; lower case."""
    format: str | None = None
    """As the configuration gives it; None where the files' names tell."""
    lookups: tuple[Other, ...] = ()
    """Other inputs of its source that the mappings join."""
    first_seen: Mapping[str, int] = field(default_factory=dict)
    """Raw column (lower case) → sequence number of the first load in which a file had it."""

    @property
    def mapped_columns(self) -> list[str]:
        """Raw columns that the mappings read."""
        return sorted({name for select in self.selects for name in select.raw_columns})

    def absent_from(self, landed: Iterable[str]) -> list[str]:
        """Mapped columns that are not among those of `landed`, upper and lower case aside."""
        known = {name.lower() for name in landed}
        return list(
            {name.lower(): name for name in self.mapped_columns if name.lower() not in known}.values()
        )

    def absent_groups(self, landed: Iterable[str]) -> list[tuple[str, ...]]:
        """Names of each mapped column that is not among those of `landed`: an alias has several, one is enough."""
        known = {name.lower() for name in landed}
        several = {
            name.lower(): tuple(names)
            for select in self.selects
            for names in _aliases(select)
            for name in names
        }
        groups = (several.get(name.lower(), (name,)) for name in self.absent_from(landed))
        return [one for one in dict.fromkeys(groups) if not known.intersection(name.lower() for name in one)]

    def is_sparse(self, file: str) -> bool:
        """Do rows of this file only name the columns that they fill? Then a column that is absent is merely empty."""
        name = self.format or file.lower()
        return ".jsonl" in f".{name}" or ".ndjson" in f".{name}"

    def decided_with(self, max_reject_share: float) -> str:
        """Fingerprint of what a decision depends on besides the file's rows: 12 hex digits."""
        mapped = {name.lower() for name in self.mapped_columns}
        seen = sorted((name, seq) for name, seq in self.first_seen.items() if name in mapped)
        said = [GATE_VERSION, max_reject_share, sorted(self.personal), sorted(self.dropped), seen]
        if self.lookups:
            said.append([[other.name, other.places] for other in self.lookups])
        selects = [[one.entity, one.rowwise, one.sql, one.problems_sql] for one in self.selects]
        return hashlib.sha256(json.dumps([said, selects]).encode()).hexdigest()[:12]


def inputs(
    config: Config, rows: Sequence[ManifestRow], selects: Sequence[EntitySelect]
) -> list[tuple[Input, list[ManifestRow]]]:
    """Every input that has landed, with its manifest rows in the order of the loads."""
    by_input: dict[tuple[str, str], list[ManifestRow]] = defaultdict(list)
    for row in rows:
        by_input[row.source, row.input].append(row)
    joined = {(select.source, other.input) for select in selects for other in select.lookups}
    ordered = sorted(by_input, key=lambda key: (key not in joined, key))  # what others join is decided first
    return [(_input(config, *key, by_input[key], selects), by_input[key]) for key in ordered]


def others(
    one: Input, landed: Mapping[tuple[str, str], Sequence[ManifestRow]], refused: Collection[tuple[str, str]]
) -> tuple[Other, ...]:
    """The inputs that `one` joins. `landed`: manifest rows by (source, input), oldest first. `refused`: (load_id,
    file) of deliveries that do not count."""
    columns: dict[tuple[str, str], set[str]] = {}
    for select in one.selects:
        for other in select.lookups:
            columns.setdefault((other.input, other.placeholder), set()).update(other.raw_columns)
    found = []
    for (name, placeholder), read in sorted(columns.items()):
        rows = [
            row
            for row in landed.get((one.source, name), ())
            if row.status == "landed" and (row.load_id, row.file) not in refused
        ]
        newest = {row.file or row.load_id: row for row in rows}
        folder = one.folder.parent / name
        found.append(Other(name, placeholder, folder, tuple(newest.values()), tuple(sorted(read))))
    return tuple(found)


def landed_columns(row: ManifestRow, load_columns: Iterable[str]) -> list[str]:
    """Raw columns that this very file gave. Where nobody noted them, those of all its load: Parquet is padded."""
    return list(getattr(row, "columns", None) or load_columns)


def missing_columns(
    one: Input, row: ManifestRow, landed: Collection[str], behind: Mapping[str, Mapping[str, set[str]]]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Mapped columns that the file does not have: (those that it should → what needs them, those not yet there).

    An export that gains a column does not make the older files wrong: a column that no row depends on, and
    that first comes with a later load, is NULL until then. In all other cases a column that is gone would change
    figures without a word, so the file is refused.
    """
    if not row.rows:
        return {}, ()
    missing, not_yet = {}, []
    required = {name for select in one.selects for name in select.required_raw_columns}
    for names in one.absent_groups(landed):
        said = names[0] if len(names) == 1 else f"{names[0]} (or {', '.join(names[1:4])})"
        is_required = not required.isdisjoint(names)
        seen = [one.first_seen[name.lower()] for name in names if name.lower() in one.first_seen]
        if not is_required and (one.is_sparse(row.file) or (len(names) > 1 and not seen)):
            continue  # that no export has ever had a column which it may have is no drift
        if not is_required and seen and min(seen) > row.load_seq:
            not_yet.append(said)
        else:
            missing[said] = _needed_for(names, one.selects, behind)
    return missing, tuple(not_yet)


def _aliases(select: EntitySelect) -> Iterable[Sequence[str]]:
    return getattr(select, "aliases", {}).values()


def _needed_for(
    names: Sequence[str], selects: Sequence[EntitySelect], behind: Mapping[str, Mapping[str, set[str]]]
) -> str:
    reading = [select for select in selects if names[0] in select.raw_columns]
    for select in reading:
        for column in select.columns:
            if not behind.get(select.entity, {}).get(column, set()).isdisjoint(names):
                return f"{select.entity}.{column}"
    return reading[0].entity


def _input(
    config: Config, source: str, name: str, rows: Sequence[ManifestRow], selects: Sequence[EntitySelect]
) -> Input:
    settings = next((one for one in config.sources if one.name == source), None)
    own = (getattr(settings, "inputs", None) or {}).get(name)
    declared = getattr(own, "personal", None) or {}
    first_seen: dict[str, int] = {}
    for row in rows:
        for column in landed_columns(row, ()) if row.status == "landed" else ():
            first_seen.setdefault(column.lower(), row.load_seq)
    return Input(
        source=source,
        name=name,
        folder=config.raw / source / name,
        selects=tuple(
            sorted((s for s in selects if (s.source, s.input) == (source, name)), key=lambda s: s.entity)
        ),
        personal=frozenset(column for column, kind in declared.items() if kind not in ("keep", "drop")),
        dropped=frozenset(column.lower() for column, kind in declared.items() if kind == "drop"),
        format=getattr(own, "format", None),
        first_seen=first_seen,
    )
