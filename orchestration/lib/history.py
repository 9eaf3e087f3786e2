"""Dagster's run history: who runs, and what to make of runs whose process is gone."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from dagster import DagsterInstance

PROCESS = "opsmart/process"
UNDER_WAY = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def process_tag() -> dict[str, str]:
    """The tag by which a later run finds out whether this process still lives."""
    return {PROCESS: f"{socket.gethostname()}:{os.getpid()}"}


def sign_run(instance: DagsterInstance, run_id: str) -> None:
    """Tag a run with the process that executes it."""
    instance.add_run_tags(run_id, process_tag())


def mark_dead_runs(instance: DagsterInstance) -> list[str]:
    """Mark runs as failed whose process on this machine is gone; gives their ids.

    A killed run would otherwise be "started" for ever, and its place in the pool taken: nobody could run again.
    """
    dead = []
    for run in instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY)):
        host, _, pid = run.tags.get(PROCESS, "").rpartition(":")
        if host == socket.gethostname() and not _lives(int(pid)):
            instance.report_run_failed(run, "its process was killed")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            dead.append(run.run_id)
    return dead


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
