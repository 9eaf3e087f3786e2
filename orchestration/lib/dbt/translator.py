"""How a dbt node looks as a Dagster asset: its group, and the raw tables that staging reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from orchestration.lib.keys import ACCEPTED_LOADS, raw_key

if TYPE_CHECKING:
    from dagster_dbt import DbtProject

    from ingestion.config import Config

STAGING = "staging"


class Translator(DagsterDbtTranslator):
    """Groups by layer; staging models depend on the raw tables that the configuration maps to their entity."""

    def __init__(self, config: Config) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_code_references=True))
        self._raw = _raw_of_staging(config)

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        """The asset of one node, with its way from the sources."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        props = self.get_resource_props(manifest, unique_id)
        upstream = self._raw.get(props["name"], set())
        if _layer(props) != STAGING or upstream <= {dep.asset_key for dep in spec.deps}:
            return spec
        return spec.replace_attributes(deps=[*spec.deps, *sorted(upstream)])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The layer: staging, intermediate, marts; or seeds."""
        return _layer(dbt_resource_props)


def _layer(props: Mapping[str, Any]) -> str:
    folders = props["fqn"][1:-1]
    return str(folders[0]) if folders and props["resource_type"] == "model" else f"{props['resource_type']}s"


def _raw_of_staging(config: Config) -> dict[str, set[dg.AssetKey]]:
    """Raw tables by staging model: `stg_<entity>` reads what the configuration maps to the entity."""
    from ingestion.mapping import entity_selects

    found: dict[str, set[dg.AssetKey]] = {}
    for select in entity_selects(config):
        upstream = found.setdefault(f"stg_{select.entity}", {ACCEPTED_LOADS})
        upstream.add(raw_key(select.source, select.input))
        upstream.update(raw_key(select.source, other.input) for other in select.lookups)
    return found
