"""Reading a collection to its end while the shop goes on selling.

WooCommerce pages by numbers, and a row that is deleted moves all later ones forward by one: the next page would leave
one out. So records are asked for by ascending id, and each page begins with the last record of the one before. Where it
does not, something was deleted: the reading steps back until it overlaps again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ingestion.api.errors import FeedError

if TYPE_CHECKING:
    from ingestion.woocommerce.shop import Answer, Shop

_INCLUDED = 100


@dataclass(frozen=True)
class Walked:
    """New records of a page; `place` is where to go on, `total` how many there are in all."""

    records: Sequence[dict[str, Any]]
    place: list[int]
    total: int | None


def walk(shop: Shop, path: str, params: Mapping[str, Any], place: Any = None) -> Iterator[Walked]:
    """All records of a collection by ascending id, each once. Raises FeedError, SourceError."""
    size = shop.settings.per_page
    offset, last = place if place is not None else (0, 0)
    seen = 0
    while True:
        answer = _page(shop, path, params, offset)
        ids = [_number(one, path) for one in answer.records]
        if last and offset and not (ids and ids[0] <= last):
            offset = max(0, offset - size // 2)  # rows before us are gone
            continue
        if answer.total is not None and len(ids) < min(size, answer.total - offset):
            # Something was deleted meanwhile; or the shop counts what it does not show, and says so again.
            answer = _page(shop, path, params, offset)
            ids = [_number(one, path) for one in answer.records]
        fresh = [one for one, number in zip(answer.records, ids, strict=True) if number > last]
        seen += len(fresh)
        last = max([last, *ids])
        offset += size - 1
        left = None if answer.total is None else max(0, answer.total - offset - 1)
        yield Walked(fresh, [offset, last], None if left is None else seen + left)
        if left == 0 or (left is None and len(ids) < size):
            return


def included(shop: Shop, path: str, params: Mapping[str, Any], ids: Sequence[str]) -> Iterator[Walked]:
    """Those of the records with these ids that are there."""
    numbers = [one for one in ids if one.isdigit()]
    for at in range(0, len(numbers), _INCLUDED):
        some = {**params, "include": ",".join(numbers[at : at + _INCLUDED])}
        yield from walk(shop, path, some)


def instant(moment: datetime) -> str:
    """A moment as WooCommerce wants it beside `dates_are_gmt`: UTC without saying so. With a zone it would be turned
    into the shop's own time, and compared as if that were UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _page(shop: Shop, path: str, params: Mapping[str, Any], offset: int) -> Answer:
    paging = {"orderby": "id", "order": "asc", "per_page": shop.settings.per_page}
    return shop.collection(path, {**params, **paging, **({"offset": offset} if offset else {})})


def _number(record: Mapping[str, Any], path: str) -> int:
    number = record.get("id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise FeedError(f"a record of {path} has no number as its id: has the API changed?")
    return number
