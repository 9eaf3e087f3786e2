"""Pages of a feed, taken apart into the rows of its tables: screened, protected, and kept beside what has landed.

The rows wait in a DuckDB on the disk, so memory stays flat however much there is to read. Only protected rows get
there: each page is judged, together with those before it, before anything of it is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa

from ingestion.api.errors import TableError
from ingestion.api.feed import Page, Record
from ingestion.api.tables import (
    POSITION,
    Table,
    absent_sql,
    exploded,
    faults_sql,
    other_columns,
    structure_sql,
)
from ingestion.config_errors import nearest
from ingestion.mapping.casts import identifier
from ingestion.personal import advice
from ingestion.personal.detect import Screen
from ingestion.personal.key import Key
from ingestion.personal.kinds import Kind
from ingestion.personal.protect import protect

_OURS = frozenset(
    {"_file", "_row", "_deleted", "_load_id", "_load_seq", "_pii_key_version", "load_id", POSITION}
)


@dataclass(frozen=True)
class Protection:
    """How personal values are hashed."""

    key: Key | None
    region: str | None


@dataclass
class TableReading:
    """The rows of one table so far. After an error (`fault`) no more of it is read."""

    table: Table
    root: Table
    needed: Mapping[str, str]
    """Raw column that has to be there → the entity whose mapping reads it."""
    protection: Protection
    relation: str
    fault: str = ""
    is_refused: bool = False
    """Is it what the landing gate has refused already, and nothing else?"""
    rows: int = 0
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns that the table does not name, with the keys that lead to them."""
    left_out: list[str] = field(default_factory=list)
    """Columns that look personal and that nobody has declared."""
    _found: dict[str, bool] = field(default_factory=dict)
    """Of the needed columns: was their key there in any record (True), or was it looked for in vain (False)?"""
    _columns: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._screen = Screen(self._declared, self.protection.region)
        self._one = duckdb.connect()  # takes JSON apart, in memory
        self._one.execute("set threads = 1")

    def add(self, records: str, duck: duckdb.DuckDBPyConnection) -> None:
        """Take the rows of a page, given as a JSON list. Raises TableError."""
        self._check(records)
        others = self._others(records)
        batch = self._one.execute(exploded(self.table, others), [records]).to_arrow_table()
        if not batch.num_rows:
            return
        batch = self._screened(batch.combine_chunks().to_batches()[0])
        self._look_for_needed(batch, records)
        # What is refused where it looks personal needs no masking; ids that look like phone numbers stay what they are.
        others_are: dict[str, Kind] = {} if self.table.refuses_people else dict.fromkeys(others, _OTHER)
        kinds = {**others_are, **self.table.personal}
        kinds = {name: kind for name, kind in kinds.items() if name in batch.schema.names}
        declared = {**self.table.personal, **kinds}
        safe = protect(batch, declared, self.protection.key, self.protection.region)
        numbers = pa.array(np.arange(self.rows, self.rows + batch.num_rows), pa.int64())
        self._keep(safe.append_column(POSITION, numbers), duck)
        self.rows += batch.num_rows

    def close(self) -> None:
        """No more pages come. Raises TableError if a column that has to be there was in none of them."""
        self._one.close()
        have = {name.lower() for name in self.others}
        for name in self.needed:
            if self.rows and name in self.table.expected and name.lower() not in have:
                raise TableError(
                    f"none of {self.rows:,} records has {name}, which the mapping of {self.needed[name]} reads:"
                    f" {self._nearest(name)}"
                )
        for name, found in self._found.items():
            if not found:
                raise TableError(
                    f"none of {self.rows:,} records has {self.table.columns[name].removeprefix('json:')}, which the"
                    f" mapping of {self.needed[name]} reads: has the API changed?"
                )

    def _nearest(self, name: str) -> str:
        found = nearest(name, self.others)
        return f"did you mean {found}, or has the API changed?" if found else "has the API changed?"

    @property
    def columns(self) -> list[str]:
        """What lands, once there was a row; what would, before that."""
        own = [name for name in self.table.columns if self.table.personal.get(name) != "drop"]
        return [name for name in self._columns or own if name not in self.left_out]

    @property
    def _declared(self) -> dict[str, Kind]:
        """Columns that nobody has to look at: the source knows what it reads."""
        known: dict[str, Kind] = (
            {} if self.table.refuses_people else dict.fromkeys(self.table.columns, "keep")
        )
        return {**known, **self.table.personal}

    def _check(self, records: str) -> None:
        sql = faults_sql(self.table, self.root.columns[self.root.key[0]])
        for fault, record in self._one.execute(sql, [records]).fetchall():
            kind, _, name = fault.partition(":")
            where = f"of record {record}" if record is not None else "of a record"
            if kind == "each":
                raise TableError(f"{name} {where} is no list, as it was: has the API changed?")
            raise TableError(
                f"{self.table.columns[name]} {where} is a list or an object, no single value: has the API changed?"
            )

    def _others(self, records: str) -> dict[str, tuple[str, ...]]:
        if not self.table.others:
            return {}
        taken = {name.lower() for name in (*self.table.columns, *self.others)} | _OURS
        (structure,) = self._one.execute(structure_sql(self.table), [records]).fetchall()[0]
        for name, keys in other_columns(self.table, json.loads(structure or "{}")):
            if name.lower() not in taken and '"' not in name:
                self.others[name] = keys
                taken.add(name.lower())
        return {name: keys for name, keys in self.others.items() if name not in self.left_out}

    def _screened(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        numbers = pa.array(np.arange(self.rows + 1, self.rows + batch.num_rows + 1), pa.int64())
        self._screen.look(batch, numbers)
        findings = self._screen.findings(batch.schema.names)
        if not findings:
            return batch
        if self.table.refuses_people:
            raise TableError(advice.undeclared(findings, self.table.personal, self.table.name, "it"))
        # What is personal inside a text is masked; a column of addresses or of names does not land.
        personal = [one.column for one in findings if one.kind != "text"]
        self.left_out = list(dict.fromkeys([*self.left_out, *personal]))
        return batch.select([name for name in batch.schema.names if name not in self.left_out])

    def _look_for_needed(self, batch: pa.RecordBatch, records: str) -> None:
        for name in self.needed:
            if self._found.get(name) or name not in self.table.columns:
                continue
            if batch.column(name).null_count < batch.num_rows:
                self._found[name] = True
                continue
            is_there, around = self._one.execute(absent_sql(self.table, name), [records]).fetchall()[0]
            if is_there or around:
                self._found[name] = bool(is_there)

    def _keep(self, batch: pa.RecordBatch, duck: duckdb.DuckDBPyConnection) -> None:
        names = [name for name in batch.schema.names if name != POSITION]
        if not self._columns:
            declared = ", ".join(f"{identifier(name)} varchar" for name in names)
            duck.execute(f"create or replace table {self.relation} ({POSITION} bigint, {declared})")
        elif new := [name for name in names if name not in self._columns]:
            for name in new:
                duck.execute(f"alter table {self.relation} add column {identifier(name)} varchar")
        self._columns = list(dict.fromkeys([*self._columns, *names]))
        listed = ", ".join(identifier(name) for name in batch.schema.names)
        duck.register("page_rows", pa.Table.from_batches([batch]))
        duck.execute(f"insert into {self.relation} ({listed}) select {listed} from page_rows")
        duck.unregister("page_rows")


_TOGETHER = 1_000
"""Records that are taken apart together: a query for each page of an API would cost more than the page."""
_OTHER: Kind = "text"
"""How columns that no table names are protected: e-mail addresses and phone numbers inside become marks."""


@dataclass
class FeedReading:
    """What was read of a feed."""

    duck: duckdb.DuckDBPyConnection
    tables: Sequence[TableReading]
    owners: str
    """The relation of the ids of the records that were read, or that are known to be gone."""
    records: int = 0
    total: int | None = None
    shows_gone: bool = False
    """Is it all that there is, so that what has landed and is missing is gone?"""
    _waiting: list[Record] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.duck.execute(f"create or replace table {self.owners} (owner varchar)")

    def add(self, page: Page) -> None:
        """Take a page, and those that wait take apart when they are enough for it to be worth while."""
        self.records += len(page.records)
        self.total = page.total if page.total is not None else self.total
        self._own(page.gone)
        self._waiting += page.records
        if len(self._waiting) >= _TOGETHER:
            self.take_apart()

    def take_apart(self) -> None:
        """Make rows of all records so far. A table that cannot be read says so in its `fault`."""
        if not self._waiting:
            return
        text = _as_json(self._waiting)
        root = self.tables[0]
        path = root.table.columns[root.table.key[0]]
        self._own([_id(record, path) for record in self._waiting])
        self._waiting = []
        for one in self.tables:
            if not one.fault:
                try:
                    one.add(text, self.duck)
                except TableError as error:
                    one.fault = str(error)

    def close(self) -> None:
        """No more pages come."""
        self.take_apart()
        for one in self.tables:
            try:
                one.close()
            except TableError as error:
                one.fault = one.fault or str(error)

    @property
    def distinct(self) -> int:
        """How many different records were read."""
        self.take_apart()
        row = self.duck.execute(f"select count(distinct owner) from {self.owners}").fetchone()
        assert row is not None
        return int(row[0])

    def _own(self, ids: Sequence[str]) -> None:
        if ids:
            self.duck.execute(f"insert into {self.owners} select unnest(?::varchar[])", [list(ids)])


def _as_json(records: Sequence[Record]) -> str:
    text = json.dumps(list(records), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair is no text


def _id(record: Record, path: str) -> str:
    found: object = record
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return str(found)
