"""How dbt is started: by this interpreter, in a child that ends with us, with its variables in a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.lib.settings import dbt_folder

if TYPE_CHECKING:
    from ingestion.config import Config

BUILD_DB = "OPSMART_BUILD_DB"
"""Environment variable that profiles.yml reads: the database that dbt builds."""
CORES = "OPSMART_CORES"
"""Environment variable that profiles.yml reads: how many cores one query may use. All of the machine's unless set."""
PARSED = "OPSMART_DBT_PARSED"
"""Environment variable that names the parsed project for child.py."""
CHILD = Path(__file__).with_name("child.py")
PATIENCE = 5.0
"""Seconds that dbt gets to end by itself once it is told to."""


def child_command() -> list[str]:
    """The beginning of a dbt command line."""
    # -P: the script's own folder must not become a place that modules are found in.
    return [sys.executable, "-P", str(CHILD), "--no-use-colors"]


def child_environment(config: Config) -> dict[str, str]:
    """This process's environment with what the project's profile reads."""
    environment = {name: value for name, value in os.environ.items() if name != PARSED}
    environment.setdefault(CORES, str(os.cpu_count() or 1))
    return environment | {BUILD_DB: str(config.build_db)}


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave no dbt behind, whatever ends the waiting for it: the build database stays locked as long as it lives."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE)
            process.kill()
            process.wait()


def vars_argument(config: Config, variables: Mapping[str, Any], name: str) -> list[str]:
    """`--vars` with the variables in a file `state/dbt/<name>.json`, as child.py reads it."""
    path = dbt_folder(config) / f"{name}.json"
    path.write_text(json.dumps(variables, ensure_ascii=False), encoding="utf-8")
    return ["--vars", f"@{path}"]
