"""Reads what a dbt run left in its target folder: which models were built and how each test ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quality.verdict import Check

PUBLISHED = ("dim_", "fct_", "mart_")
_PASSED = ("pass", "success", "no-op")


class DbtResultsError(ValueError):
    """dbt's files are missing or are not what dbt writes."""


@dataclass(frozen=True)
class DbtRun:
    """One invocation: its id, its results by node, and the project's nodes."""

    invocation_id: str
    results: Mapping[str, Mapping[str, Any]]
    nodes: Mapping[str, Mapping[str, Any]]

    @property
    def published_models(self) -> list[Mapping[str, Any]]:
        """Nodes of the models that a release carries, by name."""
        models = (
            n
            for n in self.nodes.values()
            if n["resource_type"] == "model" and n["name"].startswith(PUBLISHED)
        )
        return sorted(models, key=lambda node: str(node["name"]))


def read_run(run_results: Path) -> DbtRun:
    """The run that wrote `run_results`, with the manifest beside it. Raises DbtResultsError."""
    try:
        results = json.loads(run_results.read_text(encoding="utf-8"))
        manifest = json.loads((run_results.parent / "manifest.json").read_text(encoding="utf-8"))
        return DbtRun(
            invocation_id=results["metadata"]["invocation_id"],
            results={one["unique_id"]: one for one in results["results"]},
            nodes=manifest["nodes"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DbtResultsError(
            f"{run_results}: no usable results of dbt: {type(error).__name__}: {error}"
        ) from error


def dbt_checks(run: DbtRun, build_id: str) -> list[Check]:
    """A check for the run itself, one for each model and seed that did not succeed, and one for each test."""
    checks = [_same_run(run, build_id)]
    for node in run.published_models:
        if node["unique_id"] not in run.results:
            message = f"{node['name']} was not built by this run: run everything, not a part"
            checks.append(
                Check(name=node["name"], kind="dbt_model", model=node["name"], status="fail", message=message)
            )
    tests = 0
    for unique_id, result in run.results.items():
        node = run.nodes.get(unique_id) or {}
        if unique_id.startswith(("test.", "unit_test.")):
            tests += 1
            checks.append(_test(unique_id, node, result, run.nodes))
        elif result["status"] not in _PASSED:
            checks.append(_model(unique_id, result))
    message = "" if tests else "no test of dbt ran: use `dbt build`, not `dbt run`"
    status = "pass" if tests else "fail"
    checks.append(
        Check(
            name="dbt_tests_ran", kind="run", status=status, observed=tests, expected="≥ 1", message=message
        )
    )
    return checks


def _same_run(run: DbtRun, build_id: str) -> Check:
    same = run.invocation_id == build_id
    message = "" if same else "dbt's results are of another run than the tables: run again"
    return Check(
        name="dbt_results_of_this_build", kind="run", status="pass" if same else "fail",
        observed=run.invocation_id, expected=build_id, message=message,
    )  # fmt: skip


def _model(unique_id: str, result: Mapping[str, Any]) -> Check:
    name = unique_id.rpartition(".")[2]
    return Check(
        name=name, kind="dbt_model", model=name, status="fail", observed=result["status"], expected="success",
        message=f"{name} was not built: {_one_line(result.get('message')) or result['status']}",
    )  # fmt: skip


def _test(
    unique_id: str, node: Mapping[str, Any], result: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]]
) -> Check:
    status = result["status"]
    ended = "pass" if status in _PASSED else "warn" if status == "warn" else "fail"
    # unit_test.<project>.<model>.<name>, which is in no list of nodes; test.<project>.<name>.<hash>
    parts = unique_id.split(".")
    name = str(node.get("name") or (parts[-1] if parts[0] == "unit_test" else parts[2]))
    model, column, failures = (
        _model_of(unique_id, node, nodes),
        node.get("column_name"),
        result.get("failures"),
    )
    on = " of ".join(part for part in (column, model) if part)
    message = ""
    if ended != "pass":
        count = f"{failures} rows" if failures else status
        message = f"{name}{f' on {on}' if on else ''}: {count}: {_one_line(result.get('message')) or status}"
    severity = (
        "warn" if ended == "warn" else str((node.get("config") or {}).get("severity") or "error").lower()
    )
    return Check(
        name=name, kind="dbt_test", model=model, column=column, status=ended, observed=failures, expected="0 rows",
        severity="warn" if severity == "warn" else "error", message=message,
    )  # fmt: skip


def _model_of(unique_id: str, node: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The model that a test is about: the one it is attached to, else the last that it reads."""
    if unique_id.startswith("unit_test."):
        return unique_id.split(".")[2]
    attached = node.get("attached_node") or next(
        reversed((node.get("depends_on") or {}).get("nodes") or []), None
    )
    return str((nodes.get(attached) or {}).get("name") or attached.split(".")[-1]) if attached else None


def _one_line(text: object) -> str:
    return " ".join(str(text or "").split())[:300]
