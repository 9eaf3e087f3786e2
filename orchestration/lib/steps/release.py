"""Publishing as a step."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import dagster as dg

from orchestration.lib.errors import PublishBlocked
from orchestration.lib.failures import told_plainly
from orchestration.lib.progress import watcher
from orchestration.lib.releases import publish
from orchestration.lib.warehouse import Warehouse


def release_step(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[Any]]:
    """Publish what the stored verdict allows. A pin is no failure: the step then gives nothing and says why."""
    started = time.monotonic()
    watcher().stage("release")
    with told_plainly():
        try:
            release = publish(warehouse.config)
        except PublishBlocked as error:
            context.log.warning(str(error))
            watcher().blocked(str(error))
            return
    watcher().released(release)
    yield dg.MaterializeResult(
        metadata={
            "release": release.id,
            "path": dg.MetadataValue.path(str(release.path)),
            "tables": len(release.tables),
            "rows": dg.MetadataValue.json(release.tables),
            "dagster/row_count": sum(release.tables.values()),
            "bytes": release.bytes,
            "seconds": round(time.monotonic() - started, 2),
        }
    )
