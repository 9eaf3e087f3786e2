"""`staging.accepted_loads` and `staging.rejects`: which landed files count, why, and by whose decision.

The tables live in the build database and can be made again from raw. What a person decided cannot, so it is also
written to `state/published/decisions.jsonl` (append-only, before the table), from where a new table gets it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

import duckdb

if TYPE_CHECKING:
    from ingestion.config import Config
    from ingestion.mapping import EntitySelect

Status = Literal["accepted", "refused"]
GATE = "gate"

_TABLES = """
create schema if not exists staging;
create table if not exists staging.accepted_loads (
    source_name varchar not null, input varchar not null, load_id varchar not null, load_seq bigint not null,
    file varchar not null, content_hash varchar not null, rows bigint not null, rejected_rows bigint not null,
    status varchar not null, reason varchar, decided_by varchar not null, decided_at timestamp not null,
    newest_at timestamp, is_current boolean not null, decided_with varchar not null
);
alter table staging.accepted_loads add column if not exists deletions bigint default 0;
create table if not exists staging.rejects (
    source_name varchar not null, input varchar not null, load_id varchar not null, file varchar not null,
    row bigint, entity varchar not null, entity_key varchar, column_name varchar, value varchar, expected varchar,
    reason varchar not null
);
"""

_COLUMNS = {
    "source_name": "varchar", "input": "varchar", "load_id": "varchar", "file": "varchar", "load_seq": "bigint",
    "content_hash": "varchar", "rows": "bigint", "status": "varchar", "rejected_rows": "bigint", "reason": "varchar",
    "decided_by": "varchar", "decided_at": "timestamp", "newest_at": "timestamp", "decided_with": "varchar",
    "deletions": "bigint",
}  # fmt: skip

# A file counts in its newest accepted delivery; a feed without files counts with every one of them. What no mapping
# reads any more (a source that left the configuration) is in no table, so it must not move `as_of: latest` either.
_IS_CURRENT = """
update staging.accepted_loads as loads set is_current = wanted.is_current
from (
    select load_id, source_name, input, file, status = 'accepted'
        and (source_name, input) in (select (unnest(?::varchar[]), unnest(?::varchar[])))
        and (
            file = ''
            or load_seq = max(load_seq) filter (where status = 'accepted') over (partition by source_name, input, file)
        ) as is_current
    from staging.accepted_loads
) as wanted
where wanted.load_id = loads.load_id and wanted.source_name = loads.source_name and wanted.input = loads.input
    and wanted.file = loads.file and wanted.is_current is distinct from loads.is_current
"""


class Key(NamedTuple):
    """What is decided about: one file (or a feed's whole delivery, `file=''`) in one load."""

    source: str
    input: str
    load_id: str
    file: str

    def __str__(self) -> str:
        return f"{self.source}/{self.input}" + (f" {self.file}" if self.file else f" load {self.load_id}")


@dataclass(frozen=True)
class Decision:
    """A row of `accepted_loads`, with what a person wants to read about it."""

    key: Key
    load_seq: int
    content_hash: str
    rows: int
    status: Status
    rejected_rows: int = 0
    reason: str | None = None
    """Why it is refused; of an accepted one a note (such as new columns) or None. One line."""
    decided_by: str = GATE
    decided_at: datetime | None = None
    newest_at: datetime | None = None
    decided_with: str = ""
    """Fingerprint of the mapping and the thresholds. If it differs from today's, the gate looks again."""
    deletions: int = 0
    """Rows that say that something was deleted."""
    is_final: bool = field(default=True, compare=False)
    """False if the reason may go away without a change of the mapping: the next `decide` looks again."""
    examples: tuple[str, ...] = field(default=(), compare=False)
    """The first rejected rows, one line each. Not stored here: `staging.rejects` has them all."""

    @property
    def is_accepted(self) -> bool:
        return self.status == "accepted"

    @property
    def message(self) -> str:
        """One line: what was decided and why."""
        line = f"{self.key}: {self.status}"
        if self.is_accepted and self.rejected_rows:
            line += f" without {self.rejected_rows} of {self.rows} rows"
        return f"{line}: {self.reason}" if self.reason else line


@contextmanager
def build_database(config: Config) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build database, read-write, with both tables there and the session's zone UTC. Hold the writer's lock."""
    config.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = duckdb.connect(str(config.build_db))
    try:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(_TABLES)
        yield connection
    finally:
        connection.close()


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def stored(connection: duckdb.DuckDBPyConnection) -> dict[Key, Decision]:
    """Every decision in the table."""
    rows = connection.execute(f"select {', '.join(_COLUMNS)} from staging.accepted_loads").fetchall()
    return {
        Key(*row[:4]): Decision(
            Key(*row[:4]),
            load_seq=row[4],
            content_hash=row[5],
            rows=row[6],
            status=row[7],
            rejected_rows=row[8],
            reason=row[9],
            decided_by=row[10],
            decided_at=row[11],
            newest_at=row[12],
            decided_with=row[13],
            deletions=row[14] or 0,
        )
        for row in rows
    }


def replace(connection: duckdb.DuckDBPyConnection, decisions: Iterable[Decision]) -> None:
    """Put `decisions` in place of what the table says of the same keys. Call inside a transaction.

    Whoever calls it calls `mark_current` before the transaction ends.
    """
    rows = [
        (
            *(*d.key, d.load_seq, d.content_hash, d.rows, d.status, d.rejected_rows, d.reason),
            *(d.decided_by, d.decided_at, d.newest_at, d.decided_with, d.deletions),
        )
        for d in decisions
    ]
    if not rows:
        return
    # One list a column: a statement per row takes a millisecond each, and a first load may have thousands of files.
    fields = ", ".join(f"unnest(?::{kind}[]) as {name}" for name, kind in _COLUMNS.items())
    connection.execute(
        f"create or replace temp table new_decisions as select {fields}, false as is_current",
        [list(column) for column in zip(*rows, strict=True)],
    )
    connection.execute(
        "delete from staging.accepted_loads as old using new_decisions as new where new.load_id = old.load_id"
        " and new.source_name = old.source_name and new.input = old.input and new.file = old.file"
    )
    connection.execute(
        "insert into staging.accepted_loads by name select * from new_decisions order by load_seq, file"
    )


def mark_current(connection: duckdb.DuckDBPyConnection, selects: Iterable[EntitySelect]) -> None:
    """Bring `is_current` in line with the decisions and with what the mappings read."""
    read = sorted(
        {
            (one.source, name)
            for one in selects
            for name in (one.input, *(other.input for other in one.lookups))
        }
    )
    connection.execute(_IS_CURRENT, [[one[0] for one in read], [one[1] for one in read]])
