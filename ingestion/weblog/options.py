"""Settings of a source made ready to work with: the rules for its lines, their fingerprint, the key."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from ingestion.config_errors import ConfigError, Problem
from ingestion.personal.key import Key, KeyMissingError, key_from_environment
from ingestion.weblog.parsing import Rules

if TYPE_CHECKING:
    from ingestion.config import Config
    from ingestion.weblog.settings import WeblogSettings

READER_VERSION = 1
"""Raise it when the reader gives other rows for the same lines and settings: what is still there is read again."""


def rules_of(settings: WeblogSettings, config: Config) -> Rules:
    """Which requests of the source become rows, and how its lines are taken apart."""
    return Rules(
        format=settings.line_format(),
        hosts=settings.hosts,
        pages=settings.pages,
        ignore=settings.ignore,
        routes=tuple(settings.all_routes()),
        visitor_cookie=settings.visitor_cookie,
        zone=config.shop(settings.shop).timezone,
    )


def fingerprint(settings: WeblogSettings, config: Config) -> str:
    """Fingerprint of what shapes the rows. Of the routes only those that let requests in that are no pages."""
    shop = config.shop(settings.shop)
    routes = sorted(
        [one.method, one.path] for one in settings.all_routes() if one.method != "GET" or settings.pages
    )
    said = [
        READER_VERSION, settings.format, sorted(settings.fields.items()), settings.hosts, settings.visitor_cookie,
        settings.trusted_proxies, settings.pages, settings.ignore, routes, shop.timezone,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def key_of(settings: WeblogSettings, config: Config) -> Key:
    """The key of the visitors' hashes. Raises ConfigError."""
    try:
        return key_from_environment()
    except KeyMissingError as error:
        raise ConfigError(Problem(config.path.name, None, f"sources.{settings.name}", str(error))) from None
