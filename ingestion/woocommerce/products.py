"""Products, with what is sold of each, and the stock of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ingestion.api.errors import FeedError
from ingestion.api.feed import Feed, Page
from ingestion.woocommerce import parts
from ingestion.woocommerce.paging import Walked, included, walk
from ingestion.woocommerce.shop import Shop
from ingestion.woocommerce.tables import OF_PRODUCTS


class Products(Feed):
    """All are read each time: selling one changes its stock and no date."""

    name = "products"
    tables = OF_PRODUCTS

    def __init__(self, shop: Shop) -> None:
        self.shop, self.client = shop, shop.client

    def everything(self, place: Any = None) -> Iterator[Page]:
        return self._pages(walk(self.shop, "products", {"status": "any"}, place))

    def these(self, ids: Sequence[str]) -> Iterator[Page]:
        return self._pages(included(self.shop, "products", {"status": "any"}, ids))

    def _pages(self, walked: Iterator[Walked]) -> Iterator[Page]:
        gone = 0
        for one in walked:
            whole = [full for full in map(self._whole, one.records) if full is not None]
            gone += len(one.records) - len(whole)
            yield Page(whole, place=one.place, total=None if one.total is None else one.total - gone)

    def _whole(self, record: dict[str, Any]) -> Mapping[str, Any] | None:
        variations: list[dict[str, Any]] = []
        if parts.has_variations(record):
            try:
                path = f"products/{record['id']}/variations"
                for one in walk(self.shop, path, {"status": "any"}):
                    variations += one.records
            except FeedError as error:
                if error.status == 404:  # deleted while it was read
                    return None
                raise
        return parts.product(record, variations, prices_include_tax=self.shop.prices_include_tax)
