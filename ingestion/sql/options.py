"""An input's settings made ready to work with: its key for hashes, its region, what mappings need, its fingerprint."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingestion.config_errors import ConfigError, Problem
from ingestion.personal.key import Key, KeyMissingError, key_from_environment
from ingestion.personal.kinds import needs_key

if TYPE_CHECKING:
    from ingestion.config import Config
    from ingestion.sql.settings import Input, SqlSettings

READER_VERSION = 1
"""Raise it when the same rows land in another form: every input is then read whole again."""


@dataclass(frozen=True)
class InputOptions:
    """What reading an input needs to know besides the database."""

    name: str
    settings: Input
    region: str | None
    key: Key | None
    needed: dict[str, str]
    """Raw column → the entity whose mapping reads it."""
    versions: list[str]
    """Raw columns that mappings take for the version of a row."""

    @property
    def key_version(self) -> str | None:
        """The manifest's `key_version`."""
        return self.key.version if self.key else None

    @property
    def what(self) -> str:
        """What is read, for messages."""
        return f"table {self.settings.table}" if self.settings.table else "the query"

    @property
    def reading(self) -> str:
        """16 hex digits that change with everything in the settings that changes which rows land, and how."""
        one = self.settings
        parts: list[Any] = [READER_VERSION, one.table, one.query, one.key, one.cursor, one.snapshot_at]
        parts += [sorted(one.columns), sorted(one.exclude), sorted(one.personal.items())]
        parts += [one.window and one.window.column, self.region if one.personal else None]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]


def options(settings: SqlSettings, config: Config) -> list[InputOptions]:
    """The inputs of a source. Raises ConfigError if personal columns are to be hashed and there is no key."""
    from ingestion.mapping import entity_selects
    from ingestion.personal.normalise import region_of_timezone

    of_shop = region_of_timezone(config.shop(settings.shop).timezone)
    selects = [one for one in entity_selects(config) if one.source == settings.name]
    found = []
    for name, one in settings.inputs.items():
        mappings = [each for each in settings.mappings().values() if each.input == name]
        versions = [each.version.column for each in mappings if each.version and each.version.column]
        needed = {
            column: each.entity for each in selects if each.input == name for column in each.raw_columns
        }
        key = _key(settings, config, name)
        found.append(InputOptions(name, one, one.region or of_shop, key, needed, versions))
    return found


def _key(settings: SqlSettings, config: Config, name: str) -> Key | None:
    if not needs_key(settings.inputs[name].personal):
        return None
    try:
        return key_from_environment()
    except KeyMissingError as error:
        where = f"sources.{settings.name}.inputs.{name}.personal"
        raise ConfigError(Problem(config.path.name, None, where, str(error))) from None
