"""Reads what each canonical entity is made of from its model's yml, the only place where that is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "dbt_project" / "models" / "intermediate"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # in C it takes a tenth of the time
    """Safe, and `on` and `no` are words as in YAML 1.2, no truth values."""


_BOOLEAN = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {
    first: [one for one in known if one[0] != _BOOLEAN or first in "tTfF"]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class ContractColumn:
    """One column that a source may give. `data_type` is lower case; `accepted` is empty where anything goes."""

    name: str
    data_type: str
    description: str = ""
    required: bool = False
    accepted: tuple[str, ...] = ()
    clock: bool = False
    """Its newest instant counts for `as_of: latest`."""
    falls_back_to: str | None = None
    """Column whose value it takes where it has none, or is not given."""


@dataclass(frozen=True)
class Contract:
    """An entity: the columns that make one row of it, and those that a source may give."""

    entity: str
    key: tuple[str, ...]
    columns: Mapping[str, ContractColumn]

    @property
    def required(self) -> list[str]:
        return [name for name, column in self.columns.items() if column.required]


def load_contracts(folder: Path | None = None) -> Mapping[str, Contract]:
    """Contracts by entity, read from `<folder>/<domain>/int_<entity>.yml` of the models that declare an entity.

    Raises ValueError naming the file if a yml is not what it should be, or if there is none at all.
    """
    return _load((folder or FOLDER).resolve())


@lru_cache
def _load(folder: Path) -> Mapping[str, Contract]:
    contracts = {}
    for path in sorted(folder.glob("*/int_*.yml")):
        for model in (yaml.load(path.read_text("utf-8"), _Loader) or {}).get("models", ()):  # noqa: S506 -- a safe one
            contract = _contract(model, path)
            if contract is not None:
                contracts[contract.entity] = contract
    if not contracts:
        raise ValueError(f"no contract of an entity found in {folder}")
    return contracts


def _contract(model: dict[str, Any], path: Path) -> Contract | None:
    meta = _meta(model)
    if "entity" not in meta:  # a model derived from entities, not one that sources map to
        return None
    columns = {one["name"]: _column(one, path) for one in model["columns"] if _meta(one).get("given")}
    key = tuple(meta.get("business_key", ()))
    if not key or not set(key) <= columns.keys():
        raise ValueError(f"{path}: business_key must name columns that a source gives, not {list(key)}")
    return Contract(str(meta["entity"]), key, columns)


def _column(column: dict[str, Any], path: Path) -> ContractColumn:
    meta = _meta(column)
    if "data_type" not in column:
        raise ValueError(f"{path}: column {column['name']} has no data_type")
    return ContractColumn(
        name=column["name"],
        data_type=str(column["data_type"]).lower().replace(" ", ""),
        description=column.get("description", ""),
        required=bool(meta.get("required", False)),
        accepted=tuple(str(value).lower() for value in meta.get("accepted", ())),
        clock=bool(meta.get("clock", False)),
        falls_back_to=meta.get("falls_back_to"),
    )


def _meta(node: dict[str, Any]) -> dict[str, Any]:
    meta: dict[str, Any] = node.get("config", {}).get("meta", {})
    return meta
