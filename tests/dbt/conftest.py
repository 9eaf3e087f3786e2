"""dbt on a warehouse of a test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.dbt.kit.runner import Runner
from tests.dbt.kit.telling import Telling


class Dbt(Protocol):
    """Run a dbt command; fails the test with dbt's own words if dbt fails."""

    def __call__(self, folder: Path, variables: Mapping[str, Any], *command: str) -> Path: ...


@pytest.fixture(scope="session")
def dbt(repository: Path) -> Dbt:
    """Runs dbt with its database `build.duckdb`, target and logs in `folder`; gives the target folder."""

    def run(folder: Path, variables: Mapping[str, Any], *command: str) -> Path:
        project = str(repository / "dbt_project")
        target = folder / "target"
        told = folder / "variables.json"
        told.write_text(json.dumps(dict(variables)), encoding="utf-8")  # too long for an argument
        done = subprocess.run(
            [
                *(
                    sys.executable,
                    str(repository / "orchestration/lib/dbt/child.py"),
                    "--no-use-colors",
                    *command,
                ),
                *("--project-dir", project, "--profiles-dir", project),
                *("--target-path", str(target), "--log-path", str(folder / "logs")),
                *("--vars", f"@{told}"),
            ],
            env={**os.environ, "OPSMART_BUILD_DB": str(folder / "build.duckdb")},
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        return target

    return run


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """dbt in this process, for the lakes that `Telling` makes."""
    folder = tmp_path_factory.mktemp("dbt")
    return Runner(folder, Telling(folder, {}).lake.variables("2000-01-01 00:00:00"))
