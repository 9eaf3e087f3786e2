"""The landing gate as a step: decides what is undecided, and answers for every raw table."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg

from orchestration.lib.builds import accepted_rows
from orchestration.lib.failures import told_plainly
from orchestration.lib.keys import ACCEPTED_LOADS, POOL, raw_key
from orchestration.lib.progress import watcher
from orchestration.lib.quarantine import Refused, quarantined
from orchestration.lib.warehouse import Warehouse

if TYPE_CHECKING:
    from ingestion.config import Config

SHOWN = 20
"""So many refused deliveries are named in a check; the table has all of them."""


def landing_gate(config: "Config") -> dg.AssetsDefinition:
    """`staging.accepted_loads`, with a check for each raw table that warns about what is left out."""
    tables = [(source.name, one) for source in config.sources for one in source.input_names()]

    @dg.asset(
        key=ACCEPTED_LOADS,
        deps=[raw_key(*table) for table in tables],
        group_name="gates",
        kinds={"duckdb", "greatexpectations"},
        pool=POOL,
        check_specs=[_check_spec(*table) for table in tables],
        description="Which loads and files count. Whatever the landing gate refused is left out, with its reason.",
    )
    def accepted_loads(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[Any]]:
        from quality.landing import decide

        started = time.monotonic()
        watcher().stage("landing gate")
        with told_plainly():
            decisions = decide(warehouse.config, watcher().decided)
        for decision in decisions:
            if not decision.is_accepted:
                context.log.warning(decision.message)
        refused = quarantined(warehouse.config)
        rows = accepted_rows(warehouse.config)
        yield dg.MaterializeResult(
            metadata={
                "dagster/row_count": len(rows),
                "data rows accepted": sum(row[5] - row[6] for row in rows),
                "decided in this run": len(decisions),
                "left out": len(refused),
                "seconds": round(time.monotonic() - started, 2),
            },
            check_results=list(_check_results(tables, refused)),
        )

    return accepted_loads


def _check_spec(source: str, one: str) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        f"accepts_{source}_{one}",
        asset=ACCEPTED_LOADS,
        description=f"Nothing that {source} delivered for {one} is left out. Never stops a run.",
    )


def _check_results(tables: list[tuple[str, str]], refused: list[Refused]) -> Iterator[dg.AssetCheckResult]:
    for source, one in tables:
        mine = [each for each in refused if (each.source, each.input) == (source, one)]
        yield dg.AssetCheckResult(
            check_name=f"accepts_{source}_{one}",
            asset_key=ACCEPTED_LOADS,
            passed=not mine,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "left out": len(mine),
                **(
                    {"which": dg.MetadataValue.md("\n".join(f"- {each}" for each in mine[:SHOWN]))}
                    if mine
                    else {}
                ),
            },
        )
