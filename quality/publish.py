"""The publish gate: dbt's tests and a profile of each mart become one verdict, without which nothing is published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from ingestion.faults import reach
from ingestion.reached import reached
from quality import bounds, verdict
from quality.dbt_results import DbtResultsError, DbtRun, dbt_checks, read_run
from quality.mart_suite import MartCheck, SuiteError, mart_suite
from quality.profile import plain, table_profile
from quality.verdict import Check, Verdict

if TYPE_CHECKING:
    from ingestion.config import Config


@dataclass(frozen=True)
class Measured:
    """One bound of a mart and what was measured for it, as the profile gives it."""

    model: str
    check: MartCheck
    value: Any


def judge(
    config: Config, run_results: Path, build_id: str, as_of: datetime | str, fingerprint: dict[str, str]
) -> Verdict:
    """Judge the build `build_id` (dbt's invocation id) and store the verdict as `state/verdict.json`.

    `run_results` is dbt's run_results.json, with manifest.json beside it. Whatever cannot be found out counts as
    a failure: the verdict is then `refuse`, with a check that says what is wrong.
    """
    made = verdict.make_verdict(
        list(_checks(config, run_results, build_id)), build_id=build_id, as_of=as_of, fingerprint=fingerprint
    )
    verdict.store_verdict(made, config.state / verdict.FILE_NAME)
    reach("verdict")
    return made


def _checks(config: Config, run_results: Path, build_id: str) -> Iterator[Check]:
    try:
        run = read_run(run_results)
        yield from dbt_checks(run, build_id)
        yield from _stale_sources(config)
        with duckdb.connect(str(config.build_db), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            measured = [one for node in run.published_models for one in _measured(connection, run, node)]
        yield from _judged(measured)
    except (DbtResultsError, duckdb.Error) as error:
        yield Check(name="readable", kind="run", status="fail", message=" ".join(str(error).split()))


def _stale_sources(config: Config) -> Iterator[Check]:
    """Sources that gave nothing when they were last asked: what is published is older there than it might be."""
    for name, one in reached(config).items():
        message = f"source {name} is stale, {one.stale}" if one.stale else ""
        yield Check(
            name=f"source.{name}.reached", kind="run", status="warn" if message else "pass", severity="warn",
            observed=one.reached_at, expected="reached by the newest run", message=message,
        )  # fmt: skip


def _measured(
    connection: duckdb.DuckDBPyConnection, run: DbtRun, node: Mapping[str, Any]
) -> Iterator[Check | Measured]:
    """What is measured of a mart and still has to be judged, and checks of what could not be."""
    name = str(node["name"])
    try:
        suite = mart_suite(node, [_has_rows(connection, one) for one in _upstream(run, node)])
        relation = _relation(node)
        types = {row[0]: row[1] for row in connection.execute(f"describe {relation}").fetchall()}
        frame = table_profile(connection, relation, types, personal=suite.personal, unique=suite.unique)
    except (SuiteError, duckdb.Error) as error:
        yield Check(
            name=f"{name}.profile", kind="expectation", model=name, status="fail", message=_one_line(error)
        )
        return
    for check in suite.checks:
        if check.measure in frame.columns:
            yield Measured(name, check, frame[check.measure].iloc[0])
        else:
            message = f"{name} has no {check.measure.replace(':', ' with a ')}, which its gate speaks of"
            yield _check(name, check, None, message)


def _judged(measured: Sequence[Check | Measured]) -> Iterator[Check]:
    """A check for each, in their order. All marts are judged at once."""
    waiting = [one for one in measured if isinstance(one, Measured)]
    broken = bounds.broken([one.check.on(one.value) for one in waiting])
    errors = {id(waiting[position]): error for position, error in broken.items()}
    for one in measured:
        if isinstance(one, Check):
            yield one
            continue
        value = None if one.check.personal else plain(one.value)
        error = errors.get(id(one))
        message = "" if error is None else f"{one.model}: {_said(one.check, value)}"
        yield _check(one.model, one.check, value, f"{message}: {error}" if error else message)


def _check(model: str, check: MartCheck, value: float | int | str | None, message: str) -> Check:
    status = "pass" if not message else "warn" if check.severity == "warn" else "fail"
    return Check(
        name=f"{model}.{check.measure}", kind="expectation", model=model, column=check.column, status=status,
        observed=value, expected=check.expected, severity=check.severity, message=message,
    )  # fmt: skip


def _said(check: MartCheck, value: float | int | str | None) -> str:
    what = check.measure.replace(":", " ")
    return (
        f"{what} is {value}, expected {check.expected}"
        if value is not None
        else f"{what}, expected {check.expected}"
    )


def _upstream(run: DbtRun, node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The models that a model reads, without seeds and views of configuration."""
    ids = (node.get("depends_on") or {}).get("nodes") or ()
    return [run.nodes[one] for one in ids if one.startswith("model.") and one in run.nodes]


def _has_rows(connection: duckdb.DuckDBPyConnection, node: Mapping[str, Any]) -> bool:
    row = connection.execute(f"select exists (select 1 from {_relation(node)})").fetchone()
    return bool(row and row[0])


def _relation(node: Mapping[str, Any]) -> str:
    return ".".join(
        '"' + str(part).replace('"', '""') + '"'
        for part in (node["schema"], node.get("alias") or node["name"])
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
