"""Makes the feeds of a shop out of its settings and of what has landed."""

from __future__ import annotations

from datetime import UTC, datetime

from ingestion.api.client import Client
from ingestion.api.feed import Feed
from ingestion.api.places import Place, joint_place, place_of
from ingestion.shopify.admin import Admin
from ingestion.shopify.bulk import Bulk
from ingestion.shopify.feeds import Reading, Resource, ShopFeed
from ingestion.shopify.records import Record, inventory, order
from ingestion.shopify.selections import CUSTOMER, DISCOUNT, INVENTORY, ORDER, PRODUCT
from ingestion.shopify.settings import ShopifySettings
from ingestion.shopify.tables import CUSTOMERS, DISCOUNTS, ORDERS, PRODUCTS
from ingestion.shopify.tables import INVENTORY as STOCK
from ingestion.source import Context

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_UNKNOWN = Place(_LONG_AGO)


def _as_it_is(record: Record) -> Record:
    return record


RESOURCES = (
    Resource(
        "orders", "orders", ORDER, ORDERS, order, "ordersCount", "created_at", forgets="read_all_orders"
    ),
    Resource("products", "products", PRODUCT, PRODUCTS, _as_it_is, "productsCount", "created_at"),
    Resource("customers", "customers", CUSTOMER, CUSTOMERS, _as_it_is, "customersCount", "created_at"),
    Resource("discounts", "discountNodes", DISCOUNT, DISCOUNTS, _as_it_is, "discountNodesCount"),
    # A level that changes moves no clock of its item, so all of them are read every time.
    Resource("inventory", "inventoryItems", INVENTORY, STOCK, inventory, sort=""),
)


def feeds_of(settings: ShopifySettings, context: Context, looks: bool = False) -> list[Feed]:
    """All feeds of the shop."""
    admin = admin_of(settings)
    reading = Reading(
        admin,
        Bulk(admin, settings.patience.seconds),
        settings.slice_rows,
        settings.paged_records,
        looks=looks,
        reconciles=context.reconcile,
    )
    return [ShopFeed(one, reading, settings.lookback.time, _landed_until(one, context)) for one in RESOURCES]


def admin_of(settings: ShopifySettings) -> Admin:
    """The API of the shop."""
    token = settings.token.get_secret_value()
    client = Client(
        settings.url,
        name=settings.name,
        secrets=[token],
        headers={"X-Shopify-Access-Token": token},
        timeout=settings.timeout.seconds,
    )
    return Admin(client, settings.version)


def missing_scope(settings: ShopifySettings) -> bool:
    """Does Shopify keep older orders from us?"""
    return "read_all_orders" not in admin_of(settings).scopes


def _landed_until(resource: Resource, context: Context) -> datetime | None:
    """Operations begun until then may have landed already; None once a first reading is finished: then all may."""
    rows = {row.input: row for row in context.manifest if row.status == "landed"}
    landed = [rows.get(one.name) for one in resource.tables]
    place = joint_place(landed)
    if place is not None and place.rest is None:
        return None
    finished = [one for one in landed if one is not None and (place_of(one.cursor) or _UNKNOWN).rest is None]
    return max((one.landed_at.astimezone(UTC) for one in finished if one.landed_at), default=_LONG_AGO)
