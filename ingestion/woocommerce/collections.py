"""Customers, coupons and reviews: collections whose records are whole as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from ingestion.api.feed import Feed, Page
from ingestion.api.tables import Table
from ingestion.woocommerce import parts
from ingestion.woocommerce.paging import Walked, included, instant, walk
from ingestion.woocommerce.shop import Shop
from ingestion.woocommerce.tables import COUPONS, CUSTOMERS, REVIEWS


class Collection(Feed):
    """One of them, read whole each time."""

    path: str
    parameters: ClassVar[Mapping[str, str]]
    table: Table
    finished: Callable[[dict[str, Any]], dict[str, Any]]

    def __init__(self, shop: Shop) -> None:
        self.shop, self.client = shop, shop.client
        self.tables = (self.table,)
        self.lookback = shop.settings.lookback.time

    def everything(self, place: Any = None) -> Iterator[Page]:
        return self._pages(walk(self.shop, self.path, self.parameters, place))

    def these(self, ids: Sequence[str]) -> Iterator[Page]:
        return self._pages(included(self.shop, self.path, self.parameters, ids))

    def _wanted(self, record: dict[str, Any]) -> bool:
        return True

    def _pages(self, walked: Iterator[Walked]) -> Iterator[Page]:
        unwanted = 0
        for one in walked:
            records = [type(self).finished(record) for record in one.records if self._wanted(record)]
            unwanted += len(one.records) - len(records)
            yield Page(records, one.place, None if one.total is None else one.total - unwanted)


class Customers(Collection):
    """Accounts of all roles: staff buy, too. The API cannot say which of them have changed."""

    name = path = "customers"
    parameters: ClassVar = {"role": "all"}
    table = CUSTOMERS
    finished = staticmethod(parts.customer)


class Coupons(Collection):
    """Coupons have a date of change; those that are deleted show when everything is compared."""

    name = path = "coupons"
    parameters: ClassVar = {}
    table = COUPONS
    finished = staticmethod(parts.coupon)

    def changed(self, since: datetime) -> Iterator[Page]:
        later = {"modified_after": instant(since), "dates_are_gmt": "true"}
        return self._pages(walk(self.shop, self.path, {**self.parameters, **later}))


class Reviews(Collection):
    """Reviews that the shop shows: approving, hiding and editing one changes no date."""

    name = "reviews"
    path = "products/reviews"
    parameters: ClassVar = {"status": "approved"}
    table = REVIEWS
    finished = staticmethod(parts.review)

    def _wanted(self, record: dict[str, Any]) -> bool:
        """A shop may take reviews without stars; a rating of 0 is none."""
        return record.get("rating") not in (0, "0")
