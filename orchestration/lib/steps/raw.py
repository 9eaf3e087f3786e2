"""Landing a source: one step gives all its raw tables."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg

from ingestion.reached import note
from ingestion.source import SourceError
from orchestration.lib.failures import told_plainly
from orchestration.lib.keys import POOL, raw_key
from orchestration.lib.progress import watcher
from orchestration.lib.warehouse import Warehouse

if TYPE_CHECKING:
    from ingestion.lake import LandResult
    from ingestion.settings import SourceSettings


def raw_assets(source: "SourceSettings") -> dg.AssetsDefinition:
    """The raw tables of one source. They are materialized by every run: also "nothing new" is an answer."""
    inputs = source.input_names()

    @dg.multi_asset(
        name=f"land_{source.name}",
        specs=[_spec(source, one) for one in inputs],
        pool=POOL,
        description=f"Land what source {source.name} has that was not landed before. One that cannot be reached fails"
        " alone: the others go on (`if_down`).",
    )
    def land_source(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[Any]]:
        from ingestion.lake import land

        started = time.monotonic()
        watcher().stage("land", source.name)
        try:
            with told_plainly():
                result = land(
                    warehouse.config,
                    source.name,
                    lambda what, done, total: watcher().reading(source.name, what, done, total),
                    reconcile=warehouse.reconcile,
                    allow_deletions=warehouse.allow_deletions,
                )
        except dg.Failure as failure:
            if not isinstance(failure.__cause__, SourceError):
                raise
            stale = note(warehouse.config, source.name, str(failure.__cause__)).stale
            if source.if_down == "refuse":
                raise
            context.log.error(str(stale))
            watcher().missed(source.name, str(failure.__cause__))
            for one in inputs:
                yield dg.MaterializeResult(
                    asset_key=raw_key(source.name, one), metadata={"stale": str(stale)}
                )
            return
        note(warehouse.config, source.name, None)
        watcher().landed(result)
        for line in (f"not there any more, its rows stay: {name}" for name in result.vanished):
            context.log.warning(line)
        for one in inputs:
            yield dg.MaterializeResult(
                asset_key=raw_key(source.name, one), metadata=_metadata(result, one, started)
            )

    return land_source


def _spec(source: "SourceSettings", one: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        raw_key(source.name, one),
        group_name="raw",
        kinds={"dlt", "parquet"},
        description=f"Rows of `{one}` as source `{source.name}` ({source.type}) gave them, less personal data: "
        "Parquet, only ever added to, a folder for each load.",
    )


def _metadata(result: "LandResult", one: str, started: float) -> dict[str, Any]:
    files = [outcome for outcome in result.files if outcome.input == one]
    landed = sum(outcome.status == "landed" for outcome in files)
    metadata: dict[str, Any] = {
        "rows landed": sum(outcome.rows for outcome in files),
        "deliveries landed": landed,
        "deliveries unreadable": len(files) - landed,
        "seconds for the source": round(time.monotonic() - started, 2),
    }
    if result.load_id:
        metadata["load"] = result.load_id
    return metadata
