"""The lists that are read, and what of each is read when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from ingestion.api.errors import FeedError
from ingestion.api.feed import Feed, Page
from ingestion.vendure import queries, shaping, tables
from ingestion.vendure.paging import Filter, instant, pages
from ingestion.vendure.shop import Shop

if TYPE_CHECKING:
    from ingestion.api.tables import Table
    from ingestion.vendure.settings import VendureSettings

FINAL_STATES = ["Delivered", "Cancelled"]


class Listed(Feed):
    """A list of the API. Without a better idea it is read whole each time, and what is missing is gone."""

    query: ClassVar[str]
    field: ClassVar[str]

    def __init__(self, shop: Shop, settings: VendureSettings) -> None:
        self.shop, self.settings = shop, settings
        self.client = shop.client
        self.lookback = timedelta(seconds=settings.lookback.seconds)
        channel = settings.channel.get_secret_value()[:4] if settings.channel else ""
        self.identity = f"{channel} {' '.join(sorted(settings.order_types))}"

    def everything(self, place: Any = None) -> Iterator[Page]:
        return self._pages(place=place)

    def these(self, ids: Sequence[str]) -> Iterator[Page] | None:
        size = self.settings.page_size
        chunks = [list(ids[at : at + size]) for at in range(0, len(ids), size)]
        return (page for chunk in chunks for page in self._pages([{"id": {"in": chunk}}]))

    def shaped(self, record: dict[str, Any]) -> dict[str, Any]:
        """A record with what its tables need besides."""
        return record

    def kept(self) -> list[Filter]:
        """What a record has to be."""
        return []

    def more(self) -> dict[str, Any]:
        """Further variables of the query."""
        return {}

    def _pages(self, filters: Sequence[Filter] = (), place: Any = None) -> Iterator[Page]:
        _ = self.shop.greeting
        for page in pages(
            self.shop,
            self.query,
            self.field,
            self.settings.page_size,
            [*self.kept(), *filters],
            place,
            self.more(),
        ):
            yield replace(page, records=[self._shaped(one) for one in page.records])

    def _shaped(self, record: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return self.shaped(dict(record))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            what = f"lacks {error}" if isinstance(error, KeyError) else str(error)
            raise FeedError(
                f"{self.field} {record.get('id')} is not as this source knows it: {what}"
            ) from None


class Orders(Listed):
    """Orders that were placed, with all that hangs on them. Carts and drafts are none.

    An order's `updatedAt` stays where it is when a payment is settled, money given back, a parcel sent. So besides what
    it shows, orders of the last `open_days` are read again, and older ones that are not finished.
    """

    name, field, query = "orders", "orders", queries.ORDERS
    tables: Sequence[Table] = tables.ORDER_TABLES

    def kept(self) -> list[Filter]:
        return [{"orderPlacedAt": {"isNull": False}}, {"type": {"in": list(self.settings.order_types)}}]

    def more(self) -> dict[str, Any]:
        return {"changes": self._changes()}

    def changed(self, since: datetime) -> Iterator[Page] | None:
        now = self.client.server_time if self.client and self.client.server_time else datetime.now(UTC)
        placed = {"orderPlacedAt": {"after": instant(now - timedelta(days=self.settings.open_days))}}
        unfinished = {
            "orderPlacedAt": {"after": instant(now - timedelta(days=self.settings.unfinished_days))}
        }
        one_of = [
            {"updatedAt": {"after": instant(since)}},
            {"orderPlacedAt": {"after": instant(since)}},
            placed,
            {"_and": [{"state": {"notIn": FINAL_STATES}}, unfinished]},
        ]
        return self._pages([{"_or": one_of}])

    def shaped(self, record: dict[str, Any]) -> dict[str, Any]:
        history = record["history"]
        entries = list(history["items"])
        while len(entries) < history["totalItems"]:
            asked = {"order": record["id"], "changes": self._changes(len(entries))}
            following = self.shop.ask(queries.HISTORY, asked)["order"]["history"]["items"]
            if not following:
                break
            entries += following
        return shaping.order(record, entries)

    def _changes(self, skip: int = 0) -> dict[str, Any]:
        """Which entries of an order's history: what changed its state, that of its payments, refunds and parcels."""
        return {
            "take": self.settings.page_size,
            "skip": skip,
            "sort": {"id": "ASC"},
            "filter": {"type": {"in": list(shaping.TRANSITIONS)}},
        }


class Customers(Listed):
    """Customers, guests among them: Vendure makes one of each address. Deleted ones vanish."""

    name, field, query = "customers", "customers", queries.CUSTOMERS
    tables: Sequence[Table] = (tables.CUSTOMERS,)

    def changed(self, since: datetime) -> Iterator[Page] | None:
        return self._pages([{"updatedAt": {"after": instant(since)}}])

    def shaped(self, record: dict[str, Any]) -> dict[str, Any]:
        return shaping.customer(record)


class Products(Listed):
    """Products, for the category and the brand."""

    name, field, query = "products", "products", queries.PRODUCTS
    tables: Sequence[Table] = (tables.PRODUCTS,)

    def shaped(self, record: dict[str, Any]) -> dict[str, Any]:
        return shaping.product(record, self.settings.category_facet, self.settings.brand_facet)


class Variants(Listed):
    """Variants with their stock. Neither a new price nor other stock moves their `updatedAt`: they are read whole."""

    name, field, query = "variants", "productVariants", queries.VARIANTS
    tables: Sequence[Table] = tables.VARIANT_TABLES

    def shaped(self, record: dict[str, Any]) -> dict[str, Any]:
        return shaping.variant(record, self.shop.tracks_inventory)


class Promotions(Listed):
    """Promotions."""

    name, field, query = "promotions", "promotions", queries.PROMOTIONS
    tables: Sequence[Table] = (tables.PROMOTIONS,)

    def shaped(self, record: dict[str, Any]) -> dict[str, Any]:
        return shaping.promotion(record)


ALL: tuple[type[Listed], ...] = (Orders, Customers, Products, Variants, Promotions)
