"""A build in a process of its own, to be killed: after a number of statements, or from outside at any moment.

Run as `python -m tests.dbt.kit.doomed JOB`, where JOB is a JSON file: the folder of a runner, a database, variables,
and the number of statements after which the process kills itself (0: never). It prints a line before dbt begins.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.dbt.kit.lake import Lake
from tests.dbt.kit.runner import MODELS_ONLY, Runner

ROOT = Path(__file__).parents[3]


def start(
    runner: Runner, lake: Lake, database: Path, as_of: str, statements: int = 0
) -> subprocess.Popen[str]:
    """Begin a build that will be killed; returns when dbt begins."""
    lake.write_accepted(database)
    job = database.with_suffix(".json")
    job.write_text(
        json.dumps([str(runner.folder), str(database), lake.variables(as_of), statements]), encoding="utf-8"
    )
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.dbt.kit.doomed", str(job)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "begins\n"
    return child


def kill_after(child: subprocess.Popen[str], seconds: float) -> bool:
    """Kill it then; False if it was done before."""
    time.sleep(seconds)
    child.kill()
    return child.wait() == -signal.SIGKILL


def _die_after(statements: int) -> None:
    from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper

    plain, left = DuckDBCursorWrapper.execute, iter(range(statements))

    def execute(self: Any, sql: str, bindings: Any = None) -> Any:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(self, sql, bindings)

    DuckDBCursorWrapper.execute = execute  # type: ignore[method-assign]


if __name__ == "__main__":
    folder, database, variables, statements = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    import dbt.cli.main  # noqa: F401  (takes seconds, which nobody wants to be killed in)

    runner = Runner(Path(folder), variables)
    if statements:
        _die_after(statements)
    print("begins", flush=True)
    runner.run(Path(database), variables, "build", *MODELS_ONLY)
