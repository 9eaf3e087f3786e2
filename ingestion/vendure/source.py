"""The `vendure` source: a shop that runs on Vendure 3, by its Admin API. `python -m ingestion.vendure` runs it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingestion.api import source as api
from ingestion.source import Batch, Context, SourcePlan

if TYPE_CHECKING:
    from ingestion.api.feed import Feed
    from ingestion.config import Config
    from ingestion.vendure.settings import VendureSettings


def plan(settings: VendureSettings, config: Config, context: Context, *, inspect: bool = False) -> SourcePlan:
    """What would be asked for. Raises SourceError, ConfigError."""
    return api.plan(settings, config, context, feeds, inspect=inspect)


def extract(settings: VendureSettings, config: Config, context: Context) -> Iterator[Batch]:
    """Read what may have changed, and give what has."""
    yield from api.extract(settings, config, context, feeds)


def feeds(settings: VendureSettings, config: Config) -> list[Feed]:
    """All lists, read through one connection."""
    from ingestion.vendure.feeds import ALL
    from ingestion.vendure.shop import Shop

    del config
    shop = Shop(settings)
    return [one(shop, settings) for one in ALL]
