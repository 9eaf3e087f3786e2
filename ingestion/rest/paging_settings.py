"""How an API turns pages, in the words of dlt's rest_api."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from ingestion.config_errors import refuse
from ingestion.rest.forms import JsonPath
from ingestion.settings import Strict

_COUNTS = {"count_path", "count_header"}
_KEYS: dict[str, set[str]] = {
    "single_page": set(),
    "auto": set(),
    "header_link": {"links_next_key"},
    "json_link": {"next_url_path"},
    "header_cursor": {"cursor_key", "cursor_param"},
    "cursor": {"cursor_path", "cursor_param", "cursor_body_path", "has_more_path", "stop_after_empty_page"},
    "offset": {
        "limit", "offset", "offset_param", "offset_body_path", "limit_param", "limit_body_path", "total_path",
        "has_more_path", "maximum_offset",
    },
    "page_number": {
        "base_page", "page_param", "page_body_path", "total_path", "has_more_path", "maximum_page", "limit",
        "limit_param", "limit_body_path",
    },
}  # fmt: skip
"""Keys that each way may have. All may have `_COUNTS`."""


def _short_form(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


class Paginator(Strict):
    """Keys mean what they mean in dlt's rest_api; without a total, the first empty page is the end."""

    type: Literal[
        "single_page", "auto", "header_link", "json_link", "header_cursor", "cursor", "offset", "page_number"
    ]
    links_next_key: str = "next"
    next_url_path: JsonPath = "next"
    cursor_key: str = "next"
    cursor_path: JsonPath = "cursors.next"
    cursor_param: str | None = None
    """`cursor` where neither it nor `cursor_body_path` is given."""
    cursor_body_path: str | None = None
    stop_after_empty_page: bool = False
    """Of `cursor`: an empty page is the end, even with a cursor in it."""
    has_more_path: JsonPath | None = None
    limit: int | None = Field(default=None, ge=1)
    limit_param: str | None = None
    limit_body_path: str | None = None
    offset: int = Field(default=0, ge=0)
    offset_param: str | None = None
    offset_body_path: str | None = None
    maximum_offset: int | None = Field(default=None, ge=1)
    base_page: int = Field(default=0, ge=0)
    page_param: str | None = None
    page_body_path: str | None = None
    maximum_page: int | None = Field(default=None, ge=1)
    total_path: JsonPath | None = None
    """Of `offset`: how many records there are. Of `page_number`: how many pages."""
    count_path: JsonPath | None = None
    """Where the answer says how many records there are in all; of `offset` that is `total_path`."""
    count_header: str | None = Field(default=None, min_length=1)
    """The header that says it, such as X-Total-Count."""

    @model_validator(mode="after")
    def _of_its_type(self) -> Paginator:
        known = _KEYS[self.type] | _COUNTS
        if strange := sorted(self.model_fields_set - known - {"type"}):
            raise refuse(f"{', '.join(strange)} is not for {self.type}", f"it has {', '.join(sorted(known))}")
        if self.type == "offset" and self.limit is None:
            raise refuse("offset needs limit", "records of a page, as many as the API allows")
        for one, other in (
            ("offset_param", "offset_body_path"), ("limit_param", "limit_body_path"),
            ("page_param", "page_body_path"), ("cursor_param", "cursor_body_path"), ("count_path", "count_header"),
        ):  # fmt: skip
            if getattr(self, one) is not None and getattr(self, other) is not None:
                raise refuse(f"takes either {one} or {other}")
        return self

    @property
    def records_path(self) -> str | None:
        """Where the answer says how many records there are."""
        return self.count_path or (self.total_path if self.type == "offset" else None)


Paging = Annotated[Paginator, BeforeValidator(_short_form)]
"""`json_link`, or `{type: offset, limit: 100, total_path: count}`."""
