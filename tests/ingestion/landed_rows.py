"""Rows of an entity as staging makes them of what a source has landed, without dbt."""

from __future__ import annotations

from typing import Any

import duckdb

from ingestion import lake
from ingestion.config import Config
from ingestion.contracts import load_contracts
from ingestion.mapping import EntitySelect, entity_selects

Rows = dict[tuple[str, ...], dict[str, Any]]
"""By the entity's key, as text."""


def entity_rows(config: Config, source: str, entity: str) -> Rows:
    """The newest row of each raw key, unless that is a deletion, mapped to an entity; columns that it is given."""
    key = load_contracts()[entity].key
    found: Rows = {}
    for select in entity_selects(config):
        if (select.source, select.entity) == (source, entity) and not select.derived:
            for row in _mapped(config, select):
                found[tuple(str(row.get(name)) for name in key)] = row
    return found


def raw_rows(config: Config, source: str, name: str) -> list[dict[str, Any]]:
    """All rows that ever landed in an input, in order."""
    with duckdb.connect() as duck:
        if not _landed(duck, config, source, name):
            return []
        return duck.execute("select * from landed order by _load_seq, _row").to_arrow_table().to_pylist()


def _mapped(config: Config, select: EntitySelect) -> list[dict[str, Any]]:
    with duckdb.connect() as duck:
        duck.execute("set TimeZone = 'UTC'")
        placeholders = {select.input: "__raw__", **{one.input: one.placeholder for one in select.lookups}}
        for name, placeholder in placeholders.items():
            wanted = set(select.raw_columns).union(*(set(one.raw_columns) for one in select.lookups))
            if not _landed(duck, config, select.source, name):
                duck.execute(
                    "create or replace table landed (load_id varchar, _load_seq bigint, _row bigint)"
                )
            _complete(duck, wanted)
            by = ", ".join(f'"{one}"' for one in config.source(select.source).key(name)) or "_load_seq, _row"
            duck.execute(
                f"create table {placeholder} as select * from landed"
                f" qualify row_number() over (partition by {by} order by _load_seq desc, _row desc) = 1"
            )
            duck.execute(f"delete from {placeholder} where _deleted")
        return (
            duck.execute(f"select {', '.join(select.columns)} from ({select.sql})")
            .to_arrow_table()
            .to_pylist()
        )


def _landed(duck: duckdb.DuckDBPyConnection, config: Config, source: str, name: str) -> bool:
    """Make the table `landed` of an input's completed loads; False if there are none."""
    loads = {row.load_id: row.load_seq for row in lake.completed_loads(config) if row.source == source}
    files = [
        str(path)
        for one in loads
        for path in (config.raw / source / name / f"load_id={one}").glob("*.parquet")
    ]
    if not files:
        return False
    duck.execute(
        "create or replace table loads as select unnest(?) as load_id, unnest(?) as _load_seq",
        [[*loads], [*loads.values()]],
    )
    duck.execute(
        f"create or replace table landed as select * from read_parquet({files}, union_by_name = true,"
        " hive_partitioning = true, hive_types = {'load_id': varchar}) join loads using (load_id)"
    )
    return True


def _complete(duck: duckdb.DuckDBPyConnection, wanted: set[str]) -> None:
    """Give `landed` the columns that it lacks."""
    has = {row[0].lower() for row in duck.execute("describe landed").fetchall()}
    ours = {"_load_id": "load_id", "_file": "''", "_deleted": "null::boolean"}
    more = [f'{sql} as "{name}"' for name, sql in ours.items() if name not in has]
    more += [f'null::varchar as "{name}"' for name in sorted(wanted) if name.lower() not in {*has, *ours}]
    duck.execute(
        f"create or replace table landed as select * replace ({'coalesce(_deleted, false) as _deleted'}) from"
        f" (select *, {', '.join(more) or '0 as _nothing'} from landed)"
    )
