"""What a record is completed with: calls of its own for its details and for lists that belong to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ingestion.api.errors import FeedError

if TYPE_CHECKING:
    from ingestion.api.client import Client
    from ingestion.rest.input_settings import Call, Input
    from ingestion.rest.paging_settings import Paginator

GONE = (404, 410)
_MARK = re.compile(r"\{([^{}]+)\}")


class Parts:
    """Completes the records of one input."""

    def __init__(
        self, client: Client, one: Input, lists: Callable[[str, Call, Paginator | None], list[Any]]
    ) -> None:
        self._client, self._one, self._lists = client, one, lists
        self._worked = False
        """Has any call given an answer? Only then does a 404 mean that a record is gone."""

    def complete(self, records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The records with their details and children; without those that were deleted in the meantime."""
        if self._one.detail is None and not self._one.children:
            return [dict(one) for one in records]
        if self._one.parallel == 1 or len(records) == 1:
            done = [self._completed(one) for one in records]
        else:
            # The first alone: it may have to log in.
            with ThreadPoolExecutor(self._one.parallel) as pool:
                done = [self._completed(one) for one in records[:1]]
                done += pool.map(self._completed, records[1:])
        return [one for one in done if one is not None]

    def still_there(self, call: Call, key: str, record_id: str) -> dict[str, Any] | None:
        """The record with an id, as `call` gives it; None if it is gone."""
        record: dict[str, Any] = {}
        _put(record, key, record_id)
        try:
            found = self._single(str(path_for(call.path, record)), call)
        except FeedError as error:
            if error.status in GONE:
                return None
            raise
        return found

    def _completed(self, record: Mapping[str, Any]) -> dict[str, Any] | None:
        found = dict(record)
        try:
            if self._one.detail is not None:
                path = path_for(self._one.detail.path, record)
                if path is None:
                    raise FeedError(f"a record has no value for {self._one.detail.path}")
                found |= self._single(path, self._one.detail)
                self._worked = True
            for name, call in self._one.children.items():
                path = path_for(call.path, found)
                found[name] = [] if path is None else self._lists(path, call, call.paginator)
                self._worked = True
        except FeedError as error:
            if error.status in GONE and self._worked:
                return None
            raise
        return found

    def _single(self, path: str, call: Call) -> dict[str, Any]:
        from dlt.common import jsonpath

        answer = self._client.json(self._client.get(path, params=call.params))
        found = jsonpath.find_values(call.data_selector, answer)
        if len(found) != 1 or not isinstance(found[0], dict):
            raise FeedError(
                f"{call.path}: its answer has no single record at {call.data_selector} (data_selector)"
            )
        return dict(found[0])


def path_for(form: str, record: Mapping[str, Any]) -> str | None:
    """`/orders/{id}/refunds` for one record; None if the record has no such value."""
    values = {name: _get(record, name) for name in _MARK.findall(form)}
    if any(value is None or isinstance(value, dict | list) for value in values.values()):
        return None
    return _MARK.sub(lambda mark: quote(_text(values[mark[1]]), safe=""), form)


def marks(form: str) -> set[str]:
    """The values of a record that a path needs."""
    return set(_MARK.findall(form))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _get(record: Mapping[str, Any], path: str) -> Any:
    found: Any = record
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _put(record: dict[str, Any], path: str, value: Any) -> None:
    *around, last = path.split(".")
    for part in around:
        record = record.setdefault(part, {})
    record[last] = value
