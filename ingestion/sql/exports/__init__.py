"""Mappings of well-known shop systems that come with this project, one YAML file each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ingestion.config_errors import refuse, suggest
from ingestion.yaml_lines import read_yaml

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """All there are."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


def filled_in(source: dict[str, Any]) -> dict[str, Any]:
    """A source's settings with the inputs and entities of its `export`. What the source says itself stands: an
    input's keys singly, an entity as a whole; an entity given as nothing (`reviews:`) is left out.

    Raises an error of the configuration for an export that is not there.
    """
    name = source.get("export")
    if not isinstance(name, str):
        return source
    if name not in names():
        raise refuse(f"there is no export {name!r}", suggest(name, names()))
    given = read_yaml((FOLDER / f"{name}.yml").read_text("utf-8"), {}).data
    own_inputs, own_entities = source.get("inputs") or {}, source.get("entities") or {}
    inputs = dict(given["inputs"])
    for key, one in own_inputs.items():
        inputs[key] = {**inputs.get(key, {}), **one} if isinstance(one, dict) else one
    entities = {**given["entities"], **own_entities}
    entities = {key: one for key, one in entities.items() if one is not None}
    read = {one.get("from") for one in entities.values() if isinstance(one, dict)}
    inputs = {key: one for key, one in inputs.items() if key in read or key in own_inputs}
    return {**given, **source, "inputs": inputs, "entities": entities}
