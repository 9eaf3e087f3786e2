"""Every query and mutation that the source `shopify` can send."""

from __future__ import annotations

from ingestion.shopify import queries
from ingestion.shopify.making import RESOURCES
from ingestion.shopify.selections import FULFILLMENT, REFUND


def documents() -> dict[str, str]:
    """Texts by a name for messages."""
    found = {
        "run bulk": queries.RUN_BULK,
        "bulk operation": queries.BULK_OPERATION,
        "bulk operations": queries.BULK_OPERATIONS,
        "scopes": queries.SCOPES,
        "details": queries.by_ids([REFUND, FULFILLMENT]),
    }
    for one in RESOURCES:
        found[f"bulk {one.name}"] = bulk_of(one.name)
        found[f"page {one.name}"] = queries.page(one.root, one.selection, one.sort)
        found[f"ids {one.name}"] = queries.by_ids([one.selection])
        if one.counter:
            found[f"count {one.name}"] = queries.count(one.counter)
        if one.created:
            found[f"oldest {one.name}"] = queries.oldest(one.root)
    for selection in (*(one.selection for one in RESOURCES), REFUND, FULFILLMENT):
        for name in selection.connections:
            found[f"rest {selection.type}.{name}"] = queries.rest(selection, name)
    return found


def bulk_of(
    name: str, terms: str = "created_at:>='2026-01-01T00:00:00Z' AND created_at:<'2026-02-01T00:00:00Z'"
) -> str:
    """The text of the bulk operation for a resource."""
    one = next(one for one in RESOURCES if one.name == name)
    return queries.bulk(one.root, one.selection, terms if one.created else "")
