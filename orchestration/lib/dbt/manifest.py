"""dbt's manifest, made once for each state of the project and of the configuration."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from orchestration.lib.dbt.process import PARSED, child_command, child_environment, vars_argument
from orchestration.lib.dbt.variables import mapping_hash, parse_vars
from orchestration.lib.errors import RunFailed
from orchestration.lib.project import dbt_project_dir, project_hash
from orchestration.lib.settings import dbt_folder, prepare_state
from quality.dbt_results import PUBLISHED

if TYPE_CHECKING:
    from ingestion.config import Config

Manifest = Mapping[str, Any]
KEPT = 3
PARTIAL_PARSE_FILE_NAME = "partial_parse.msgpack"
"""Where `dbt parse` leaves the parsed project."""


def prepared_manifest(config: Config) -> Path:
    """The manifest for this project and configuration; parses (about six seconds) only if it is not there yet.

    `as_of` does not count: no model may be switched on or off by it.
    """
    path = dbt_folder(config) / "manifests" / manifest_key(config) / "manifest.json"
    if not path.exists():
        prepare_state(config)
        _parse(config, path.parent)
    return path


def use_prepared(config: Config, target: Path) -> None:
    """Have the next dbt of this process take the prepared project, and `target` say which one it was."""
    prepared = prepared_manifest(config)
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(prepared, target / prepared.name)
    os.environ[PARSED] = str(prepared.with_name(PARTIAL_PARSE_FILE_NAME))


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


@contextmanager
def prepared_meanwhile(config: Config) -> Iterator[Callable[[], None]]:
    """Parse in the background, in case it will be needed; what is given waits until that is over.

    Parsing is another process's work and landing mostly waits for the disk, so on two cores it costs no time.
    What goes wrong is not told here: whoever needs the manifest tries again and hears of it.
    """

    def prepare() -> None:
        with suppress(Exception):
            prepared_manifest(config)

    thread = Thread(target=prepare, name="dbt parse")
    thread.start()
    try:
        yield thread.join
    finally:
        thread.join()


def _parse(config: Config, folder: Path) -> None:
    """Parse into a folder of its own, then rename: several processes may load the definitions at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
    variables = vars_argument(config, parse_vars(config), f"parse-{os.getpid()}")
    done = subprocess.run(
        [
            *child_command(),
            "--quiet",
            "parse",
            *variables,
            "--target-path",
            str(partial),
            "--log-path",
            str(partial),
        ],
        cwd=dbt_project_dir(),
        env=child_environment(config),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    Path(variables[-1].removeprefix("@")).unlink(missing_ok=True)
    if done.returncode or not (partial / "manifest.json").exists():
        shutil.rmtree(partial, ignore_errors=True)
        raise RunFailed(
            "dbt cannot read its project: " + (f"{done.stdout}{done.stderr}".strip() or "it gave no reason")
        )
    try:
        partial.rename(folder)
    except OSError:  # somebody else was first
        shutil.rmtree(partial, ignore_errors=True)
    _forget_old(folder.parent)


def _forget_old(parent: Path) -> None:
    done = [path for path in parent.iterdir() if not path.name.endswith(".partial")]
    for path in sorted(done, key=lambda one: one.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
