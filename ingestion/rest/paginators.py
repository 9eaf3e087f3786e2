"""dlt's paginators, made from settings, so that they can go on in the middle and lose nothing on the way.

What they do besides: an offset grows by the records that came, not by those that were asked for (a server may give
fewer than that); where the total falls while pages are turned, rows have moved up, and the pages step back; a link to
another server is not followed, so that no credentials go there; errors show none of an answer's values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

# This module is imported when the first page is asked for, not before: importing dlt takes seconds.
from dlt.common import jsonpath  # noqa: TID253
from dlt.sources.helpers.rest_client.detector import PaginatorFactory  # noqa: TID253
from dlt.sources.helpers.rest_client.paginators import (  # noqa: TID253
    BaseNextUrlPaginator,
    BasePaginator,
    BaseReferencePaginator,
    HeaderCursorPaginator,
    HeaderLinkPaginator,
    JSONLinkPaginator,
    JSONResponseCursorPaginator,
    OffsetPaginator,
    PageNumberPaginator,
    RangePaginator,
    SinglePagePaginator,
)
from requests import Request, Response

from ingestion.api.errors import FeedError

if TYPE_CHECKING:
    from ingestion.rest.paging_settings import Paginator


def made(settings: Paginator, place: Any = None) -> BasePaginator:
    """A paginator that begins at a place that `place_after` has given."""
    one = settings
    found: BasePaginator
    if one.type == "auto":
        found = Auto()
    elif one.type == "single_page":
        found = SinglePagePaginator()
    elif one.type == "header_link":
        found = HeaderLinks(one.links_next_key)
    elif one.type == "json_link":
        found = JsonLinks(one.next_url_path)
    elif one.type == "header_cursor":
        found = HeaderCursors(one.cursor_key, one.cursor_param or "cursor")
    elif one.type == "cursor":
        found = Cursors(
            one.cursor_path, one.cursor_param, one.cursor_body_path,
            stop_after_empty_page=one.stop_after_empty_page, has_more_path=one.has_more_path,
        )  # fmt: skip
    elif one.type == "offset":
        found = Offsets(
            one.limit or 1, place if place is not None else one.offset, one.offset_param, one.limit_param,
            one.total_path, one.maximum_offset, has_more_path=one.has_more_path,
            offset_body_path=one.offset_body_path, limit_body_path=one.limit_body_path,
        )  # fmt: skip
    else:
        found = PageNumbers(
            one.base_page, place, one.page_param, one.total_path, one.maximum_page,
            has_more_path=one.has_more_path, page_body_path=one.page_body_path,
        )  # fmt: skip
    if isinstance(found, _Careful):
        found.settings = one
    if isinstance(found, _Referring):
        found.first_reference = place
    return found


def place_after(paginator: BasePaginator) -> Any:
    """Where to go on after the page that it has just turned; None at the end, and where nobody can tell."""
    if not paginator.has_next_page:
        return None
    if isinstance(paginator, _Careful):
        return paginator.current_value
    return paginator.reference if isinstance(paginator, _Referring) else None


def records_in_all(settings: Paginator, response: Response) -> int | None:
    """How many records there are, if the answer says so."""
    told: Any = None
    if settings.count_header is not None:
        told = response.headers.get(settings.count_header)
    elif settings.records_path is not None:
        told = next(iter(jsonpath.find_values(settings.records_path, response.json())), None)
    try:
        return None if told is None else int(told)
    except (TypeError, ValueError):
        return None


class _Careful(RangePaginator):
    """Pages by numbers."""

    settings: Paginator
    _total: int | None = None

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        before, now = self.current_value, records_in_all(self.settings, response)
        super().update_state(response, data)
        gone = (self._total or 0) - now if now is not None else 0
        self._total = now
        if data:
            self._step(before, len(data), max(0, gone), now)

    def _step(self, before: int, came: int, gone: int, total: int | None) -> None:
        """Where to go on after the page `before` with so many records, where `gone` are fewer in all than before."""
        raise NotImplementedError

    def _handle_missing_total(self, response_json: dict[str, Any]) -> None:
        raise FeedError(f"its answer has no {self.settings.total_path} (total_path)")

    def _handle_invalid_total(self, total: Any) -> None:
        raise FeedError(f"{self.settings.total_path} of its answer is no number (total_path)")

    def _handle_missing_has_more(self, response_json: dict[str, Any]) -> None:
        raise FeedError(f"its answer has no {self.settings.has_more_path} (has_more_path)")

    def _handle_invalid_has_more(self, has_more: Any) -> None:
        raise FeedError(
            f"{self.settings.has_more_path} of its answer is neither true nor false (has_more_path)"
        )


class Offsets(_Careful, OffsetPaginator):
    """Pages by the number of records that come before."""

    def _step(self, before: int, came: int, gone: int, total: int | None) -> None:
        self.current_value = before + min(came, self.limit) if not gone else max(0, before - gone)
        if total is not None:
            self._has_next_page = self.current_value < total
        if self.maximum_value is not None and self.current_value >= self.maximum_value:
            self._has_next_page = False


class PageNumbers(_Careful, PageNumberPaginator):
    """Numbered pages."""

    def init_request(self, request: Request) -> None:
        super().init_request(request)
        self._limit(request)

    def update_request(self, request: Request) -> None:
        super().update_request(request)
        self._limit(request)

    def _limit(self, request: Request) -> None:
        one = self.settings
        if one.limit is not None and one.limit_body_path:
            self._update_request_with_body_path(request, one.limit_body_path, one.limit)
        elif one.limit is not None:
            self._update_request_with_param_name(request, one.limit_param or "limit", one.limit)

    _size = 0

    def _step(self, before: int, came: int, gone: int, total: int | None) -> None:
        self._size = self.settings.limit or max(self._size, came)
        if gone:
            self.current_value = max(self.base_index, before - -(-gone // self._size))
            self._has_next_page = True
        elif total is not None and (self.current_value - self.base_index) * self._size >= total:
            # Some servers give their last page again for every number beyond it.
            self._has_next_page = False


class _Referring(BaseReferencePaginator):
    """Pages by what the last one says of the next."""

    first_reference: Any = None

    @property
    def reference(self) -> str | None:
        return self._next_reference


class _Links(_Referring):
    """The next page by its address, on the same server only."""

    def init_request(self, request: Request) -> None:
        super().init_request(request)
        self._server = urlsplit(str(request.url))
        if self.first_reference is not None:
            request.url, request.params = self.first_reference, {}

    def _absolute(self, response: Response, link: str | None) -> str | None:
        """The address of the next page. Raises FeedError if it is on another server."""
        if not link:
            return None
        parts = urlsplit(urljoin(str(response.request.url), str(link)))
        if parts.hostname != self._server.hostname:
            raise FeedError(
                f"its next page is on another server ({parts.hostname}); nothing is asked for there"
            )
        # Behind a proxy a server may think that it is spoken to by http, or on another port.
        return parts._replace(scheme=self._server.scheme, netloc=self._server.netloc).geturl()


class HeaderLinks(_Links, HeaderLinkPaginator):
    """The header Link."""

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        super().update_state(response, data)
        self._next_reference = self._absolute(response, self.reference)


class JsonLinks(_Links, JSONLinkPaginator):
    """A link in the answer. An empty text is none."""

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        super().update_state(response, data)
        self._next_reference = self._absolute(response, self.reference)


class Cursors(_Referring, JSONResponseCursorPaginator):
    """A cursor in the answer."""

    def init_request(self, request: Request) -> None:
        super().init_request(request)
        if self.first_reference is not None:
            self._next_reference = self.first_reference
            self.update_request(request)

    def _handle_missing_has_more(self, response_json: dict[str, Any]) -> None:
        raise FeedError(f"its answer has no {self.has_more_path} (has_more_path)")

    def _handle_invalid_has_more(self, has_more: Any) -> None:
        raise FeedError(f"{self.has_more_path} of its answer is neither true nor false (has_more_path)")


class HeaderCursors(_Referring, HeaderCursorPaginator):
    """A cursor in a header."""

    def init_request(self, request: Request) -> None:
        super().init_request(request)
        if self.first_reference is not None:
            self._next_reference = self.first_reference
            self.update_request(request)


class Auto(_Links, BaseNextUrlPaginator):
    """Links to the next page, found by dlt in the first answer. What it can only guess is not believed."""

    _found: JSONLinkPaginator | HeaderLinkPaginator | None = None

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        self._found = self._found or self._detected(response, data)
        link: str | None = None
        if isinstance(self._found, HeaderLinkPaginator):
            link = response.links.get("next", {}).get("url")
        elif self._found is not None:
            link = next(iter(jsonpath.find_values(self._found.next_url_path, response.json())), None)
        self._next_reference = self._absolute(response, link)

    def _detected(
        self, response: Response, data: list[Any] | None
    ) -> JSONLinkPaginator | HeaderLinkPaginator | None:
        found, certainty = PaginatorFactory().create_paginator(response)
        answer = response.json()
        if isinstance(found, JSONLinkPaginator | HeaderLinkPaginator):
            return found
        if not data or (isinstance(answer, dict) and answer.get("next", "") is None):
            return None
        seen = "" if certainty == 0 else f" (perhaps {type(found).__name__.removesuffix('Paginator')})"
        raise FeedError(
            f"its answer does not say for certain how pages are turned{seen}: write paginator: single_page if these"
            f" {len(data):,} records are all, else how it is done"
        )
