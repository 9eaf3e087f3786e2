"""The one dbt invocation of a run: builds and tests everything, and tells Dagster and the watcher about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg

from ingestion.faults import reach
from orchestration.lib.builds import builds, needs_full_refresh, table_rows
from orchestration.lib.dbt.cli import dbt_command
from orchestration.lib.dbt.manifest import use_prepared
from orchestration.lib.dbt.process import ended, vars_argument
from orchestration.lib.dbt.results import tests_failed
from orchestration.lib.dbt.variables import build_vars
from orchestration.lib.errors import GateRefused
from orchestration.lib.failures import told_plainly
from orchestration.lib.judging import begin_build, judge_newest, run_results
from orchestration.lib.keys import VERDICT
from orchestration.lib.progress import watcher
from orchestration.lib.standing import Standing, standing

if TYPE_CHECKING:
    from dagster_dbt import DbtCliEventMessage, DbtCliInvocation

    from ingestion.config import Config
    from orchestration.lib.warehouse import Warehouse

UNTESTED = ["--exclude", "resource_type:unit_test"]
"""Unit tests test the code on fixtures; they run with the code's other tests, not with the shop's data."""


def build(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
    """Build if there is anything new; otherwise give nothing, so that the steps after this one are skipped.

    A failing data test is the publish gate's business: the verdict is made at once, because Dagster does not run
    a step after tables that dbt left out, and the step fails as refused. A model that fails fails the run.
    """
    config = warehouse.config
    with told_plainly():
        stand = standing(config)
    if stand.why is None and not warehouse.full_refresh:
        context.log.info("nothing is new: nothing is built or published")
        watcher().nothing_new(stand)
        return
    with told_plainly():
        invocation = _start(context, config, stand, warehouse.full_refresh)
        errors: list[str] = []
        with ended(invocation.process):
            events = list(_watched(context, invocation, errors))
        reach("built")
        counts = table_rows(config)
    for unique_id, event in events:
        yield _with_rows(event, invocation.manifest["nodes"].get(unique_id, {}), counts)
    with told_plainly():
        failed = tests_failed(run_results(config), errors)
        if failed:
            _refuse(context, config, failed)


def _start(
    context: dg.AssetExecutionContext, config: Config, stand: Standing, asked: bool
) -> DbtCliInvocation:
    variables = build_vars(config, stand.as_of)
    anew = needs_full_refresh(builds(config), stand.as_of, variables["code_hash"], variables["mapping_hash"])
    anew = "asked for" if asked else anew
    watcher().building(stand.why or "asked for", anew)
    context.log.info("building, because %s; everything anew: %s", stand.why or "asked for", anew or "no")
    arguments = ["build", *UNTESTED, *vars_argument(config, variables, "build")]
    arguments += ["--full-refresh"] if anew else []
    begin_build(config, stand)
    use_prepared(config, run_results(config).parent)
    return dbt_command(config).cli(
        arguments, context=context, target_path=run_results(config).parent, raise_on_error=False
    )


def _watched(
    context: dg.AssetExecutionContext, invocation: DbtCliInvocation, errors: list[str]
) -> Iterator[tuple[str, Any]]:
    """Dagster's events with the node each is about; what dbt says in anger goes into `errors`.

    They are kept back until dbt is done, because only then can rows be counted: DuckDB lets nobody else in.
    """
    for event in invocation.stream_raw_events():
        _tell(event)
        if event.raw_event["info"]["level"] == "error":
            errors.append(event.raw_event["info"]["msg"])
        unique_id = event.raw_event["data"].get("node_info", {}).get("unique_id", "")
        for one in event.to_default_asset_events(
            manifest=invocation.manifest,
            dagster_dbt_translator=invocation.dagster_dbt_translator,
            context=context,
            target_path=invocation.target_path,
            project=invocation.project,
        ):
            yield unique_id, one


def _tell(event: DbtCliEventMessage) -> None:
    data = event.raw_event["data"]
    node = data.get("node_info", {})
    if event.is_result_event and node.get("unique_id"):
        watcher().built(
            node["node_name"],
            node["resource_type"],
            str(node.get("node_status") or data.get("status")).lower(),
            float(data.get("execution_time") or 0),
            int(data.get("index") or 0),
            int(data.get("total") or 0),
        )


def _with_rows(event: Any, node: dict[str, Any], counts: dict[tuple[str, str], int]) -> Any:
    rows = counts.get((node.get("schema", ""), node.get("alias", "")))
    if rows is None or not isinstance(event, dg.Output):
        return event
    return event.with_metadata({**event.metadata, "dagster/row_count": rows})


def _refuse(context: dg.AssetExecutionContext, config: Config, failed: list[str]) -> None:
    verdict = judge_newest(config)
    metadata = {"status": verdict.status, "verdict": verdict.verdict_id, "build": verdict.build_id}
    context.log_event(dg.AssetMaterialization(VERDICT, metadata=metadata))
    names = ", ".join(failed[:5]) + (" …" if len(failed) > 5 else "")
    raise GateRefused(f"not published: {len(failed)} data test(s) failed: {names}")
