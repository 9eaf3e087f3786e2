"""Where each column of an entity comes from: a raw column, an expression over several, or one value for all rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ingestion.contracts import Contract
from ingestion.files.look.completing import complete, complete_lines, judge_price, leave_blanks_out
from ingestion.files.look.made import Entry, Made
from ingestion.files.look.naming import lexicon, plain
from ingestion.files.look.placing import FLAT, Found, Placement, flat_concepts, is_clock
from ingestion.files.look.profile import Column, Profile
from ingestion.mapping.casts import identifier
from ingestion.personal.kinds import Kind

if TYPE_CHECKING:
    from ingestion.files.look.proposal import Proposal


def entries(
    placement: Placement,
    profile: Profile,
    contracts: Mapping[str, Contract],
    personal: dict[str, Kind],
    proposal: Proposal,
) -> Made:
    """The entries of a placement. Adds to `personal` what has to be declared for them."""
    made = Made()
    contract = contracts[placement.entity]
    given = {concept: name for name, concept in lexicon().entities[placement.entity]["columns"].items()}
    given = {**flat_concepts(placement.entity, contracts), **given}
    for concept, found in placement.found.items():
        target = given.get(concept)
        if target is None:
            continue
        data_type = _type_of(target, contract, contracts)
        entry = _entry(target, found, data_type, _accepted(target, contract, contracts), profile)
        _declare(found, target, personal, entry)
        made.entries.append(entry)
        made.used.add(found.column.name)
    _add_clock(made, profile, contracts, contract)
    if placement.entity == "order_lines":
        judge_price(made, placement, proposal)
        complete_lines(made, placement, profile, proposal.table.rows if proposal.table else [])
    complete(made, placement, profile, personal, proposal)
    leave_blanks_out(made, placement, contract, proposal)
    order = {
        name: at
        for at, name in enumerate([*contract.columns, *(c for o in FLAT for c in contracts[o].columns)][::-1])
    }
    made.entries.sort(key=lambda one: -order.get(one.target, 0))
    missing = [name for name in contract.required if name not in {one.target for one in made.entries}]
    for name in missing:
        made.checks.append(f"{name} is needed, and no column looks like it: write which one it is")
    return made


def _type_of(target: str, contract: Contract, contracts: Mapping[str, Contract]) -> str:
    for one in (contract, *(contracts[name] for name in FLAT)):
        if target in one.columns:
            return one.columns[target].data_type
    return "varchar"


def _accepted(target: str, contract: Contract, contracts: Mapping[str, Contract]) -> tuple[str, ...]:
    for one in (contract, *(contracts[name] for name in FLAT)):
        if target in one.columns:
            return one.columns[target].accepted
    return ()


def _entry(target: str, found: Found, data_type: str, accepted: tuple[str, ...], profile: Profile) -> Entry:
    column = found.column
    settings: dict[str, Any] = {"column": column.name}
    entry = Entry(target, settings, found.confidence)
    if found.confidence < 0.8:
        entry.checks.append(f"is {column.name!r} really this?")
    if data_type in ("timestamp", "date"):
        if column.kind != "date" and column.format:
            settings["format"] = column.format
            entry.checks.append(f"numbers such as {column.values[0]} taken for times ({column.format})")
        elif column.dates is not None and column.dates != profile.values.dates:
            settings["dates"] = column.dates
    if data_type == "varchar" and (column.is_float_id or column.is_spoilt_id):
        settings["id"] = True
        if column.is_spoilt_id:
            entry.checks.append(
                "a spreadsheet has cut the digits of some: export it again with the column as text"
            )
    if data_type.startswith("decimal") and column.is_percent:
        settings["percent"] = True
    if data_type == "bigint" and column.kind == "number":
        entry.checks.append(
            f"not all are whole numbers ({next(v for v in column.values if not v.isdigit())})"
        )
    if accepted:
        _translate(entry, column, target, accepted)
    return entry


def _translate(entry: Entry, column: Column, target: str, accepted: tuple[str, ...]) -> None:
    """What the words of a status column are among ours."""
    known = lexicon().statuses.get(target, {})
    values: dict[str, str | None] = {}
    unknown = []
    for word in column.values[:40]:
        if word.lower() in accepted:
            continue
        ours = known.get(plain(word)) or next(
            (ours for said, ours in known.items() if not said.isascii() and said in plain(word)), None
        )
        values[word] = ours
        unknown += [word] if ours is None else []
    if values:
        entry.settings["values"] = values
    if unknown:
        entry.checks.append(f"what are {', '.join(map(repr, unknown[:6]))} among {', '.join(accepted)}?")


def _declare(found: Found, target: str, personal: dict[str, Kind], entry: Entry) -> None:
    """How a column that is used may land."""
    name = found.column.name
    kind = personal.get(name)
    if found.concept == "customer_handle" and kind != "keep":
        personal[name] = "hash"
    elif kind == "drop":
        # Only what `placing` lets through: what people write, and the account of a live session.
        personal[name] = "text" if target == "body" else "hash"
        entry.checks.append(f"{name!r} looks personal by its name: masked or hashed here")
    elif kind == "keep":
        entry.checks.append(
            f"{name!r} could be a person's by its name; each article has one of its own, so it is kept"
        )


def _add_clock(made: Made, profile: Profile, contracts: Mapping[str, Contract], contract: Contract) -> None:
    """A time of day in a column of its own belongs to the date."""
    clock = next((one for one in profile.columns if one.name not in made.used and is_clock(one)), None)
    if clock is None:
        return
    for entry in made.entries:
        column = next((c for c in profile.columns if c.name == entry.settings.get("column")), None)
        is_time = _type_of(entry.target, contract, contracts) == "timestamp"
        if column is not None and is_time and not any(":" in value for value in column.values):
            entry.settings.pop("column")
            entry.settings["sql"] = f"{identifier(column.name)} || ' ' || {identifier(clock.name)}"
            made.used.add(clock.name)
            return
