"""The models: one dbt invocation builds and tests them all."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration.lib.dbt.build import build
from orchestration.lib.dbt.cli import dbt_project
from orchestration.lib.dbt.manifest import prepared_manifest
from orchestration.lib.dbt.translator import Translator
from orchestration.lib.keys import POOL
from orchestration.lib.settings import current_config
from orchestration.lib.warehouse import Warehouse


@dg.definitions
def models() -> dg.Definitions:
    """Every model and seed that dbt knows for this configuration, and its data tests as checks."""
    config = current_config()

    @dbt_assets(
        name="models",
        manifest=prepared_manifest(config),
        project=dbt_project(config),
        dagster_dbt_translator=Translator(config),
        pool=POOL,
    )
    def dbt_models(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
        yield from build(context, warehouse)

    return dg.Definitions(assets=[dbt_models])
