"""An input's settings, made ready to work with: its pattern, its key, the fingerprint of all that shapes its rows."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.config_errors import ConfigError, Problem
from ingestion.files.discovery import base_of
from ingestion.files.stores import Store
from ingestion.personal.key import Key, KeyMissingError, key_from_environment
from ingestion.personal.kinds import needs_key

if TYPE_CHECKING:
    from ingestion.config import Config
    from ingestion.files.settings import FilesSettings, Input
    from ingestion.files.taking import Handling

_LATER = ("header_rows", "ignore", "transpose", "file_version")

READER_VERSION = 1
"""Raise it when the readers give other rows for the same file and settings: every file then lands again."""


@dataclass(frozen=True)
class InputOptions:
    """What `plan` and `extract` need to know of an input."""

    name: str
    settings: Input
    pattern: str
    """Absolute."""
    region: str | None
    """Country of phone numbers without a country code."""
    key: Key | None
    """The key of its hashes, None if it has none."""

    @property
    def key_version(self) -> str | None:
        """The manifest's `key_version`."""
        return self.key.version if self.key else None

    @property
    def reading(self) -> str:
        """16 hex digits that change with everything in the settings that changes what lands of the same bytes."""
        one = self.settings
        parts: list[Any] = [
            READER_VERSION,
            one.format,
            one.encoding,
            one.delimiter,
            one.sheet,
            one.header_contains or (one.header_row.row if one.header_row else 1),
        ]
        parts += [sorted(one.personal.items()), self.region if one.personal else None]
        # What was added later only counts where it is used, so that nothing lands again because of it.
        more = {name: getattr(one, name) for name in _LATER if name in one.model_fields_set}
        parts += [sorted(more.items())] if more else []
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]

    @property
    def store(self) -> Store | None:
        """Where its files are, if not on this machine."""
        return Store(self.pattern, self.settings.storage) if "://" in self.pattern else None

    def nothing_found(self) -> str:
        """What to say where no file matches."""
        if "://" in self.pattern:
            return f"no file matches {self.pattern}"
        hint = " (it is a folder: add /*.csv or the like)" if Path(self.pattern).is_dir() else ""
        return f"no file matches {self.pattern}{hint}"

    def handling(self) -> Handling:
        """The part that reading a file needs."""
        from ingestion.files.readers import Reading
        from ingestion.files.taking import Handling

        one = self.settings
        how = Reading(
            one.format,
            one.encoding,
            one.delimiter,
            one.sheet,
            one.header_row.row if one.header_row else None,
            one.header_contains,
            one.header_rows,
            one.ignore,
            one.transpose,
        )
        return Handling(self.name, how, one.personal, self.region, self.key, one.file_version, one.may_lack)


def options(settings: FilesSettings, config: Config) -> list[InputOptions]:
    """The inputs of a source. Raises ConfigError if personal columns are to be hashed and there is no key."""
    from ingestion.personal.normalise import region_of_timezone

    of_shop = region_of_timezone(config.shop(settings.shop).timezone)
    return [
        InputOptions(
            name, one, pattern_of(one.path, config.root), one.region or of_shop, _key(settings, config, name)
        )
        for name, one in settings.inputs.items()
    ]


def pattern_of(path: str, root: Path) -> str:
    """An input's path, absolute: beside the configuration file.

    If its folder is not there but is in the working directory, that one is meant: so does a person mean it who
    types `OPSMART_DATA=../data opsmart run --config elsewhere/opsmart.yml`.
    """
    if "://" in path:
        return path
    given = Path(path).expanduser()
    beside, here = os.path.normpath(root / given), os.path.normpath(Path.cwd() / given)
    return here if not base_of(beside).is_dir() and base_of(here).is_dir() else beside


def _key(settings: FilesSettings, config: Config, name: str) -> Key | None:
    if not needs_key(settings.inputs[name].personal):
        return None
    try:
        return key_from_environment()
    except KeyMissingError as error:
        where = f"sources.{settings.name}.inputs.{name}.personal"
        raise ConfigError(Problem(config.path.name, None, where, str(error))) from None
