"""`opsmart run` in a process of its own, told apart: seconds of each stage and of each model.

python -m tests.benchmarks.warehouse.pipeline CONFIG
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


@dataclass
class Ran:
    """One run. Seconds are wall clock; those of a model are from its start to its end, and two run at once."""

    ending: str
    seconds: float
    cpu: float
    as_of: str
    stages: dict[str, float]
    models: dict[str, float]
    models_span: float
    """While at least one model was built: what all of them took together."""
    build_span: float
    """dbt from the first node to the last, tests of the data included."""
    database: Path
    rows: dict[str, int] = field(default_factory=dict)


def run(config: Path) -> Ran:
    """Raises if the run did not end as it should."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.warehouse.pipeline", str(config)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stdout[-4000:] or "opsmart run failed")
    told = json.loads(done.stdout.splitlines()[-1])
    if told["ending"] not in ("published", "nothing_new"):
        raise SystemExit(f"opsmart run ended as {told['ending']}: {told['why']}")
    models, models_span, build_span = _models(Path(told["results"])) if told["built"] else ({}, 0.0, 0.0)
    return Ran(
        ending=told["ending"],
        seconds=seconds,
        cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        as_of=told["as_of"],
        stages=told["stages"],
        models=models,
        models_span=models_span,
        build_span=build_span,
        database=Path(told["database"]),
        rows=told["rows"],
    )


def _models(results: Path) -> tuple[dict[str, float], float, float]:
    """Seconds by model, seconds in which any model was being built, and of all of dbt's nodes."""
    seconds, of_models, of_all = {}, [], []
    for one in json.loads(results.read_text(encoding="utf-8"))["results"]:
        if not one["timing"]:
            continue
        span = (
            min(_instant(part["started_at"]) for part in one["timing"]),
            max(_instant(part["completed_at"]) for part in one["timing"]),
        )
        of_all.append(span)
        kind, _, name = one["unique_id"].split(".")[:3]
        if kind in ("model", "seed"):
            seconds[name] = span[1] - span[0]
            of_models.append(span)
    whole = max(end for _, end in of_all) - min(begin for begin, _ in of_all) if of_all else 0.0
    return seconds, _covered(of_models), whole


def _covered(spans: list[tuple[float, float]]) -> float:
    total, until = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(end - max(begin, until), 0.0)
        until = max(until, end)
    return total


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _watched(path: Path) -> dict[str, Any]:
    """In the child: run, and note when each stage began."""
    from ingestion.config import load_config
    from orchestration.lib.builds import builds
    from orchestration.lib.progress import Progress
    from orchestration.lib.running import Options, run_here
    from orchestration.lib.settings import dbt_folder

    began: list[tuple[str, float]] = []

    class Stages(Progress):
        """Notes when each stage begins."""

        def stage(self, name: str, detail: str = "") -> None:
            began.append((name, time.perf_counter()))

        def building(self, why: str, full_refresh: str | None) -> None:
            began.append(("build", time.perf_counter()))

    config = load_config(path)
    record = run_here(config, Options(), Stages())
    ends = [*(at for _, at in began[1:]), time.perf_counter()]
    stages: dict[str, float] = {}
    for (name, at), end in zip(began, ends, strict=True):
        stages[name] = stages.get(name, 0.0) + end - at
    newest = builds(config)[-1]
    return {
        "ending": record.ending,
        "why": record.failure and record.failure[1],
        "built": record.standing is None,
        "stages": stages,
        "as_of": newest.as_of.replace(tzinfo=None).isoformat(sep=" "),
        "results": str(dbt_folder(config) / "target" / "run_results.json"),
        "database": str(config.build_db),
        "rows": {one.source: one.rows for one in record.landings},
    }


if __name__ == "__main__":
    print(json.dumps(_watched(Path(sys.argv[1]))))
