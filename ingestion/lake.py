"""Sources → raw/: what is new lands in one dlt package, with the manifest that says what it was."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from ingestion import manifest, pipeline
from ingestion.lock import LockedError, writer_lock
from ingestion.pipeline import LandError
from ingestion.refused import refused_loads
from ingestion.source import Context, ManifestRow, Progress, Source, SourceError, SourcePlan, no_progress

if TYPE_CHECKING:
    from ingestion.config import Config
    from ingestion.stage import Stage

__all__ = [
    "FileOutcome",
    "LandError",
    "LandResult",
    "LockedError",
    "ManifestRow",
    "SourceError",
    "completed_loads",
    "land",
    "plan",
]


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file (or feed, with `file=''`) in a load."""

    input: str
    file: str
    status: str
    """`landed` or `unreadable`."""
    rows: int
    bytes: int
    reason: str | None
    ignored: int = 0
    """Rows that were left out because the configuration says so."""


@dataclass(frozen=True)
class LandResult:
    """What `land` did. Without anything new, `load_id` is None and `files` is empty."""

    source: str
    load_id: str | None = None
    load_seq: int | None = None
    rows: int = 0
    files: list[FileOutcome] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    """Files that have landed and are no longer there; their rows stay."""
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)
    resumed: list[str] = field(default_factory=list)
    """Loads that an earlier, killed run had left and that were finished first; they count in `rows` and `files`."""


def land(
    config: Config,
    source_name: str,
    progress: Progress | None = None,
    *,
    reconcile: bool = False,
    allow_deletions: bool = False,
) -> LandResult:
    """Get what a source has that has not landed, and land it: completely, or not at all.

    `reconcile`: compare all that there is with what has landed, where a source can do that (databases, APIs);
    `allow_deletions`: however much of it turns out to be gone.
    Takes the writer's lock. Raises LockedError, SourceError (the source gives nothing), LandError (dlt failed; the
    next call takes it up) or ConfigError; the text is one line for a person.
    """
    settings = config.source(source_name)
    source = _module(settings.type)
    with writer_lock(config):
        resumed, told = _finish_pending(config, source_name)
        loads: list[str] = []
        extra: dict[str, Any] = {}
        while True:
            rows = completed_loads(config)
            context = Context(
                manifest=[row for row in rows if row.source == source_name],
                refused=refused_loads(config, source_name),
                load_seq=1 + max(manifest.highest_seq(rows), pipeline.pending_seq(config.state)),
                progress=progress or no_progress,
                reconcile=reconcile,
                allow_deletions=allow_deletions,
                extra=extra,
            )
            context.plan = found = source.plan(settings, config, context)
            if found.has_work and (load_id := _land_new(config, source_name, source, context)):
                loads.append(load_id)
            told = list(dict.fromkeys([*told, *found.problems]))
            if not context.more:
                return _result(config, found, resumed, loads, told)


def plan(config: Config, source_name: str) -> SourcePlan:
    """What `land` would do, and what stands in its way; nothing is written."""
    settings = config.source(source_name)
    rows = manifest.completed(config.raw, source_name)
    return _module(settings.type).plan(settings, config, Context(manifest=rows), inspect=True)


def completed_loads(config: Config) -> list[ManifestRow]:
    """Manifest rows of all completed loads of all sources, ordered by load_seq, source, input, file."""
    return manifest.completed(config.raw)


def _module(source_type: str) -> Source:
    return cast("Source", importlib.import_module(f"ingestion.{source_type}.source"))


def _finish_pending(config: Config, source_name: str) -> tuple[list[str], list[str]]:
    """Finish what a killed run left: (loads that were finished, what a person should know).

    A package that cannot even be opened (a power cut, a full disk) is let go: it never counted as landed, so the
    source gives its rows again.
    """
    if not pipeline.is_pending(config.state, source_name):
        return [], []
    try:
        return pipeline.finish_pending(config.state, config.raw, source_name), []
    except LandError:
        raise
    except Exception as error:
        pipeline.forget(config.state, source_name)
        return [], [f"an unfinished load was damaged ({type(error).__name__}) and is read again"]


def _land_new(config: Config, source_name: str, source: Source, context: Context) -> str | None:
    from ingestion.stage import Stage

    folder = pipeline.folder_of(config.state) / f"{source_name}.stage"
    stage = Stage(folder)
    try:
        landed = list(_staged(stage, source, config, source_name, context))
        if not landed:
            return None
        stage.add(manifest.TABLE, manifest.to_arrow(landed, context.load_seq))
        return pipeline.load(config.state, config.raw, source_name, stage.close())
    except OSError as error:
        raise LandError(
            f"source {source_name}: cannot write to the warehouse: {error.strerror or error}"
        ) from error
    finally:
        stage.abandon()


def _staged(
    stage: Stage, source: Source, config: Config, source_name: str, context: Context
) -> Iterator[manifest.Landed]:
    """Write each batch to the stage; give one manifest row for each (input, file)."""
    seen: dict[tuple[str, str], manifest.Landed] = {}
    for batch in source.extract(config.source(source_name), config, context):
        key = (batch.input, batch.entry.file)
        rows, deletions, columns = (
            stage.add(batch.input, batch.data) if batch.data is not None else (0, 0, [])
        )
        before = seen.get(key)
        if before is not None:
            rows, deletions = before.rows + rows, before.deletions + deletions
            columns = list(dict.fromkeys([*before.columns, *columns]))
        seen[key] = manifest.Landed(batch.input, batch.entry, rows, columns, deletions)
    yield from seen.values()


def _result(
    config: Config, found: SourcePlan, resumed: list[str], own: list[str], told: list[str]
) -> LandResult:
    loads = [*resumed, *own]
    rows = (
        [row for row in manifest.completed(config.raw, found.source) if row.load_id in loads] if loads else []
    )
    return LandResult(
        source=found.source,
        load_id=loads[-1] if loads else None,
        load_seq=max((row.load_seq for row in rows), default=None),
        rows=sum(row.rows for row in rows),
        files=[
            FileOutcome(row.input, row.file, row.status, row.rows, row.bytes, row.reason, row.ignored)
            for row in rows
        ],
        vanished=found.vanished,
        unchanged=found.unchanged,
        problems=told,
        resumed=resumed,
    )
