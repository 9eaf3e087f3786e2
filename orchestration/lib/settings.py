"""Which configuration this process serves, and the private folders that a run needs."""

from __future__ import annotations

import dataclasses
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.folders import make_private

if TYPE_CHECKING:
    from ingestion.config import Config

ACTIVE_CONFIG = "OPSMART_ACTIVE_CONFIG"
"""Environment variable: the configuration file that Dagster's code location serves.

`opsmart run` and `opsmart dev` set it for themselves and for the processes they start, so that all of them read
the same file whatever folder they run in. Without it the usual places are looked at.
"""

_QUIET = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
}
"""What the tools under us read before they would report their use to their makers."""


def be_quiet() -> None:
    """Switch off what the tools would send out, for this process and its children."""
    os.environ.update(_QUIET)


def activate(config: Config) -> None:
    """Make `config` the one that definitions loaded in this process (and its children) serve."""
    be_quiet()
    os.environ[ACTIVE_CONFIG] = str(config.path)
    os.environ["DAGSTER_HOME"] = str(dagster_home(config))


def current_config() -> Config:
    """The configuration to serve. Read again only if its file has changed. Raises ConfigError."""
    from ingestion.config import load_config

    be_quiet()
    active = os.environ.get(ACTIVE_CONFIG)
    if not active or not Path(active).exists():
        return load_config(Path(active) if active else None)
    found = Path(active).stat()
    return _read(active, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=4)
def _read(path: str, _changed: int, _size: int) -> Config:
    from ingestion.config import load_config

    return load_config(Path(path))


def with_as_of(config: Config, as_of: str) -> Config:
    """The configuration with another `as_of` (`now`, `latest`, an instant with its offset); empty keeps its own.

    Raises ValueError.
    """
    from ingestion.config import parse_as_of

    return dataclasses.replace(config, as_of=parse_as_of(as_of)) if as_of else config


def dagster_home(config: Config) -> Path:
    """Dagster's home: its run history and its settings."""
    return config.state / "dagster"


def dbt_folder(config: Config) -> Path:
    """Where dbt's manifest, artifacts, logs and documentation are kept between runs."""
    return config.state / "dbt"


def published_folder(config: Config) -> Path:
    """The append-only record of what was published, and the pin."""
    return config.state / "published"


def prepare_state(config: Config) -> None:
    """Make the folders of `state/`, which only their owner may open."""
    make_private(config.state)
    for folder in (dagster_home(config), dbt_folder(config), published_folder(config)):
        folder.mkdir(exist_ok=True, mode=0o700)
