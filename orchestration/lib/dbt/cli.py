"""dbt's command line as a Dagster resource, without what dagster-dbt spends on each call."""

from __future__ import annotations

import os
from functools import cached_property
from importlib.metadata import version as installed_version
from typing import TYPE_CHECKING, Any

from dagster_dbt import DbtCliResource, DbtProject
from packaging import version

from orchestration.lib.dbt.process import BUILD_DB, child_command
from orchestration.lib.project import dbt_project_dir
from orchestration.lib.settings import dbt_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingestion.config import Config


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
    executable, *flags = child_command()
    return DbtCommand(  # type: ignore[misc]  # mypy takes pydantic's constructor for the one dagster-dbt wrote
        dbt_project(config),  # type: ignore[arg-type]
        dbt_executable=executable,
        global_config_flags=flags,
    )
