"""Runs the Dagster jobs in this process, so that they are in the history that `opsmart dev` shows.

Landing and building are two runs: most often nothing is new, and dagster-dbt, dbt's manifest and the hundred
checks of the models, which take longer to load than everything else, are then not needed at all.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.lock import writer_lock
from orchestration.lib.home import instance_here
from orchestration.lib.names import BUILD, LAND
from orchestration.lib.progress import Progress, watched_by
from orchestration.lib.recording import Record
from orchestration.lib.settings import prepare_state, with_as_of

if TYPE_CHECKING:
    from dagster import AssetKey, DagsterInstance, Definitions

    from ingestion.config import Config

LOG = "run.log"


@dataclass(frozen=True)
class Options:
    """What one run does differently from the configuration."""

    as_of: str = ""
    full_refresh: bool = False
    sources: Sequence[str] = ()
    """Land only these; all of them if empty."""
    reconcile: bool = False
    """Compare everything that databases hold with what has landed."""
    allow_deletions: bool = False
    """However much of it is gone."""

    def of_warehouse(self) -> dict[str, str | bool]:
        """As the resource takes them."""
        return {
            "as_of": self.as_of,
            "full_refresh": self.full_refresh,
            "reconcile": self.reconcile,
            "allow_deletions": self.allow_deletions,
        }


def run_here(config: Config, options: Options, display: Progress | None = None) -> Record:
    """Land, judge, build and publish what is new.

    What the tools print meanwhile goes to `state/run.log`. How it ended stands in the record; raises LockedError
    if somebody else is writing, ConfigError for a source that is not there.
    """
    for name in options.sources:
        config.source(name)
    record = Record(display=display or Progress())
    with writer_lock(config), _printing_to_log(config), watched_by(record):
        watched = record.display
        watched.stage("start")
        with instance_here(config) as instance:
            _land_and_build(config, instance, record, options)
    record.stop()
    return record


def _land_and_build(config: Config, instance: DagsterInstance, record: Record, options: Options) -> None:
    from orchestration.lib.dbt.manifest import prepared_manifest, prepared_meanwhile
    from orchestration.lib.history import mark_dead_runs
    from orchestration.lib.standing import standing

    mark_dead_runs(instance)
    with prepared_meanwhile(config) as wait_for_it:
        with _no_collecting():
            landing = _landing_definitions()
        _execute(landing, LAND, instance, record, options, _selection(config, options.sources))
        if record.misses and not record.landings:
            record.failure = ("run", next(iter(record.misses.values())))
        if record.failure is not None:
            return
        stand = standing(with_as_of(config, options.as_of))
        if stand.why is None and not options.full_refresh:
            record.nothing_new(stand)
            return
        record.stage("prepare")
        wait_for_it()
        prepared_manifest(
            config
        )  # by itself, so that a mistake in the project is told without Dagster's wrapping
    with _no_collecting():
        from orchestration.definitions import defs

        everything = defs()
    _execute(everything, BUILD, instance, record, options, None)


def _landing_definitions() -> Definitions:
    from dagster import Definitions

    from orchestration.defs.gates.landing import landing
    from orchestration.defs.raw.assets import raw
    from orchestration.defs.resources import resources
    from orchestration.lib.jobs import land_job

    return Definitions.merge(raw(), landing(), resources(), Definitions(jobs=[land_job()]))


def _selection(config: Config, sources: Sequence[str]) -> list[AssetKey] | None:
    """The landing of these sources, and the gate; None for everything."""
    from orchestration.lib.keys import ACCEPTED_LOADS, raw_key

    if not sources:
        return None
    return [
        ACCEPTED_LOADS,
        *(raw_key(name, table) for name in sources for table in config.source(name).input_names()),
    ]


def _execute(
    definitions: Definitions,
    job: str,
    instance: DagsterInstance,
    record: Record,
    options: Options,
    selection: list[AssetKey] | None,
) -> None:
    from orchestration.lib.failures import failure_of
    from orchestration.lib.history import process_tag

    result = definitions.resolve_job_def(job).execute_in_process(
        instance=instance,
        raise_on_error=False,
        tags=process_tag(),
        asset_selection=selection,
        run_config={
            "resources": {"warehouse": {"config": options.of_warehouse()}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
    )
    if not result.success:
        record.failure = failure_of(result.all_events)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Loading Dagster and dbt makes a million objects that all stay: looking for garbage takes a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _printing_to_log(config: Config) -> Iterator[None]:
    """dbt's events, progress bars of libraries: nothing that a person at the terminal should have to read."""
    prepare_state(config)
    with (config.state / LOG).open("w", encoding="utf-8") as log, redirect_stdout(log), redirect_stderr(log):
        yield
