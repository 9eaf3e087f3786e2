"""The mapping that is proposed for a file: the input's options and its entities, each with how sure it is and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from ingestion.contracts import Contract, load_contracts
from ingestion.files import exports
from ingestion.files.look.besides import besides
from ingestion.files.look.columns import entries
from ingestion.files.look.grid import Grid, grid
from ingestion.files.look.made import Entry
from ingestion.files.look.naming import likeness, plain, says_something
from ingestion.files.look.people import are_names, look_at_people
from ingestion.files.look.placing import Placement, place
from ingestion.files.look.profile import Column, Profile, profile
from ingestion.files.look.sniffing import Sniffed, sniff
from ingestion.files.look.structure import look_at_structure
from ingestion.personal.detect import Screen
from ingestion.personal.kinds import Kind
from ingestion.value_format import PLAIN, ValueFormat


@dataclass
class EntityProposal:
    """An entity and where its columns come from."""

    entity: str
    entries: list[Entry]
    where: str | None = None
    checks: list[str] = field(default_factory=list)
    is_stand_in: bool = False
    """Only there until a file gives the real ones."""


@dataclass
class Proposal:
    """All that is proposed for one file."""

    path: Path
    input: str
    """Name of the input."""
    options: dict[str, Any]
    """Of the input, in the order in which they are written, without the path."""
    notes: dict[str, str]
    """Option → why."""
    entities: list[EntityProposal]
    unplaced: list[tuple[str, str]]
    """Columns that nothing is mapped from, and what is known of them."""
    checks: list[str]
    columns: list[str]
    rows: int
    export: str | None = None
    currency: str | None = None
    """What the values say, if they do."""
    offset: bool = False
    """Do times carry their offset from UTC?"""
    values: ValueFormat = PLAIN
    table: Grid | None = None

    @property
    def is_chinese(self) -> bool:
        """Are its headers?"""
        return sum(bool(re.search(r"[\u3400-\u9fff]", name)) for name in self.columns) > len(self.columns) / 2

    def rows_of(self, *columns: Column) -> list[list[str]]:
        """The values of some columns, row by row."""
        return [[row[one.at] for one in columns] for row in (self.table.rows if self.table else [])]


def propose(path: Path, only: str | None = None, region: str | None = None) -> Proposal:
    """Look at a file. `only`: the entity that it holds, if a person has said so; `region`: country of phone numbers.

    Raises UnreadableError if it is no table.
    """
    sniffed = sniff(path)
    table = grid(sniffed)
    contracts = load_contracts()
    found = profile(table, sniffed.delimiter or ("\t" if sniffed.kind == "tsv" else ","))
    personal = _personal(table, region)
    options, notes = _options(sniffed, table, found)
    result = Proposal(
        path=path,
        input=_input_name(path),
        options=options,
        notes=notes,
        entities=[],
        unplaced=[],
        checks=[*table.checks, *([sniffed.check] if sniffed.check else []), *found.checks],
        columns=[name for name in table.columns if name],
        rows=len(table.rows),
        currency=_currency(found),
        values=found.values,
        table=table,
        offset=any(re.search(r":\d\d.*([+-]\d\d:?\d\d|Z)$", v) for c in found.columns for v in c.values[:20]),
    )
    shipped = None if only else known_export(table.columns)
    if shipped is not None:
        _with_export(result, shipped, table, personal)
        return result
    evidence = look_at_structure(found, table, personal)
    placements = place(found.columns, personal, contracts, only, evidence)
    _with_entities(result, placements, found, personal, contracts)
    return result


def known_export(columns: Sequence[str]) -> str | None:
    """The shipped export that has such a header: of several, the one that asks for the most of it."""
    known = {name.strip().lower() for name in columns}
    fitting = [
        one
        for one in map(exports.load, exports.names())
        if all(any(name.lower() in known for name in group) for group in one.recognise)
    ]
    return max(fitting, key=lambda one: len(one.recognise)).name if fitting else None


def _with_export(result: Proposal, name: str, table: Grid, personal: Mapping[str, Kind]) -> None:
    export = exports.load(name)
    result.export = name
    brought = {
        "header_row",
        "ignore",
        "encoding",
        "delimiter",
        "decimal",
        "thousands",
        "dates",
        "missing",
        "sheet",
    }
    kept = {key: value for key, value in result.options.items() if key not in brought & export.input.keys()}
    declared = {
        k
        for key in export.input.get("personal", {})
        for k in [key, *exports.expanded(export.aliases.get(key, []))]
    }
    more = {column: kind for column, kind in personal.items() if column not in declared}
    result.options = {"export": name, **kept, **({"personal": more} if more else {})}
    result.notes = {key: note for key, note in result.notes.items() if key in result.options}
    result.notes["export"] = f"{export.title} ({export.title_zh}): recognised by its header"


def _with_entities(
    result: Proposal,
    placements: Sequence[Placement],
    found: Profile,
    personal: Mapping[str, Kind],
    contracts: Mapping[str, Contract],
) -> None:
    declared: dict[str, Kind] = dict(personal)
    used: set[str] = set()
    for placement in placements:
        made = entries(placement, found, contracts, declared, result)
        used |= made.used
        more = besides(placement, made, result)
        result.entities.append(EntityProposal(placement.entity, made.entries, made.where, made.checks))
        for entity, other in more:
            one = EntityProposal(entity, other.entries, other.where, other.checks, entity == "order_lines")
            result.entities.append(one)
    for column in found.columns:
        if column.name in used or column.name in declared or says_something(column.name):
            continue
        if column.kind == "text" and column.distinct > 3 and are_names(column.values):
            declared[column.name] = "drop"
            result.checks.append(
                f"{column.name!r} may hold names of people, and nothing is mapped from it: dropped"
            )
    if declared:
        result.options["personal"] = declared
        result.notes["personal"] = "hashed, masked or dropped before anything is written"
    for column in found.columns:
        if column.name and column.name not in used and declared.get(column.name) != "drop":
            about = {"empty": "is empty", "date": "dates", "number": "numbers", "whole": "whole numbers"}
            result.unplaced.append(
                (column.name, about.get(column.kind, f"text, {column.distinct:,} different"))
            )


def _options(sniffed: Sniffed, table: Grid, found: Profile) -> tuple[dict[str, Any], dict[str, str]]:
    options: dict[str, Any] = {}
    notes: dict[str, str] = {}
    options |= {
        key: getattr(sniffed, key) for key in ("format", "encoding", "delimiter") if getattr(sniffed, key)
    }
    if table.sheet is not None:
        options["sheet"] = table.sheet
    if table.header_at:
        named = [name for name in table.columns if name][:3]
        options["header_row"] = {"contains": named}
        notes["header_row"] = f"{table.header_at} line{'s' if table.header_at > 1 else ''} above it"
    if table.ignore:
        options["ignore"] = list(table.ignore)
        notes["ignore"] = f"such as {table.left_out[0][:40]!r}"
    _value_options(found, options, notes, typed=table.typed)
    return options, notes


def _value_options(found: Profile, options: dict[str, Any], notes: dict[str, str], *, typed: bool) -> None:
    values = found.values
    if values.decimal != "." and not typed:
        options["decimal"] = values.decimal
    if values.thousands is not None:
        options["thousands"] = values.thousands
    for key in ("decimal", "thousands"):
        if key in options and found.proofs.get("numbers"):
            notes[key] = f"as in {found.proofs['numbers']!r}"
    if values.dates is not None:
        options["dates"] = values.dates
        notes["dates"] = f"as in {found.proofs['dates']!r}" if "dates" in found.proofs else "check: a guess"
    if values.missing:
        options["missing"] = list(values.missing)


def _personal(table: Grid, region: str | None) -> dict[str, Kind]:
    """What looks personal, by the same rules that would refuse the file."""
    found = _screened(table, region)
    for name in found:
        for concept in ("email", "phone"):
            if likeness(name, concept) > 0.9 and found[name] in ("text", "drop"):
                found[name] = concept
    look_at_people(table, found)
    return found


def _screened(table: Grid, region: str | None) -> dict[str, Kind]:
    screen = Screen({}, region)
    names = [name for name in table.columns if name]
    places = [at for at, name in enumerate(table.columns) if name]
    if not table.rows or len(set(names)) != len(names):
        return {one.column: one.kind for one in screen.findings(names)}
    batch = pa.record_batch(
        [pa.array([row[at] or None for row in table.rows], pa.string()) for at in places], names=names
    )
    screen.look(batch, pa.array(range(1, len(table.rows) + 1)))
    return {one.column: one.kind for one in screen.findings(names)}


def _currency(found: Profile) -> str | None:
    by_sign = {one.currency for one in found.columns if one.currency}
    named = {
        match.group(1) for one in found.columns if (match := re.search(r"[(（]([A-Z]{3})[)）]", one.name))
    } & set(exports.CURRENCIES)
    columns = [one for one in found.columns if plain(one.name) in ("currency", "currency code", "币种")]
    given = {value for one in columns for value in one.values if re.fullmatch("[A-Z]{3}", value)}
    for codes in (given, named, by_sign):
        if len(codes) == 1:
            return next(iter(codes))
    return None


def _input_name(path: Path) -> str:
    """A name for the input from the file's: its words without dates and numbers."""
    for name in (path.name.split(".")[0], path.resolve().parent.name):
        words = [
            word for word in re.findall(r"[a-z]+", name.lower()) if word not in ("csv", "export", "xlsx")
        ]
        if words:
            return "_".join(words)[:40].strip("_")
    return "rows"
