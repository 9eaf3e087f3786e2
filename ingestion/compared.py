"""What of a reading is new, against what has landed: rows that differ from the newest landed row of their key, and
keys that have vanished.

DuckDB compares, on disk where memory does not do. Nothing is kept for it from load to load: raw/ is what has landed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.mapping.casts import identifier, literal
from ingestion.personal.kinds import KEY_VERSION_COLUMN

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from ingestion.source import ManifestRow

GIVEN = "given"
"""The relation that holds a reading."""
OWNERS = "owners"
"""The relation that names what was read as a whole, in its column `owner`: orders, whose lines are in `given`."""
_ROWS = 100_000
_OURS = ("load_id", "_file", "_row", "_deleted", KEY_VERSION_COLUMN)
_ORDER = "_seq * 1099511627776 + _row"
"""Later loads, and in a load later rows, have higher numbers."""


@dataclass(frozen=True)
class Landed:
    """The Parquet files of an input's completed loads."""

    paths: Sequence[Path]
    sequence: dict[str, int]
    """Of each load: its number."""

    @classmethod
    def of(cls, raw: Path, rows: Sequence[ManifestRow]) -> Landed:
        """Those of manifest rows of one input."""
        sequence = {row.load_id: row.load_seq for row in rows if row.rows}
        folders = dict.fromkeys(
            raw / row.source / row.input / f"load_id={row.load_id}" for row in rows if row.rows
        )
        return cls([path for folder in folders for path in sorted(folder.glob("*.parquet"))], sequence)


@dataclass(frozen=True)
class Vanished:
    """How many keys that have landed (and were not deleted) a complete reading lacks, and of how many."""

    count: int
    of: int

    @property
    def share(self) -> float:
        return self.count / self.of if self.of else 0.0


