"""The warehouse, and the executor: all steps in one process, which holds the writer's lock from first to last."""

import dagster as dg

from orchestration.lib.warehouse import Warehouse


@dg.definitions
def resources() -> dg.Definitions:
    """One resource; its options can be set for a run in Dagster's launchpad."""
    return dg.Definitions(
        resources={"warehouse": Warehouse.configure_at_launch()},
        executor=dg.in_process_executor,
    )
