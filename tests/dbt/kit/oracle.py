"""What the canonical tables should hold, worked out in Python from what was delivered and decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from ingestion.contracts import load_contracts
from tests.dbt.kit.compare import Difference
from tests.dbt.kit.lake import typed
from tests.dbt.kit.telling import Telling

Rows = dict[str, tuple[Any, ...]]
"""Values of the contract's columns, then version and load, by key."""


def newest(telling: Telling, entity: str) -> Rows:
    """Of each key the row that stands: the highest version, then the latest load, file and row; deleted ones go."""
    contract = load_contracts()[entity]
    best: dict[str, tuple[tuple[Any, ...], bool, tuple[Any, ...]]] = {}
    for load in telling.lake.loads:
        if load.input != entity or not telling.lake.is_current(load):
            continue
        for at, row in enumerate(telling.landed[load.load_id][entity, load.file]):
            given = typed(entity, row)
            key = ":".join(
                str(given[name]) for name in ("shop_id", *contract.key) if given.get(name) is not None
            )
            version = row.get("version")
            rank = (version is not None, version or 0, load.load_seq, load.file, at)
            values = (*(given.get(name) for name in contract.columns), version, load.load_seq)
            if key not in best or rank > best[key][0]:
                best[key] = (rank, bool(row.get("_deleted")), values)
    return {key: values for key, (_, is_gone, values) in best.items() if not is_gone}


def astray(telling: Telling, database: Path) -> list[Difference]:
    """Canonical rows that are not what they should be, or not there. Entities that a grouping mapping gives are left
    out: their rows are not delivered one by one."""
    grouped = {
        entity
        for source, entity in telling.lake.grouped
        if any(o.source == source for o in telling.lake.loads)
    }
    found = []
    with duckdb.connect(str(database), read_only=True) as connection:
        for entity, contract in load_contracts().items():
            if entity in grouped:
                continue
            columns = [*contract.columns, "_version", "_load_seq"]
            listed = ", ".join(f'"{name}"' for name in columns)
            # The key, which the contract does not name, is the first column.
            rows = connection.execute(
                f"select * exclude ({listed}), {listed} from canonical.int_{entity}"
            ).fetchall()
            there = {row[0]: row[-len(columns) :] for row in rows}
            expected = newest(telling, entity)
            for key in there.keys() | expected.keys():
                if there.get(key) != expected.get(key):
                    for side, row in (("built", there.get(key)), ("delivered", expected.get(key))):
                        shown = (
                            {"key": key, **dict(zip(columns, row, strict=True))}
                            if row
                            else {"key": key, "row": "none"}
                        )
                        found.append(Difference(f"canonical.int_{entity}", side, key.split(":")[0], shown))
    return found
