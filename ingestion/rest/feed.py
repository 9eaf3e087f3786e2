"""One input of the configuration with the tables of its parts, as a feed: pages by whatever the API offers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

from ingestion.api.errors import FeedError
from ingestion.api.feed import Feed, Page
from ingestion.rest.parts import Parts

if TYPE_CHECKING:
    from ingestion.api.client import Client
    from ingestion.api.tables import Table
    from ingestion.rest.input_settings import Call
    from ingestion.rest.paging_settings import Paginator
    from ingestion.rest.settings import RestSettings

_TOO_OFTEN = 3
"""A page that comes so often in one reading will never end."""
_ASKED_AT_ONCE = 100


class RestFeed(Feed):
    """Records of one input."""

    def __init__(self, settings: RestSettings, name: str, tables: Sequence[Table], client: Client) -> None:
        one = settings.inputs[name]
        self.name, self.tables, self.client = name, tables, client
        self._one, self._api = one, client
        self._paginator = one.paginator or settings.client.paginator
        self._selector = one.data_selector or settings.client.data_selector or "$"
        self._params = {**settings.client.params, **one.params}
        self._key = str(tables[0].columns[tables[0].key[0]]).removeprefix("json:")
        self._numbered = sorted({table.each for table in tables if "#" in table.columns.values()})
        of_input = one.incremental.lookback if one.incremental else None
        self.lookback = (of_input or settings.lookback).time
        asked = {"path", "method", "params", "body", "data_selector", "detail", "children", "slices"}
        shown = [one.model_dump(mode="json", include=asked), settings.client.params, self._selector]
        self.identity = hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]
        self._parts = Parts(client, one, self._children)

    def everything(self, place: Any = None) -> Iterator[Page]:
        """All records; in slices of time if the configuration says so."""
        slices = self._one.slices
        if slices is None:
            yield from self._resumed({}, {}, place)
            return
        bounds = slices.bounds(self._now())
        first = place["slice"] if place else 0
        for number, (start, end) in enumerate(bounds[first:], first):
            params, body = slices.asking(start, end)
            within = place["page"] if place and number == first else None
            for page in self._resumed(params, body, within):
                at = {"slice": number, "page": page.place} if page.place is not None else None
                if at is None and number + 1 < len(bounds):
                    at = {"slice": number + 1, "page": None}
                yield Page(page.records, at)

    def changed(self, since: datetime) -> Iterator[Page] | None:
        """What the API says has changed, and what is recent."""
        if self._one.incremental is None:
            return None
        found = self._pages(*self._one.incremental.asking(since))
        if self._one.recent is not None:
            start = self._now() - timedelta(days=self._one.recent.days)
            if start < since:
                found = chain(found, self._pages(*self._one.recent.asking(start)))
        return (Page(page.records) for page in found)

    def these(self, ids: Sequence[str]) -> Iterator[Page] | None:
        """Each record asked for by its id."""
        from ingestion.rest.parts import marks

        call = self._one.check or self._one.detail
        if call is None or marks(call.path) != {self._key}:
            return None
        return self._asked(call, ids)

    def _asked(self, call: Call, ids: Sequence[str]) -> Iterator[Page]:
        for at in range(0, len(ids), _ASKED_AT_ONCE):
            asked = (self._parts.still_there(call, self._key, one) for one in ids[at : at + _ASKED_AT_ONCE])
            yield self._page([one for one in asked if one is not None], None, None)

    def _resumed(self, params: Mapping[str, Any], body: Mapping[str, Any], place: Any) -> Iterator[Page]:
        """Pages from a place on; from the first one if the API no longer knows the place."""
        if place is not None:
            pages = self._pages(params, body, place)
            try:
                first = next(pages)
            except FeedError:
                place = None
            except StopIteration:
                return
            else:
                yield first
                yield from pages
        if place is None:
            yield from self._pages(params, body)

    def _pages(self, params: Mapping[str, Any], body: Mapping[str, Any], place: Any = None) -> Iterator[Page]:
        from ingestion.rest.paginators import made, place_after, records_in_all

        assert self._paginator is not None
        seen: dict[bytes, int] = {}
        how = {"method": "POST", "json": merged(self._one.body, body)} if self._one.method == "POST" else {}
        for page in self._api.paginate(
            str(self._one.path), params=merged(self._params, params),
            paginator=made(self._paginator, place), data_selector=self._selector, **how,
        ):  # fmt: skip
            self._look(page, page.response, seen)
            after = place_after(page.paginator)
            if after is not None and self._api.scrubbed(str(after)) != " ".join(str(after).split())[:400]:
                after = None  # a link with a key in it
            yield self._page(page, after, records_in_all(self._paginator, page.response))

    def _look(self, records: Sequence[Any], response: Any, seen: dict[bytes, int]) -> None:
        """Are these records, and is this another page than those before? Raises FeedError."""
        from dlt.common import jsonpath

        if not records and "*" not in self._selector and "?" not in self._selector:
            answer = response.json()
            if not jsonpath.find_values(self._selector, answer):
                has = f"it has {', '.join(list(answer)[:10])}" if isinstance(answer, dict) else "it is a list"
                raise FeedError(
                    f"{self._one.path}: its answer has nothing at {self._selector} (data_selector); {has}"
                )
        if any(not isinstance(one, dict) for one in records):
            raise FeedError(
                f"{self._one.path}: what stands at {self._selector} (data_selector) is no list of objects"
            )
        if any(_at(one, self._key) is None for one in records):
            raise FeedError(f"{self._one.path}: a record has no {self._key}, which is its key")
        if not records:
            return
        mark = hashlib.blake2b(json.dumps(records, sort_keys=True).encode(), digest_size=16).digest()
        seen[mark] = seen.get(mark, 0) + 1
        if seen[mark] >= _TOO_OFTEN:
            raise FeedError(
                f"{self._one.path} gave the same page {_TOO_OFTEN} times: does it know the parameters of the paginator?"
            )

    def _page(self, records: Sequence[Mapping[str, Any]], place: Any, total: int | None) -> Page:
        complete = self._parts.complete(records)
        for each in self._numbered:
            for record in complete:
                number(record, each)
        return Page(complete, place, total)

    def _children(self, path: str, call: Call, paginator: Paginator | None) -> list[Any]:
        from ingestion.rest.paginators import made

        how = paginator or self._paginator
        assert how is not None
        pages = self._api.paginate(
            path, params=call.params, paginator=made(how), data_selector=call.data_selector
        )
        return [one for page in pages for one in page]

    def _now(self) -> datetime:
        return self._api.server_time or datetime.now(UTC)


def merged(base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `more` in it; mappings within are merged, too. A copy: paginators write into it."""
    found = {name: merged(one, {}) if isinstance(one, Mapping) else one for name, one in base.items()}
    for name, one in more.items():
        inner = found.get(name)
        found[name] = (
            merged(inner if isinstance(inner, dict) else {}, one) if isinstance(one, Mapping) else one
        )
    return found


def number(element: Any, each: Sequence[str]) -> None:
    """Write into the elements of a list their places in it, from 1, under the key `#`."""
    for name in each[0].split(".") if each else ():
        element = element.get(name) if isinstance(element, dict) else None
    if not isinstance(element, list):
        return
    for at, inner in enumerate(element, 1):
        if len(each) > 1:
            number(inner, each[1:])
        elif isinstance(inner, dict):
            inner["#"] = at


def _at(record: Mapping[str, Any], path: str) -> Any:
    found: Any = record
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
