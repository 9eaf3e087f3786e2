"""Runs the Dagster job in this process, so that it is in the history that `opsmart dev` shows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ingestion.lock import writer_lock
from orchestration.lib.home import instance_here
from orchestration.lib.names import JOB
from orchestration.lib.progress import Progress, watched_by
from orchestration.lib.recording import Record
from orchestration.lib.settings import prepare_state

if TYPE_CHECKING:
    from dagster import AssetKey, DagsterInstance, Definitions, ExecuteInProcessResult

    from ingestion.config import Config

LOG = "run.log"


def run_here(
    config: Config,
    *,
    as_of: str = "",
    full_refresh: bool = False,
    sources: Sequence[str] = (),
    display: Progress | None = None,
) -> Record:
    """Land, judge, build and publish what is new; `sources` limits the landing to these.

    What the tools print meanwhile goes to `state/run.log`. How it ended stands in the record; raises LockedError
    if somebody else is writing, ConfigError for a source that is not there.
    """
    for name in sources:
        config.source(name)
    record = Record(display=display or Progress())
    with writer_lock(config), _printing_to_log(config), instance_here(config) as instance:
        record.display.stage("start")
        with watched_by(record):
            _execute(config, instance, record, as_of, full_refresh, sources)
    record.stop()
    return record


def _execute(
    config: Config,
    instance: DagsterInstance,
    record: Record,
    as_of: str,
    full_refresh: bool,
    sources: Sequence[str],
) -> None:
    from orchestration.definitions import defs
    from orchestration.lib.history import mark_dead_runs, process_tag

    mark_dead_runs(instance)
    definitions = defs()
    result = definitions.resolve_job_def(JOB).execute_in_process(
        instance=instance,
        raise_on_error=False,
        tags=process_tag(),
        asset_selection=_selection(config, definitions, sources),
        run_config={
            "resources": {"warehouse": {"config": {"as_of": as_of, "full_refresh": full_refresh}}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
    )
    if not result.success:
        record.failure = _failure(result)


def _selection(config: Config, definitions: Definitions, sources: Sequence[str]) -> list[AssetKey] | None:
    """Everything but the raw tables of the sources that are not asked for; None for everything."""
    if not sources:
        return None
    from orchestration.lib.keys import raw_key

    left_out = {
        raw_key(one.name, table)
        for one in config.sources
        if one.name not in sources
        for table in one.input_names()
    }
    return sorted(definitions.resolve_asset_graph().get_all_asset_keys() - left_out)


def _failure(result: ExecuteInProcessResult) -> tuple[Any, str]:
    """What failed first: the text of our own errors as it is, of others with their class."""
    from orchestration.lib.failures import KIND

    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data is not None:
                kind = data.user_failure_data.metadata.get(KIND)
                return (kind.value if kind else "run"), data.user_failure_data.description or "a step failed"
            if data.error is not None:
                root = data.error
                while root.cause is not None:
                    root = root.cause
                if root.cls_name == "DagsterAssetCheckFailedError":
                    return "gate", "the publish gate refuses"
                return "run", f"{event.step_key}: {' '.join(root.message.split())}"
    messages = [event.message for event in result.all_events if event.is_failure and event.message]
    return "run", messages[0] if messages else "the run failed; its history says more (opsmart dev)"


@contextlib.contextmanager
def _printing_to_log(config: Config) -> Iterator[None]:
    """dbt's events, progress bars of libraries: nothing that a person at the terminal should have to read."""
    prepare_state(config)
    with (
        (config.state / LOG).open("w", encoding="utf-8") as log,
        contextlib.redirect_stdout(log),
        contextlib.redirect_stderr(log),
    ):
        yield
