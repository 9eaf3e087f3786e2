"""From the mappings of a source to the entities it gives, its own and the derived ones, checked against contracts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ingestion.config_errors import Issue, suggest
from ingestion.contracts import Contract
from ingestion.mapping.casts import identifier, literal
from ingestion.mapping.selects import Select, SelectError, understand
from ingestion.settings import Alias, ColumnSettings, EntityMapping, SourceSettings
from ingestion.value_format import PLAIN, ValueFormat

DERIVED_FROM = {
    "orders": ("order_lines",),
    "products": ("order_lines",),
    "customers": ("orders", "order_lines"),
}
"""Entities that a source which lacks them still gives, and the mappings they may come from, best first."""

NOT_INHERITED = {"customers": {"created_at", "is_test"}}
"""Columns that mean something else there: an order's creation is not the account's."""


@dataclass(frozen=True)
class Mapped:
    """An entity as a source gives it: the select, and which of its outputs are columns of the contract."""

    mapping: EntityMapping
    contract: Contract
    select: Select
    columns: tuple[str, ...]
    """In the order of the contract. Columns of the entity that no output gives are absent."""
    options: Mapping[str, ColumnSettings] = field(default_factory=dict)
    input_values: ValueFormat = PLAIN
    aliases: Mapping[str, Alias] = field(default_factory=dict)
    """Those that the mapping uses, by their name in lower case."""
    lookup_keys: Mapping[str, list[str]] = field(default_factory=dict)
    """Other inputs that the select joins, and the raw columns that make a row of each."""

    def values(self, name: str) -> ValueFormat:
        """How the values of an output are written."""
        options = self.options.get(name.lower())
        return self.input_values if options is None else options.format_over(self.input_values)

    @property
    def version_values(self) -> ValueFormat:
        """The same of the version."""
        given = self.mapping.version
        return self.input_values if given is None else given.format_over(self.input_values)

    def raw_names(self, names: Iterable[str]) -> set[str]:
        """`names` with each alias replaced by the raw columns that it stands for."""
        found: set[str] = set()
        for name in names:
            alias = self.aliases.get(name.lower())
            found.update([name] if alias is None else alias.members)
        return found

    @property
    def derived(self) -> bool:
        return self.mapping.derived

    @property
    def version_is_output(self) -> bool:
        """Is the version a column that the select gives, rather than a raw one taken along?"""
        version = self.mapping.version
        if version is None or self.mapping.columns is not None:
            return False
        return _has(self.select.outputs, str(version.column)) or not self.select.rowwise


def map_source(source: SourceSettings, contracts: Mapping[str, Contract]) -> tuple[list[Mapped], list[Issue]]:
    """Entities that the source gives, in the order of its mappings, derived ones last; and what is wrong with them
    (locations are below the source). An entity with an issue may be missing from the list."""
    issues: list[Issue] = []
    own: dict[str, Mapped] = {}
    for label, mapping in source.mappings().items():
        contract = contracts.get(mapping.entity)
        if contract is None:
            hint = suggest(mapping.entity, contracts)
            issues.append(Issue(mapping.location, f"there is no entity {mapping.entity!r}", hint))
            continue
        try:
            select = understand(_as_select(mapping), mapping.input, source.input_names())
        except SelectError as error:
            key = (
                "select"
                if mapping.select is not None
                else "where"
                if mapping.where is not None
                else "columns"
            )
            issues.append(Issue((*mapping.location, key), str(error)))
            continue
        own[label] = _mapped(mapping, contract, select, source)
    for one in own.values():
        issues += _issues(one, own, contracts)
    return [*own.values(), *_derive(own, contracts, source)], issues


def _mapped(
    mapping: EntityMapping,
    contract: Contract,
    select: Select,
    source: SourceSettings,
    *,
    without: frozenset[str] = frozenset(),
) -> Mapped:
    given = {name.lower() for name in select.outputs} - without
    columns = tuple(name for name in contract.columns if name in given)
    options = {name.lower(): one for name, one in (mapping.columns or {}).items() if name.lower() in columns}
    known = {name.lower(): one for name, one in source.aliases(mapping.input).items()}
    version = mapping.version.column if mapping.version is not None else None
    used = {name.lower() for name in (*select.raw_columns, *([version] if version else []))}
    aliases = {name: one for name, one in known.items() if name in used}
    keys = {name: source.key(name) for name in select.lookups}
    return Mapped(
        mapping, contract, select, columns, options, source.input_values(mapping.input), aliases, keys
    )


def _as_select(mapping: EntityMapping) -> str:
    if mapping.columns is None:
        return mapping.select or ""
    given = [f"{_read(one)} as {identifier(name)}" for name, one in mapping.columns.items()]
    where = f"\nwhere (\n{mapping.where}\n)" if mapping.where is not None else ""
    return f"select {', '.join(given)}{where}"


def _read(one: ColumnSettings) -> str:
    """The SQL of one entry of a column map."""
    if one.value is not None:
        return literal(one.value)
    column = identifier(one.column) if one.column is not None else f"({one.sql})"
    if one.values is None:
        return column
    said = f"lower(trim(cast({column} as varchar)))"
    words = {word.strip().lower(): ours for word, ours in one.values.items()}
    cases = " ".join(
        f"when {literal(word)} then {'null' if ours is None else literal(ours)}"
        for word, ours in words.items()
    )
    return f"case {said} {cases} else {column} end"


def _derive(
    own: Mapping[str, Mapped], contracts: Mapping[str, Contract], source: SourceSettings
) -> Iterator[Mapped]:
    given = {one.contract.entity for one in own.values()}
    for entity, parents in DERIVED_FROM.items():
        contract = contracts.get(entity)
        if contract is None or entity in given:
            continue
        for name in parents:
            derived = [
                _mapped(
                    replace(parent.mapping, entity=entity, derived=True),
                    contract,
                    parent.select,
                    source,
                    without=frozenset(NOT_INHERITED.get(entity, ())),
                )
                for parent in own.values()
                if parent.contract.entity == name
            ]
            able = [one for one in derived if set(contract.required) <= set(one.columns)]
            if able:
                yield from able
                break


def _issues(one: Mapped, own: Mapping[str, Mapped], contracts: Mapping[str, Contract]) -> Iterator[Issue]:
    mapping, contract = one.mapping, one.contract
    at = (*mapping.location, "select" if mapping.select is not None else "columns")
    allowed = set(contract.columns)
    for entity, parents in DERIVED_FROM.items():
        given = {other.contract.entity for other in own.values()}
        if mapping.entity in parents and entity not in given and entity in contracts:
            allowed |= contracts[entity].columns.keys()
    version = mapping.version.column if mapping.version is not None else None
    for name in one.select.outputs:
        if name.lower() in allowed or (
            mapping.select is not None and version and name.lower() == version.lower()
        ):
            continue
        place = (*at, name) if mapping.columns is not None else at
        yield Issue(
            place, f"{mapping.entity} has no column {name!r}", _whose(name, mapping.entity, own, allowed)
        )
    for name in [name for name, key in one.lookup_keys.items() if not key and one.select.rowwise]:
        yield Issue(
            at,
            f"joins {name}, of which it is not known which columns make a row: a row could come twice",
            f"say it at the input: {name}: {{…, key: [column]}}",
        )
    missing = [name for name in contract.required if name not in one.columns]
    if missing:
        yield Issue(at, f"does not give {', '.join(missing)}, which every one of {mapping.entity} needs")
    if (
        version
        and mapping.select is not None
        and not one.select.rowwise
        and not _has(one.select.outputs, version)
    ):
        yield Issue(
            (*mapping.location, "version"),
            f"the select does not give {version!r}",
            "a select that joins or groups rows must give its version as a column",
        )


def _whose(name: str, entity: str, own: Mapping[str, Mapped], allowed: set[str]) -> str | None:
    for other in own.values():
        if other.mapping.entity != entity and name.lower() in other.contract.columns:
            return f"it belongs to {other.mapping.entity}, which has a mapping of its own"
    return suggest(name, sorted(allowed))


def _has(names: tuple[str, ...], name: str) -> bool:
    return name.lower() in {one.lower() for one in names}
