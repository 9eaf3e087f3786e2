"""Pages of a list, by the time when its records were made: a record that is deleted meanwhile shifts none of them.

Times are shown in milliseconds and kept more finely, so each page begins a millisecond before the end of the last one;
what that gives twice is left out. Records that were made at one instant may fill more than a page: these are counted
off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.api.errors import FeedError
from ingestion.api.feed import Page
from ingestion.vendure.shop import Shop

_STEP = timedelta(milliseconds=1)
Filter = Mapping[str, Any]


def pages(
    shop: Shop,
    query: str,
    field: str,
    size: int,
    filters: Sequence[Filter] = (),
    place: Any = None,
    more: Mapping[str, Any] | None = None,
) -> Iterator[Page]:
    """All records of the list `field` that fit all `filters`, from a page's place on. Raises FeedError."""
    after: str | None = place
    skip, seen, total = 0, set[str](), None
    while True:
        all_filters = [*filters, *([{"createdAt": {"after": after}}] if after else [])]
        options = {"take": size, "skip": skip, "sort": {"createdAt": "ASC", "id": "ASC"}}
        if all_filters:
            options["filter"] = {"_and": all_filters}
        found = shop.ask(query, {"options": options, **(more or {})})[field]
        items: list[dict[str, Any]] = found["items"]
        if after is None and not skip:
            total = int(found["totalItems"])
        is_last = skip + len(items) >= int(found["totalItems"])
        if not items and not is_last:
            raise FeedError(
                f"{field}: a page came back empty, though {found['totalItems']} records are said to follow"
            )
        new = [one for one in items if str(one["id"]) not in seen]
        ids = {str(one["id"]) for one in items}
        before = after
        if items:
            after = instant(moment(items[-1]["createdAt"]) - _STEP)
        if after == before:
            skip += len(items)
            seen |= ids
        else:
            skip, seen = 0, ids
        if new or is_last:
            yield Page(new, None if is_last else after, total)
        if is_last:
            return


def moment(text: str) -> datetime:
    """An instant as the API writes it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def instant(value: datetime) -> str:
    """The other way round."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
