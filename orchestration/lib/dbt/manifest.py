"""dbt's manifest, made once for each state of the project and of the configuration."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.lib.dbt.variables import mapping_hash, parse_vars
from orchestration.lib.errors import RunFailed
from orchestration.lib.project import project_hash
from orchestration.lib.settings import dbt_folder, prepare_state
from quality.dbt_results import PUBLISHED

if TYPE_CHECKING:
    from ingestion.config import Config

Manifest = Mapping[str, Any]
KEPT = 3


def prepared_manifest(config: Config) -> Path:
    """The manifest for this project and configuration; parses (about six seconds) only if it is not there yet.

    `as_of` does not count: no model may be switched on or off by it.
    """
    path = dbt_folder(config) / "manifests" / manifest_key(config) / "manifest.json"
    if not path.exists():
        prepare_state(config)
        _parse(config, path.parent)
    return path


def manifest_key(config: Config) -> str:
    """Names the state of the project and of what the configuration tells it."""
    return f"{project_hash()[:16]}-{mapping_hash(config)[:16]}"


def load_manifest(config: Config) -> Manifest:
    """The prepared manifest's content."""
    manifest: Manifest = json.loads(prepared_manifest(config).read_text(encoding="utf-8"))
    return manifest


def published_models(manifest: Manifest) -> dict[str, Mapping[str, Any]]:
    """The nodes that a release consists of, by table name: the models named dim_, fct_, mart_."""
    models = (node for node in manifest["nodes"].values() if node["resource_type"] == "model")
    return {node["name"]: node for node in models if node["name"].startswith(PUBLISHED)}


def _parse(config: Config, folder: Path) -> None:
    """Parse into a folder of its own, then rename: several processes may load the definitions at once."""
    from orchestration.lib.dbt.cli import dbt_command, vars_argument

    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
    arguments = ["parse", *vars_argument(config, parse_vars(config), f"parse-{os.getpid()}")]
    invocation = dbt_command(config).cli(arguments, target_path=partial, raise_on_error=False)
    messages = [
        event.raw_event["info"]["msg"] for event in invocation.stream_raw_events() if _is_error(event)
    ]
    (dbt_folder(config) / f"parse-{os.getpid()}.json").unlink(missing_ok=True)
    if not (partial / "manifest.json").exists():
        shutil.rmtree(partial, ignore_errors=True)
        raise RunFailed("dbt cannot read its project: " + ("\n".join(messages) or "it gave no reason"))
    try:
        partial.rename(folder)
    except OSError:  # somebody else was first
        shutil.rmtree(partial, ignore_errors=True)
    _forget_old(folder.parent)


def _is_error(event: Any) -> bool:
    return bool(event.raw_event["info"]["level"] == "error")


def _forget_old(parent: Path) -> None:
    done = [path for path in parent.iterdir() if not path.name.endswith(".partial")]
    for path in sorted(done, key=lambda one: one.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