@dataclass
class Comparison:
    """A reading, the relation `given`, beside what has landed."""

    duck: duckdb.DuckDBPyConnection
    landed: Landed
    key: Sequence[str]
    """Columns that make a row; all where empty."""
    complete: bool = False
    """Is the reading all that there is?"""
    owner: str = ""
    """A column of both. The reading is all that there is of the owners in the relation `owners`, where this is given
    and the reading is not complete."""
    ignored: Sequence[str] = ()
    """Landed columns that do not make a row another one."""
    _given: dict[str, str] = field(default_factory=dict, init=False)
    _types: dict[str, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._given = self._described(f"select * from {GIVEN}")
        self._types = self._described(self._scan())
        loads = [list(self.landed.sequence), list(self.landed.sequence.values())]
        self.duck.execute(
            "create or replace temp table loads as select unnest(?::varchar[]) as load_id, unnest(?::bigint[]) as _seq",
            loads,
        )
        self._find_newest()
        self._find_changed()

    def changed(self) -> Iterator[pa.RecordBatch]:
        """Rows of the reading that are new or differ, as they were read."""
        return self._batches("select * from changed")

    @property
    def changes(self) -> int:
        """How many `changed` gives."""
        return self._number("select count(*) from changed")

    def repeats(self, before: Landed | None) -> bool:
        """Is what differs exactly what `before` brought, a load that does not count? Then it need not land again."""
        if before is None or not before.paths or not self.changes:
            return False
        scan = self._scan_of(before)
        types = self._described(scan)
        names = [name for name in self._given if name not in (*_OURS, *self.ignored)]
        ours = ", ".join(f"cast({identifier(name)} as varchar)" for name in names)
        theirs = ", ".join(
            f"cast({identifier(name) if name in types else 'null'} as varchar)" for name in names
        )
        standing = "where not coalesce(_deleted, false)" if "_deleted" in types else ""
        both = (f"select {ours} from changed", f"select {theirs} from ({scan}) {standing}")
        return not any(
            self._number(f"select count(*) from ({one} except all {other})")
            for one, other in (both, both[::-1])
        )

    def vanished(self) -> Vanished:
        """What a complete reading lacks, or one that is complete for its owners."""
        assert self.complete or self.owner
        return Vanished(
            self._number(
                f"select count(*) from newest anti join {GIVEN} on {self._same(GIVEN)} where not is_gone"
            ),
            self._number("select count(*) from newest where not is_gone"),
        )

    def tombstones(self, version: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """The last known row of each vanished key, with `_deleted`: of several that with the highest value of the
        columns `version`. With the same version it counts, because it lands later."""
        names = [name for name in self._types if name not in _OURS or name == KEY_VERSION_COLUMN]
        order = [f"{identifier(one)} desc nulls last" for one in version if one in self._types]
        return self._batches(
            f"with gone as (select * from newest anti join {GIVEN} on {self._same(GIVEN)} where not is_gone),"
            f" known as (select *, {self._listed_keys()} from ({self._scan()}) as landed join loads using (load_id)"
            f" where not {self._deleted})"
            f" select {', '.join(map(identifier, names))}, true as _deleted"
            f" from known semi join gone as newest on {self._same('known', listed=True)}"
            f" qualify row_number() over"
            f" (partition by {', '.join(self._keys())} order by {', '.join([*order, f'{_ORDER} desc'])}) = 1"
        )

    @property
    def _deleted(self) -> str:
        return "coalesce(_deleted, false)" if "_deleted" in self._types else "false"

    def gone(self) -> list[tuple[str, ...]]:
        """The keys that `vanished` counts, as text."""
        keys = ", ".join(f"cast({key} as varchar)" for key in self._keys())
        rows = self.duck.execute(
            f"select {keys} from newest anti join {GIVEN} on {self._same(GIVEN)} where not is_gone order by all"
        )
        return rows.fetchall()

    def _find_newest(self) -> None:
        """The newest row of each key, as a hash; of the keys that were read only, unless all are asked for."""
        only = "" if self.complete else f" where {self._is_asked_for()}"
        self.duck.execute(
            f"create or replace temp table newest as with known as ("
            f" select {self._listed_keys()}, {self._hash('landed')} as hashed, {self._deleted} as gone, _seq, _row"
            f" from ({self._scan()}) as landed join loads using (load_id){only})"
            f" select {', '.join(self._keys())},"
            f" arg_max(hashed, {_ORDER}) as hashed, arg_max(gone, {_ORDER}) as is_gone from known group by all"
        )

    def _is_asked_for(self) -> str:
        """Of a landed row: has its key been read, or what it belongs to?"""
        key = f"exists (select 1 from {GIVEN} where {self._same(GIVEN, own='landed')})"
        if not self.owner or self.owner not in self._types:
            return key
        return f"({key} or landed.{identifier(self.owner)} in (select owner from {OWNERS}))"

    def _find_changed(self) -> None:
        self.duck.execute(
            f"create or replace temp table changed as select {GIVEN}.* from {GIVEN}"
            f" left join newest on {self._same(GIVEN)}"
            f" where newest.hashed is null or newest.is_gone or newest.hashed <> {self._hash(GIVEN)}"
        )

    def _scan(self) -> str:
        return self._scan_of(self.landed)

    def _scan_of(self, landed: Landed) -> str:
        if not landed.paths:
            return f"select *, '' as load_id, 0::bigint as _row from {GIVEN} where false"
        names = ", ".join(literal(str(path)) for path in landed.paths)
        return (
            f"select * from read_parquet([{names}], hive_partitioning = true, hive_types = {{'load_id': varchar}},"
            f" union_by_name = true)"
        )

    @property
    def _key(self) -> list[str]:
        return list(self.key) or [name for name in self._given if name not in (*_OURS, *self.ignored)]

    def _keys(self) -> list[str]:
        return [f"_k{at}" for at, _ in enumerate(self._key)]

    def _listed_keys(self) -> str:
        return ", ".join(f"{self._value('landed', name)} as _k{at}" for at, name in enumerate(self._key))

    def _same(self, relation: str, own: str = "newest", *, listed: bool = False) -> str:
        """Equal keys in `relation` and `own`; `listed`: both have them as _k0, _k1 …"""
        pairs = []
        for at, name in enumerate(self._key):
            left = f"{own}._k{at}" if own == "newest" else self._value(own, name)
            right = f"{relation}._k{at}" if listed else self._value(relation, name)
            pairs.append(f"{left} is not distinct from {right}")
        return " and ".join(pairs)

    def _hash(self, relation: str) -> str:
        names = dict.fromkeys([*self._given, *self._types])
        kept = [name for name in names if name not in (*_OURS, *self.ignored)]
        return f"hash({', '.join(self._value(relation, name) for name in kept)})"

    def _value(self, relation: str, name: str) -> str:
        """A column of one of the two in the type that both have; NULL where one lacks it."""
        types = self._given if relation == GIVEN else self._types
        if name not in types:
            return "null"
        value = f"{relation}.{identifier(name)}"
        other = (self._types if relation == GIVEN else self._given).get(name)
        return value if other in (None, types[name]) else f"cast({value} as varchar)"

    def _described(self, sql: str) -> dict[str, str]:
        return {row[0]: row[1] for row in self.duck.execute(f"describe {sql}").fetchall()}

    def _number(self, sql: str) -> int:
        row = self.duck.execute(sql).fetchone()
        assert row is not None
        return int(row[0])

    def _batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        yield from self.duck.execute(sql).to_arrow_reader(_ROWS)
