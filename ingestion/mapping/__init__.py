"""What the configuration says of each source's rows, as SQL: for staging, which dbt builds, and for the landing gate.

Every `sql` reads the placeholder relation `__raw__` (put a table's name or a sub-query in brackets in its place): the
raw columns of one input plus _load_id, _load_seq, _file, _row, _deleted (a boolean, never NULL). All columns in
`raw_columns` must exist there, as NULL where the landed files do not have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.config_errors import ConfigError, Problem, dotted
from ingestion.contracts import Contract, load_contracts
from ingestion.mapping.entity import entity_sql, given_columns, problems_sql
from ingestion.mapping.mapped import Mapped, map_source
from ingestion.mapping.selects import lookup
from ingestion.settings import SourceSettings

if TYPE_CHECKING:
    from ingestion.config import Config


@dataclass(frozen=True)
class Lookup:
    """Another input of the source whose rows a select joins."""

    input: str
    placeholder: str
    """The relation that the SQL reads for it, like `__raw__`, with the same columns of ours."""
    raw_columns: list[str]


@dataclass(frozen=True)
class EntitySelect:
    """How one source gives one entity."""

    source: str
    type: str
    entity: str
    input: str
    shop_id: str
    timezone: str
    """Zone in which times without an offset are read."""
    derived: bool
    """Taken from the rows of another entity because the source maps nothing to this one."""
    rowwise: bool
    """Each row comes from one raw row. If not, the select sees the whole history, and _row is NULL."""
    columns: list[str]
    """Columns of the entity's contract that it gives, in the contract's order."""
    version: bool
    """Does the source say which version of a row is the newest?"""
    raw_columns: list[str]
    """Raw columns that the SQL reads."""
    required_raw_columns: list[str]
    """Those without which no row can be right: they feed a required column or decide which rows there are."""
    sql: str
    problems_sql: str
    aliases: dict[str, list[str]] = field(default_factory=dict)
    """Raw columns that go by several names: one of each list is enough. All of them are in raw_columns."""
    lookups: list[Lookup] = field(default_factory=list)


def entity_selects(config: Config, contracts_folder: Path | None = None) -> list[EntitySelect]:
    """Everything that the configured sources give, in the order of the configuration; derived entities last.

    Raises ConfigError if a mapping does not fit its contract, which `load_config` has already looked at.
    """
    contracts = load_contracts(contracts_folder)
    selects: list[EntitySelect] = []
    for source in config.sources:
        mapped, issues = map_source(source, contracts)
        if issues:
            raise ConfigError(
                Problem(
                    config.path.name, None, f"{source.name}.{dotted(one.location)}", one.message, one.hint
                )
                for one in issues
            )
        selects += [_select(one, source, config.timezone(source)) for one in mapped]
    return selects


def _select(mapped: Mapped, source: SourceSettings, zone: str) -> EntitySelect:
    return EntitySelect(
        source=source.name,
        type=source.type,
        entity=mapped.contract.entity,
        input=mapped.mapping.input,
        shop_id=source.shop,
        timezone=mapped.input_values.timezone or zone,
        derived=mapped.derived,
        rowwise=mapped.select.rowwise,
        columns=given_columns(mapped),
        version=mapped.mapping.version is not None,
        raw_columns=sorted(_raw_columns(mapped)),
        required_raw_columns=sorted(_required(mapped, mapped.contract)),
        sql=entity_sql(mapped, source.name, source.shop, zone, source.key(mapped.mapping.input)),
        problems_sql=problems_sql(mapped, zone),
        aliases={one.name: list(one.members) for one in mapped.aliases.values()},
        lookups=[
            Lookup(name, lookup(name), sorted({*columns, *mapped.lookup_keys[name]}))
            for name, columns in mapped.select.lookups.items()
        ],
    )


def _raw_columns(mapped: Mapped) -> set[str]:
    version = mapped.mapping.version
    taken = set() if version is None or mapped.version_is_output else {str(version.column)}
    return mapped.raw_names(mapped.select.raw_columns | taken)


def _required(mapped: Mapped, contract: Contract) -> set[str]:
    reads: Mapping[str, frozenset[str]] = {name.lower(): raw for name, raw in mapped.select.reads.items()}
    return mapped.raw_names(
        mapped.select.filters.union(*(reads.get(name, frozenset()) for name in contract.required))
    )
