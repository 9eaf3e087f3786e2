"""Fetches what a first answer leaves out: further nodes of connections, and the parts of refunds and fulfilments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ingestion.api.errors import FeedError
from ingestion.shopify.admin import Admin, TooCostly
from ingestion.shopify.queries import by_ids, rest
from ingestion.shopify.selections import FULFILLMENT, REFUND, Selection

Record = dict[str, Any]
_DETAILS = {"refunds": REFUND, "fulfillments": FULFILLMENT}
_AT_ONCE = 40


def completed(admin: Admin, selection: Selection, records: Sequence[Record]) -> Sequence[Record]:
    """Records with all nodes of their connections, and orders with the parts of their refunds and fulfilments."""
    for record in records:
        _with_rest(admin, selection, record)
    if selection.type == "Order":
        _with_details(admin, records)
    return records


def found(admin: Admin, selections: Sequence[Selection], ids: Sequence[str]) -> Iterator[Record]:
    """Those of the objects with these ids that are there, complete."""
    kinds = {one.type: one for one in selections}
    query, at, size = by_ids(selections), 0, _AT_ONCE
    while at < len(ids):
        try:
            nodes = admin.ask(query, {"ids": ids[at : at + size]})["nodes"]
        except TooCostly:
            if size == 1:
                raise
            size = max(1, size // 2)
            continue
        at += size
        for one in nodes:
            if one is not None:
                _with_rest(admin, kinds[one.pop("__typename")], one)
                yield one


def _with_details(admin: Admin, orders: Sequence[Record]) -> None:
    places = {
        part["id"]: (parts, index)
        for order in orders
        for name in _DETAILS
        for parts in [order.get(name) or []]
        for index, part in enumerate(parts)
    }
    for one in found(admin, list(_DETAILS.values()), list(places)):
        parts, index = places.pop(one["id"])
        parts[index] = one
    if places:
        raise FeedError(
            f"{len(places):,} refunds or fulfilments of orders are not there any more when their parts are asked for;"
            " run again"
        )


def _with_rest(admin: Admin, selection: Selection, record: Record) -> None:
    for name in selection.connections:
        connection = record.get(name)
        if not isinstance(connection, dict):
            continue  # out of a bulk operation, which leaves nothing out
        nodes, page = list(connection["nodes"]), connection["pageInfo"]
        while page["hasNextPage"]:
            owner = admin.ask(rest(selection, name), {"id": record["id"], "after": page["endCursor"]})["node"]
            if owner is None:
                raise FeedError(f"a {selection.type} went away while its {name} were read; run again")
            if owner[name]["pageInfo"]["endCursor"] == page["endCursor"]:
                raise FeedError(f"the pages of {name} do not end: the same cursor came twice")
            nodes += owner[name]["nodes"]
            page = owner[name]["pageInfo"]
        record[name] = nodes
