"""The resource that every step uses: the configuration with this run's options, behind the writer's lock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dagster as dg

from ingestion.lock import writer_lock
from orchestration.lib.failures import told_plainly
from orchestration.lib.history import mark_dead_runs, sign_run
from orchestration.lib.settings import current_config, prepare_state, with_as_of

if TYPE_CHECKING:
    from ingestion.config import Config

LOCK_WAIT = "OPSMART_LOCK_WAIT"
"""Environment variable: seconds that a run waits for another writer to end (default 600)."""


class Warehouse(dg.ConfigurableResource):
    """The warehouse that the active configuration names; the fields are options of one run."""

    as_of: str = ""
    """`now`, `latest` or an instant with its offset, in place of the configuration's; empty to keep that."""
    full_refresh: bool = False
    """Build every table anew, and build even if nothing is new."""
    reconcile: bool = False
    """Compare everything that databases hold with what has landed: missed changes, and what was deleted."""
    allow_deletions: bool = False
    """Believe that also where much is gone."""

    @property
    def config(self) -> Config:
        """The configuration, with this run's `as_of`."""
        return with_as_of(current_config(), self.as_of)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Warehouse]:
        """Hold the writer's lock for the whole run: the executor runs all steps in this process."""
        with told_plainly():
            config = self.config
            prepare_state(config)
            lock = writer_lock(config, wait=float(os.environ.get(LOCK_WAIT, "600")))
            lock.__enter__()
        try:
            if context.run and context.instance:
                sign_run(context.instance, context.run.run_id)
                mark_dead_runs(context.instance)
            yield self
        finally:
            lock.__exit__(None, None, None)
