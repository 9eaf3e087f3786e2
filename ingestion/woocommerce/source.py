"""The `woocommerce` source: one shop's orders, products, customers, coupons and reviews, by its REST API.

`python -m ingestion.woocommerce` runs it alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingestion.api import source as api
from ingestion.source import Batch, Context, SourcePlan

if TYPE_CHECKING:
    from ingestion.api.feed import Feed
    from ingestion.config import Config
    from ingestion.woocommerce.settings import WoocommerceSettings


def plan(
    settings: WoocommerceSettings, config: Config, context: Context, *, inspect: bool = False
) -> SourcePlan:
    """What would be read. Raises SourceError, ConfigError."""
    return api.plan(settings, config, context, feeds, inspect=inspect)


def extract(settings: WoocommerceSettings, config: Config, context: Context) -> Iterator[Batch]:
    """Read what may be new, and give what is."""
    yield from api.extract(settings, config, context, feeds)


def feeds(settings: WoocommerceSettings, config: Config) -> list[Feed]:
    """The feeds of which an entity is wanted: an entity that the configuration gives as nothing is not read for."""
    from ingestion.woocommerce.collections import Coupons, Customers, Reviews
    from ingestion.woocommerce.orders import Orders
    from ingestion.woocommerce.products import Products
    from ingestion.woocommerce.shop import Shop

    shop = Shop(settings, config.shop(settings.shop).currency)
    every: list[Feed] = [one(shop) for one in (Orders, Products, Customers, Coupons, Reviews)]
    wanted = {one.input for one in settings.entities.values()}
    return [one for one in every if wanted & {table.name for table in one.tables}]
