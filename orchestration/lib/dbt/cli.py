"""dbt's command line as a Dagster resource, without what dagster-dbt spends on each call."""

from __future__ import annotations

import json
import os
import sys
from functools import cached_property
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_dbt import DbtCliResource, DbtProject
from packaging import version

from orchestration.lib.project import dbt_project_dir
from orchestration.lib.settings import dbt_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingestion.config import Config

BUILD_DB = "OPSMART_BUILD_DB"
"""Environment variable that profiles.yml reads: the database that dbt builds."""
CHILD = Path(__file__).with_name("child.py")


class DbtCommand(DbtCliResource):
    """Starts dbt with this interpreter (whatever PATH says) so that it ends with us.

    dagster-dbt 0.29 starts `dbt --version` before each command and then opens the adapter in this process as
    well, five to eight seconds together. The version is known from the installed package; the adapter only
    serves to count rows, which one query over all tables does better (see `row_counts`), and would keep the
    build database open here.
    """

    @cached_property
    def _cli_version(self) -> version.Version:
        return version.parse(installed_version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        return None


def dbt_project(config: Config) -> DbtProject:
    """Our dbt project, with its artifacts in the warehouse's state folder."""
    return DbtProject(dbt_project_dir(), target_path=dbt_folder(config) / "target")


def dbt_command(config: Config) -> DbtCommand:
    """dbt on this warehouse. Also sets the environment variables that its profile reads."""
    os.environ[BUILD_DB] = str(config.build_db)
    return DbtCommand(  # type: ignore[misc]  # mypy takes pydantic's constructor for the one dagster-dbt wrote
        dbt_project(config),  # type: ignore[arg-type]
        # -P: the script's own folder must not become a place that modules are found in.
        dbt_executable=sys.executable,
        global_config_flags=["-P", str(CHILD), "--no-use-colors"],
    )


def vars_argument(config: Config, variables: Mapping[str, Any], name: str) -> list[str]:
    """`--vars` with the variables in a file `state/dbt/<name>.json`, as child.py reads it."""
    path = dbt_folder(config) / f"{name}.json"
    path.write_text(json.dumps(variables, ensure_ascii=False), encoding="utf-8")
    return ["--vars", f"@{path}"]
