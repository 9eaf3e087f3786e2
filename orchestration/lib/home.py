"""Dagster's home in the warehouse's state folder, and the instance that keeps the run history there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ingestion.folders import write_atomically
from orchestration.lib.project import ROOT
from orchestration.lib.settings import activate, dagster_home, prepare_state
from orchestration.lib.sqlite import unhurried_sqlite

if TYPE_CHECKING:
    from dagster import DagsterInstance

    from ingestion.config import Config

SETTINGS = "dagster.yaml"

_IN_THIS_PROCESS: dict[str, Any] = {
    # Dagster would otherwise catch what this process prints, with two helper processes for each run.
    "compute_logs": {
        "module": "dagster._core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
    },
    # Runs start where they are asked for; queueing is the daemon's business.
    "run_coordinator": {"module": "dagster._core.run_coordinator", "class": "DefaultRunCoordinator"},
}


def prepare_home(config: Config) -> None:
    """Make Dagster's home, with the settings of this project, and name it in the environment."""
    prepare_state(config)
    settings = (ROOT / SETTINGS).read_text(encoding="utf-8")
    path = dagster_home(config) / SETTINGS
    if not path.exists() or path.read_text(encoding="utf-8") != settings:
        write_atomically(path, settings)
    activate(config)


@contextmanager
def instance_here(config: Config) -> Iterator[DagsterInstance]:
    """The instance for runs that are executed in this process; `opsmart dev` shows them too."""
    from dagster import DagsterInstance
    from dagster._core.instance import InstanceRef

    prepare_home(config)
    home = os.fspath(dagster_home(config))
    reference = InstanceRef.from_dir(home, overrides=_IN_THIS_PROCESS)
    with unhurried_sqlite(), DagsterInstance.from_ref(reference) as instance:
        yield instance
