"""What comes out of a proposal: the file's first rows, read, protected, mapped and typed as a run would do it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.config import Config, load_config
from ingestion.contracts import load_contracts
from ingestion.files.discovery import matching
from ingestion.files.options import InputOptions, pattern_of
from ingestion.files.problems import UnreadableError
from ingestion.files.readers import open_reader, opener_of
from ingestion.files.settings import FilesSettings
from ingestion.mapping import EntitySelect, entity_selects
from ingestion.mapping.casts import identifier
from ingestion.personal.key import Key
from ingestion.personal.kinds import HASHED
from ingestion.personal.masking import mask_text
from ingestion.personal.normalise import region_of_timezone
from ingestion.personal.protect import protect

ROWS = 20_000
SHOWN = 5
_HASHED = "‹hash›"


@dataclass
class Outcome:
    """Of one entity."""

    entity: str
    columns: list[str]
    rows: list[list[Any]]
    """The first few, personal values masked."""
    count: int
    refused: int
    """Rows with a value that cannot be used, of `count`."""
    problems: list[str] = field(default_factory=list)
    doubled: int = 0
    """Rows that share the key of another: the later one counts."""
    derived: bool = False


@dataclass
class Trial:
    """Of all that was proposed."""

    outcomes: list[Outcome]
    problems: list[str] = field(default_factory=list)


def attempt(config_path: Path, source: str, limit: int = ROWS) -> Trial:
    """Run the mapping of one source over the first rows of its files, in memory. Raises ConfigError."""
    config = load_config(config_path)
    settings = config.source(source)
    assert isinstance(settings, FilesSettings)
    selects = [one for one in entity_selects(config) if one.source == source]
    trial = Trial([])
    for name in settings.inputs:
        try:
            table = _landed(config, settings, name, limit)
        except UnreadableError as error:
            trial.problems.append(f"{name}: {error}")
            continue
        for select in selects:
            if select.input == name:
                trial.outcomes.append(_outcome(select, table, settings, name))
    return trial


def _landed(config: Config, settings: FilesSettings, name: str, limit: int) -> pa.Table:
    """The first rows of the first file of an input, as they would land."""
    one = settings.inputs[name]
    region = one.region or region_of_timezone(config.shop(settings.shop).timezone)
    pattern = pattern_of(one.path, config.root)
    found = matching(pattern)
    if not found:
        raise UnreadableError(f"no file matches {pattern}")
    file, path = found[0]
    handling = InputOptions(name, one, pattern, region, None).handling()
    reader = open_reader(path.name, opener_of(path), handling.how)
    batches = []
    for batch, numbers in islice(reader.batches(), 8):
        safe = protect(batch, handling.personal, Key(secrets.token_bytes(32)), region)
        batches.append(pa.Table.from_batches([safe]).append_column("_row", numbers))
        if sum(map(len, batches)) >= limit:
            break
    if not batches:
        raise UnreadableError(f"{file} has no rows")
    table = pa.concat_tables(batches, promote_options="default").slice(0, limit)
    return table.append_column("_file", pa.array([file] * len(table), pa.string()))


def _outcome(select: EntitySelect, table: pa.Table, settings: FilesSettings, name: str) -> Outcome:
    known = {column.lower() for column in table.column_names}
    absent = [
        f"cast(null as varchar) as {identifier(c)}" for c in select.raw_columns if c.lower() not in known
    ]
    ours = "'trial' as _load_id, 1::bigint as _load_seq, false as _deleted"
    with duckdb.connect() as connection:
        connection.register("given", table)
        connection.execute(f"create table landed as select *, {', '.join([*absent, ours])} from given")
        rows = connection.execute(_over(select.sql)).to_arrow_table()
        problems = connection.execute(
            "select column_name, expected, min(_row), any_value(value), count(*), count(distinct _row)"
            f" from ({_over(select.problems_sql)}) group by all order by 5 desc, 1"
        ).fetchall()
        refused = connection.execute(
            f"select count(distinct _row) from ({_over(select.problems_sql)})"
        ).fetchone()
    said = [
        f"{count:,} rows: column {column}"
        + (f" is {mask_text(str(value))!r} (row {row})" if value is not None else f" is empty (row {row})")
        + f", expected {expected}"
        for column, expected, row, value, count, _ in problems
    ]
    shown = _shown(rows.select(select.columns).slice(0, SHOWN), settings.inputs[name].personal)
    doubled = len(rows) - len(rows.group_by(_key(select)).aggregate([]))
    return Outcome(
        select.entity,
        select.columns,
        shown,
        len(rows),
        refused[0] if refused else 0,
        said,
        doubled,
        select.derived,
    )


def _key(select: EntitySelect) -> list[str]:
    contract = load_contracts()[select.entity]
    return [name for name in contract.key if name in select.columns]


def _over(sql: str) -> str:
    return sql.replace("__raw__", "landed")


def _shown(rows: pa.Table, personal: Mapping[str, Any]) -> list[list[Any]]:
    """Values as they would land: what is personal is a hash by now, a mark in a text, or gone."""
    hashed = any(kind in HASHED for kind in personal.values())
    return [
        [_HASHED if hashed and isinstance(v, str) and len(v) == 64 else v for v in row.values()]
        for row in rows.to_pylist()
    ]
