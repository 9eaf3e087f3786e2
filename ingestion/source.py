"""What a source is, to the lake.

Each `ingestion/<type>/source.py` is a module with two functions, `plan` and `extract`; as a module it satisfies
the protocol `Source`. `ingestion/lake.py` knows nothing else of a source: it calls `plan` with
`inspect=False`, returns at once when the plan says that there is no work (dlt is then never imported), and
otherwise hands what `extract` gives to dlt, together with one manifest row for each (input, file).

A source keeps no state of its own. What it has delivered so far is in `Context.manifest`, which holds the
manifest rows of *completed* loads only; a place in a feed (a day, a page token) goes in `ManifestEntry.cursor`
and comes back there, so it becomes true at the same moment as the rows it stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

Progress = Callable[[str, int, int], None]
"""`progress(what, done, total)`: what is being read, how many units are done, how many there are (0: unknown)."""

Status = Literal["landed", "unreadable"]


def no_progress(what: str, done: int, total: int) -> None:
    """The progress callback of somebody who does not look."""


@dataclass(frozen=True)
class ManifestEntry:
    """What a source says of one file (or of one feed, with `file=''`) that it gives. The lake adds the rest."""

    file: str = ""
    """Path below the input's folder, with '/'; '' where a source has no files."""
    content_hash: str = ""
    """sha256 of the file's bytes, lower-case hex; '' if there is no file."""
    bytes: int = 0
    status: Status = "landed"
    reason: str | None = None
    """Of an unreadable file: one line for a person, with personal values masked."""
    reading: str = ""
    """Fingerprint of everything in the settings that changes what the rows look like."""
    key_version: str | None = None
    """Version of the key that hashed its personal columns; None if it has none."""
    ignored: int = 0
    """Rows that the configuration said to leave out."""
    cursor: str | None = None
    """How far the feed has been read, in the source's own words; given back in the manifest."""


@dataclass(frozen=True)
class ManifestRow(ManifestEntry):
    """A manifest row of a completed load: an entry and what the lake added when it landed."""

    source: str = ""
    load_id: str = ""
    load_seq: int = 0
    input: str = ""
    rows: int = 0
    deletions: int = 0
    """Those of the rows that say that something was deleted: `_deleted` is true, the rest is as it last was."""
    columns: list[str] = field(default_factory=list)
    """Raw columns that this file landed, in its order, without `_file`, `_row`, `_deleted`, `_pii_key_version`."""
    landed_at: datetime | None = None


@dataclass(frozen=True)
class Batch:
    """Rows of one raw table: they land in `raw/<source>/<input>/`.

    `data` is None for an unreadable file (only its manifest row lands). Several batches may carry the same
    (input, file): their rows add up in one manifest row, and the last entry given counts. Personal values must
    already be dropped, masked or hashed here: whatever is in `data` reaches the disk.
    A source that may fail in the middle of a file must find that out *before* it yields the file's first rows.
    """

    input: str
    data: pa.Table | Iterator[pa.RecordBatch] | None
    entry: ManifestEntry = field(default_factory=ManifestEntry)


@dataclass
class InputPlan:
    """What one input would give now. For an input without files, `new` may hold one line such as a day range."""

    input: str
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    vanished: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    """Raw columns seen, in the order of the file. Only filled with `inspect=True`."""
    problems: list[str] = field(default_factory=list)
    """What stands in the way, one line each, for a person."""


@dataclass
class SourcePlan:
    """What a source would give now."""

    source: str
    inputs: list[InputPlan] = field(default_factory=list)
    note: str = ""

    @property
    def has_work(self) -> bool:
        """Would `extract` yield anything?"""
        return any(one.new or one.changed for one in self.inputs)

    @property
    def vanished(self) -> list[str]:
        return [name for one in self.inputs for name in one.vanished]

    @property
    def unchanged(self) -> int:
        return sum(one.unchanged for one in self.inputs)

    @property
    def problems(self) -> list[str]:
        return [line for one in self.inputs for line in one.problems]


@dataclass
class Context:
    """What the lake gives a source to work with."""

    manifest: list[ManifestRow] = field(default_factory=list)
    """Rows of this source's completed loads, oldest first."""
    refused: frozenset[tuple[str, str]] = frozenset()
    """(input, load id) of those that the landing gate refused: a source that compares gives their rows again."""
    load_seq: int = 0
    """The sequence number that the load being extracted will have."""
    progress: Progress = no_progress
    reconcile: bool = False
    """Compare everything that there is with what has landed: changes that were missed, and what was deleted."""
    allow_deletions: bool = False
    """Somebody has said that it is right, however much is gone."""
    more: bool = False
    """Set by `extract`: there is more, for a load of its own right after this one."""
    plan: SourcePlan | None = None
    """In `extract`: what `plan` returned in this same run, so that nothing is looked up twice."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Room for a source to hand what it found out in `plan` to its own `extract`, and to the next load of the run."""

    _index: dict[tuple[str, str], ManifestRow] = field(default_factory=dict, init=False, repr=False)
    _indexed: int = field(default=0, init=False, repr=False)

    def arrived(self, input_name: str) -> list[ManifestRow]:
        """Manifest rows of what an input landed, oldest first, without what the landing gate refused."""
        return [
            row
            for row in self.manifest
            if row.input == input_name
            and row.status == "landed"
            and (row.input, row.load_id) not in self.refused
        ]

    def last_refused(self, input_name: str) -> ManifestRow | None:
        """The newest load of an input, if it landed and the landing gate refused it."""
        rows = [row for row in self.manifest if row.input == input_name and row.status == "landed"]
        return rows[-1] if rows and (input_name, rows[-1].load_id) in self.refused else None

    def newest(self, input_name: str, file: str = "") -> ManifestRow | None:
        """The newest completed manifest row of this (input, file), or None if it never landed."""
        if self._indexed != len(self.manifest):
            self._index = {(row.input, row.file): row for row in self.manifest}
            self._indexed = len(self.manifest)
        return self._index.get((input_name, file))


class Source(Protocol):
    """The two functions that a module `ingestion/<type>/source.py` offers.

    `settings` is the source's own settings class (`ingestion/<type>/settings.py`), `config` the whole
    configuration. Both raise `SourceError` for what concerns the source as a whole (cannot be reached, no file
    matches) and `ConfigError` for what only the configuration can mend (a missing key).
    """

    def plan(self, settings: Any, config: Any, context: Context, *, inspect: bool = False) -> SourcePlan:
        """What is there to get, without getting it. `inspect` also fills columns and looks for problems."""
        ...

    def extract(self, settings: Any, config: Any, context: Context) -> Iterator[Batch]:
        """Give everything that has not landed yet. Called only when `context.plan.has_work`."""
        ...


class SourceError(Exception):
    """A source cannot give anything at all; the text is one line for a person."""
