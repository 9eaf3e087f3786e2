"""The `shopify` source: one shop by its Admin GraphQL API. `python -m ingestion.shopify` runs it alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingestion.api import source as api
from ingestion.source import Batch, Context, SourcePlan

if TYPE_CHECKING:
    from ingestion.api.feed import Feed
    from ingestion.config import Config
    from ingestion.shopify.settings import ShopifySettings

ALL_ORDERS = "read_all_orders"


def plan(settings: ShopifySettings, config: Config, context: Context, *, inspect: bool = False) -> SourcePlan:
    """What would be read; with `inspect` the first records of each feed are looked at, without a bulk operation."""
    from ingestion.shopify.making import feeds_of, missing_scope

    def feeds(one: ShopifySettings, _: Config) -> Sequence[Feed]:
        return feeds_of(one, context, looks=True)

    result = api.plan(settings, config, context, feeds, inspect=inspect)
    if inspect and missing_scope(settings):
        result.note = f"orders of the last 60 days only: the app has not the access scope {ALL_ORDERS}"
    return result


def extract(settings: ShopifySettings, config: Config, context: Context) -> Iterator[Batch]:
    """Read everything that may be new, and give what is."""
    from ingestion.shopify.making import feeds_of

    def feeds(one: ShopifySettings, _: Config) -> Sequence[Feed]:
        return feeds_of(one, context)

    yield from api.extract(settings, config, context, feeds)
