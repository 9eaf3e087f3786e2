"""How many rows each model reads, from DuckDB's profile of every statement that dbt runs for it."""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb

_NODE = re.compile(r'"node_id": "model\.[^"]*?\.([^".]+)"')

_LOOK_UPS = {("SEMI", 0), ("ANTI", 0), ("MARK", 0), ("LEFT", 0), ("RIGHT_SEMI", 1), ("RIGHT_ANTI", 1)}
"""Joins, and which of their sides, that hand each row of that side on once or not at all."""


@dataclass
class Reads:
    """What one model read in one build, by relation (`raw` for landed files).

    Temporary tables do not count (they hold what was read before), nor does the book-keeping.
    """

    scanned: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Rows of the row groups that scans opened: others they skip by their smallest and largest values."""
    passed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Rows that scans handed on, after the filters that were pushed down into them."""
    kept: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Rows that were left of these when the filters and the look-ups (semi joins) right above were through: what the
    model works on."""
    seconds: float = 0


@contextmanager
def watched() -> Iterator[Mapping[str, Reads]]:
    """Profile what dbt runs in this process inside the block; gives reads by model, filled while it runs."""
    from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper

    found: dict[str, Reads] = defaultdict(Reads)
    plain = DuckDBCursorWrapper.execute

    def execute(self: Any, sql: str, bindings: Any = None) -> Any:
        node = _NODE.search(sql)
        if node is None or bindings is not None:
            return plain(self, sql, bindings)
        reads, started = found[node.group(1)], time.monotonic()
        self._cursor.execute("pragma enable_profiling = 'no_output'; set profiling_coverage = 'ALL'")
        for statement in duckdb.extract_statements(sql):
            done = self._cursor.execute(statement)
            for operator in json.loads(self._cursor.get_profiling_information(format="json"))["children"]:
                _note(operator, reads, None)
        reads.seconds += time.monotonic() - started
        return done

    DuckDBCursorWrapper.execute = execute  # type: ignore[method-assign]
    try:
        yield found
    finally:
        DuckDBCursorWrapper.execute = plain  # type: ignore[method-assign]


def _note(operator: Mapping[str, Any], reads: Reads, kept: int | None) -> None:
    """Add the scans at and below an operator; `kept` is what a look-up above leaves of its rows, None without one."""
    rows, children = operator.get("operator_cardinality", 0), operator.get("children", [])
    relation = _relation(operator)
    if relation is not None:
        reads.scanned[relation] += operator.get("operator_rows_scanned", 0)
        reads.passed[relation] += rows
        reads.kept[relation] += rows if kept is None else min(rows, kept)
    left = rows if kept is None else min(rows, kept)
    for number, child in enumerate(children):
        _note(child, reads, left if _hands_on(operator, number) else None)


def _hands_on(operator: Mapping[str, Any], child: int) -> bool:
    """Do the operator's rows come from this child, one by one, so that they are what it leaves of them?"""
    kind, join = operator.get("operator_type"), operator.get("extra_info", {}).get("Join Type", "")
    if kind in ("PROJECTION", "FILTER"):
        return True
    return kind == "HASH_JOIN" and (join, child) in _LOOK_UPS


def _relation(operator: Mapping[str, Any]) -> str | None:
    if operator.get("operator_type") != "TABLE_SCAN":
        return None
    extra = operator.get("extra_info", {})
    catalog, _, table = str(extra.get("Table", "")).partition(".")
    if not table:
        return "raw" if "PARQUET" in str(operator.get("operator_name")).upper() else None
    return None if catalog != "build" or table.startswith("staging.") else table.split(".")[-1]
