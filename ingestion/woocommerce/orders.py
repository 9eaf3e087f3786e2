"""Orders, with their lines, coupons, payments and refunds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ingestion.api.errors import FeedError
from ingestion.api.feed import Feed, Page
from ingestion.woocommerce import parts
from ingestion.woocommerce.paging import Walked, included, instant, walk
from ingestion.woocommerce.shop import Shop
from ingestion.woocommerce.tables import OF_ORDERS

_DRAFTS = ("auto-draft", "checkout-draft", "draft", "new")
"""No orders yet: carts at the checkout, and forms that the shop's staff have opened."""


class Orders(Feed):
    """`any` status leaves out the bin: an order in it was deleted by the shop, until it is taken out again."""

    name = "orders"
    tables = OF_ORDERS

    def __init__(self, shop: Shop) -> None:
        self.shop, self.client = shop, shop.client
        self.lookback = shop.settings.lookback.time

    def everything(self, place: Any = None) -> Iterator[Page]:
        return self._pages(walk(self.shop, "orders", {"status": "any"}, place))

    def changed(self, since: datetime) -> Iterator[Page]:
        """What was changed since, what was ordered lately, and what was put into the bin since."""
        gmt = {"dates_are_gmt": "true"}
        later = {"modified_after": instant(since), **gmt}
        known = set[int]()
        yield from self._pages(walk(self.shop, "orders", {"status": "any", **later}), known)
        if self.shop.settings.open_days:
            young = {"after": instant(self.shop.days_ago(self.shop.settings.open_days)), **gmt}
            yield from self._pages(walk(self.shop, "orders", {"status": "any", **young}), known)
        for one in walk(self.shop, "orders", {"status": "trash", **later}):
            yield Page((), gone=[str(record["id"]) for record in one.records])

    def these(self, ids: Sequence[str]) -> Iterator[Page]:
        return self._pages(included(self.shop, "orders", {"status": "any"}, ids))

    def _pages(self, walked: Iterator[Walked], known: set[int] | None = None) -> Iterator[Page]:
        """Pages of whole orders, but those that are `known`; which grows."""
        drafts = 0
        for one in walked:
            orders = [record for record in one.records if record.get("status") not in _DRAFTS]
            if known is not None:
                orders = [record for record in orders if record["id"] not in known]
                known |= {record["id"] for record in orders}
            drafts += len(one.records) - len(orders)
            whole = [full for full in map(self._whole, orders) if full is not None]
            drafts += len(orders) - len(whole)
            yield Page(whole, place=one.place, total=None if one.total is None else one.total - drafts)

    def _whole(self, record: dict[str, Any]) -> Mapping[str, Any] | None:
        """An order with all its parts; None if it was deleted while it was read."""
        if not record.get("refunds") or not isinstance(record["refunds"], list):
            return parts.order(record, [] if record.get("refunds") == [] else None)
        path = f"orders/{record['id']}/refunds"
        try:
            pages = list(walk(self.shop, path, {}))
        except FeedError as error:
            if error.status == 404:
                return None
            raise
        return parts.order(record, [refund for one in pages for refund in one.records])
