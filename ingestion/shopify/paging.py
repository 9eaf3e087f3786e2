"""Pages of a connection by its cursor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from ingestion.api.errors import FeedError
from ingestion.shopify.admin import Admin, TooCostly
from ingestion.shopify.queries import page
from ingestion.shopify.selections import Selection

Record = dict[str, Any]
_FIRST = 20


def pages(
    admin: Admin, root: str, selection: Selection, sort: str, terms: str, size: int = _FIRST
) -> Iterator[list[Record]]:
    """The nodes of each page. A page that would cost more than a query may is asked for with fewer records."""
    query, after = page(root, selection, sort), None
    while True:
        try:
            found = admin.ask(query, {"first": size, "after": after, "terms": terms})[root]
        except TooCostly:
            if size == 1:
                raise
            size = max(1, size // 2)
            continue
        yield found["nodes"]
        if not found["pageInfo"]["hasNextPage"]:
            return
        if found["pageInfo"]["endCursor"] == after:
            raise FeedError(f"the pages of {root} do not end: the same cursor came twice")
        after = found["pageInfo"]["endCursor"]


def chunks(records: Iterable[Record], size: int) -> Iterator[list[Record]]:
    """Records in lists of at most `size`."""
    iterator = iter(records)
    while some := list(islice(iterator, size)):
        yield some
