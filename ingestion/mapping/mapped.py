"""From the mappings of a source to the entities it gives, its own and the derived ones, checked against contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ingestion.config_errors import Issue, suggest
from ingestion.contracts import Contract
from ingestion.mapping.casts import identifier, literal
from ingestion.mapping.selects import Select, SelectError, understand
from ingestion.settings import ColumnSettings, EntityMapping, SourceSettings

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
    for entity, mapping in source.mappings().items():
        contract = contracts.get(entity)
        if contract is None:
            hint = suggest(entity, contracts)
            issues.append(Issue(mapping.location, f"there is no entity {entity!r}", hint))
            continue
        try:
            select = understand(_as_select(mapping), mapping.input)
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
        own[entity] = _mapped(mapping, contract, select)
    for one in own.values():
        issues += _issues(one, own, contracts)
    return [*own.values(), *_derive(own, contracts)], issues


def _mapped(
    mapping: EntityMapping, contract: Contract, select: Select, *, without: frozenset[str] = frozenset()
) -> Mapped:
    given = {name.lower() for name in select.outputs} - without
    columns = tuple(name for name in contract.columns if name in given)
    options = {name.lower(): one for name, one in (mapping.columns or {}).items() if name.lower() in columns}
    return Mapped(mapping, contract, select, columns, options)


def _as_select(mapping: EntityMapping) -> str:
    if mapping.columns is None:
        return mapping.select or ""
    given = [
        f"{literal(one.value) if one.value is not None else identifier(one.column or '')} as {identifier(name)}"
        for name, one in mapping.columns.items()
    ]
    where = f"\nwhere (\n{mapping.where}\n)" if mapping.where is not None else ""
    return f"select {', '.join(given)}{where}"


def _derive(own: Mapping[str, Mapped], contracts: Mapping[str, Contract]) -> Iterator[Mapped]:
    for entity, parents in DERIVED_FROM.items():
        contract = contracts.get(entity)
        if contract is None or entity in own:
            continue
        for parent in (own[name] for name in parents if name in own):
            without = frozenset(NOT_INHERITED.get(entity, ()))
            mapping = replace(parent.mapping, entity=entity, derived=True)
            derived = _mapped(mapping, contract, parent.select, without=without)
            if set(contract.required) <= set(derived.columns):
                yield derived
                break


def _issues(one: Mapped, own: Mapping[str, Mapped], contracts: Mapping[str, Contract]) -> Iterator[Issue]:
    mapping, contract = one.mapping, one.contract
    at = (*mapping.location, "select" if mapping.select is not None else "columns")
    allowed = set(contract.columns)
    for entity, parents in DERIVED_FROM.items():
        if mapping.entity in parents and entity not in own and entity in contracts:
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
