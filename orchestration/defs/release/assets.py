"""The release: what readers open."""

from collections.abc import Iterator

import dagster as dg

from orchestration.lib.keys import POOL, RELEASE, VERDICT
from orchestration.lib.steps.release import release_step
from orchestration.lib.warehouse import Warehouse


@dg.asset(
    key=RELEASE,
    deps=[VERDICT],
    group_name="release",
    kinds={"duckdb"},
    pool=POOL,
    output_required=False,
    description="The published database: only dim_, fct_ and mart_ tables, read-only, behind the link `current`.",
)
def release(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[dg.MaterializeResult]:
    """Publish if the stored verdict allows it; also when this step is run alone."""
    yield from release_step(context, warehouse)
