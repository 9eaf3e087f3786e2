"""A warehouse of hand-written raw rows: no lake, no mapping, no dbt, so that only the gates are tested."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.source import ManifestRow
from quality.landing import decide
from quality.raw import literal, quoted
from tests.quality.shop import Shop


@dataclass(frozen=True)
class Select:
    """Looks like ingestion.mapping.EntitySelect."""

    source: str
    entity: str
    input: str
    columns: list[str]
    sql: str
    problems_sql: str
    raw_columns: list[str]
    required_raw_columns: list[str]
    rowwise: bool = True
    lookups: tuple = ()


def select(
    entity: str,
    key: str,
    columns: dict[str, tuple[str, str, str]],
    where: str = "true",
    required: Sequence[str] = (),
) -> Select:
    """A mapping: our column → (raw column, SQL type, what is expected); `key` is the raw column of the entity's key."""
    typed = {name: f"try_cast({quoted(raw)} as {kind})" for name, (raw, kind, _) in columns.items()}
    fields = ", ".join(f"{sql} as {name}" for name, sql in typed.items())
    carried = "_load_id, _load_seq, _file, _row, _deleted"
    problems = " union all ".join(
        f"select _load_id, _file, _row, {quoted(key)} as entity_key, {literal(name)} as column_name,"
        f" {quoted(raw)}::varchar as value, {literal(expected)} as expected from __raw__ as lines where ({where})"
        f" and {typed[name]} is null and ({'true' if name in required else f'{quoted(raw)} is not null'})"
        for name, (raw, _, expected) in columns.items()
    )
    sql = f"select {carried}, {fields} from __raw__ as lines where {where}"
    reads = sorted(raw for raw, _, _ in columns.values())
    needed = sorted(raw for name, (raw, _, _) in columns.items() if name in required)
    return Select("retail", entity, "lines", list(columns), sql, problems, reads, needed)


LINES = select(
    "order_lines",
    "Invoice",
    {
        "order_id": ("Invoice", "varchar", "text"),
        "variant_id": ("Code", "varchar", "text"),
        "quantity": ("Qty", "bigint", "a whole number"),
        "unit_price": ("Price", "decimal(18,4)", "a number"),
    },
    required=("order_id", "quantity"),
)
ORDERS = select(
    "orders",
    "Invoice",
    {"order_id": ("Invoice", "varchar", "text"), "created_at": ("At", "timestamp", "a date and time")},
    required=("order_id", "created_at"),
)
Row = dict[str, Any]


def line(invoice: str | None = "1", **changes: Any) -> Row:
    """A good raw row, with changes."""
    return {
        "Invoice": invoice,
        "Code": "A",
        "Qty": "2",
        "Price": "1.50",
        "At": "2011-01-05 10:00:00",
    } | changes


@dataclass
class Warehouse:
    """The part of the configuration that the gates read, and what has landed."""

    root: Path
    selects: list[Select]
    manifest: list[ManifestRow] = field(default_factory=list)
    sources: list[Any] = field(default_factory=list)
    max_reject_share: float = 0.2
    with_columns: bool = True

    @property
    def path(self) -> Path:
        return self.root / "opsmart.yml"

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def build_db(self) -> Path:
        return self.state / "build.duckdb"

    @property
    def thresholds(self) -> SimpleNamespace:
        return SimpleNamespace(max_reject_share=self.max_reject_share)

    def land(self, files: dict[str, list[Row]], *, unreadable: dict[str, str] | None = None) -> str:
        """Land files in one load and one Parquet file, padded with NULL where columns differ. Returns the load's id."""
        seq = 1 + max((row.load_seq for row in self.manifest), default=0)
        load_id = f"170000000{seq}.5"
        rows = [
            {**r, "_file": file, "_row": n} for file, rows in files.items() for n, r in enumerate(rows, 1)
        ]
        folder = self.raw / "retail" / "lines" / f"load_id={load_id}"
        if rows:
            folder.mkdir(parents=True)
            names = list(dict.fromkeys(name for row in rows for name in row))
            pq.write_table(pa.table({n: [row.get(n) for row in rows] for n in names}), folder / "a.parquet")
        common = {"source": "retail", "load_id": load_id, "load_seq": seq, "input": "lines"}
        for file, content in files.items():
            one = ManifestRow(file=file, content_hash=f"{file}{seq}", rows=len(content), **common)
            if self.with_columns:
                names = list(dict.fromkeys(name for row in content for name in row))
                one = _with_columns(one, names)
            self.manifest.append(one)
        for file, reason in (unreadable or {}).items():
            self.manifest.append(ManifestRow(file=file, status="unreadable", reason=reason, **common))
        return load_id

    def decide(self) -> dict[str, Any]:
        """What the gate decides now, by file."""
        return {decision.key.file: decision for decision in decide(self)}  # type: ignore[arg-type]

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.build_db), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def table(self) -> list[tuple]:
        """`accepted_loads` without the time of the decision."""
        return self.query(
            "select * exclude (decided_at) from staging.accepted_loads order by source_name, input, load_seq, file"
        )


def _with_columns(row: ManifestRow, names: list[str]) -> ManifestRow:
    object.__setattr__(row, "columns", names)
    return row


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    one = Warehouse(tmp_path, [LINES, ORDERS])
    lake, mapping = ModuleType("ingestion.lake"), ModuleType("ingestion.mapping")
    lake.completed_loads = lambda config: list(config.manifest)  # type: ignore[attr-defined]
    mapping.entity_selects = lambda config: list(config.selects)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ingestion.lake", lake)
    monkeypatch.setitem(sys.modules, "ingestion.mapping", mapping)
    return one


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setenv("OPSMART_PII_KEY", "0123456789abcdef0123456789abcdef")
    return Shop(tmp_path)
