"""The publish gate as a step: judges the newest build and blocks the release if it does not pass."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg

from orchestration.lib.dbt.manifest import load_manifest, published_models
from orchestration.lib.dbt.translator import Translator
from orchestration.lib.failures import told_plainly
from orchestration.lib.judging import judge_newest
from orchestration.lib.keys import POOL, VERDICT
from orchestration.lib.warehouse import Warehouse

if TYPE_CHECKING:
    from ingestion.config import Config
    from quality.verdict import Check, Verdict

GATE = "publish_gate"
"""The check that blocks the release."""
SHOWN = 20


def publish_gate(config: "Config") -> dg.AssetsDefinition:
    """The verdict: depends on every published table and has a check for each, and one that blocks."""
    models = published_models(load_manifest(config))
    translator = Translator(config)

    @dg.asset(
        key=VERDICT,
        deps=[translator.get_asset_key(model) for model in models.values()],
        group_name="gates",
        kinds={"greatexpectations"},
        pool=POOL,
        check_specs=[_blocking_spec(), *(_spec(name) for name in models)],
        description="Whether the newest build may be published: dbt's tests and expectations on each table.",
    )
    def verdict(warehouse: Warehouse) -> Iterator[dg.MaterializeResult[Any]]:
        started = time.monotonic()
        with told_plainly():
            made = judge_newest(warehouse.config)
        yield dg.MaterializeResult(
            metadata={**verdict_metadata(made), "seconds": round(time.monotonic() - started, 2)},
            check_results=[_blocking_result(made), *_results(made, list(models))],
        )

    return verdict


def verdict_metadata(made: "Verdict") -> dict[str, Any]:
    """What Dagster shows of a verdict."""
    findings = [f"- {check.status}: {check.message or check.name}" for check in made.findings[:SHOWN]]
    return {
        "status": made.status,
        "verdict": made.verdict_id,
        "build": made.build_id,
        "as of": made.as_of.isoformat(),
        "checks": made.summary.checks,
        "warned": made.summary.warned,
        "failed": made.summary.failed,
        **({"findings": dg.MetadataValue.md("\n".join(findings))} if findings else {}),
    }


def _blocking_spec() -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        GATE,
        asset=VERDICT,
        blocking=True,
        description="Nothing is published unless the verdict is pass or warn.",
    )


def _spec(model: str) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(model, asset=VERDICT, description=f"Everything that was looked at on {model}.")


def _blocking_result(made: "Verdict") -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=GATE, asset_key=VERDICT, passed=made.is_passing, metadata={"checks": made.summary.checks}
    )


def _results(made: "Verdict", models: list[str]) -> Iterator[dg.AssetCheckResult]:
    for model in models:
        mine = [check for check in made.checks if check.model == model]
        findings = [check for check in mine if check.status != "pass"]
        lines = [check.message or check.name for check in findings[:SHOWN]]
        yield dg.AssetCheckResult(
            check_name=model,
            asset_key=VERDICT,
            passed=not findings,
            severity=_severity(findings),
            metadata={"checks": len(mine), **({"findings": "\n".join(lines)} if lines else {})},
        )


def _severity(findings: "list[Check]") -> dg.AssetCheckSeverity:
    failed = any(check.status == "fail" for check in findings)
    return dg.AssetCheckSeverity.ERROR if failed else dg.AssetCheckSeverity.WARN
