"""Settings of one raw table of an API: what to ask for, or which part of another input's records it is."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ingestion.config_errors import refuse
from ingestion.personal.kinds import Kind
from ingestion.rest.forms import Body, JsonBody, JsonPath
from ingestion.rest.paging_settings import Paging
from ingestion.rest.time_settings import Incremental, Recent, Slices
from ingestion.settings import Name, Strict


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _call(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


def _region(value: str) -> str:
    if len(value) != 2 or not value.isalpha() or not value.isascii():
        raise refuse(f"{value!r} is not a country", "two letters such as GB or CN")
    return value.upper()


def _of_a_record(value: str) -> str:
    if not re.search(r"\{[^{}]+\}", value):
        raise refuse(f"{value!r} should name the record", "such as /orders/{id}")
    return value


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
_OF_PARTS = {
    "within",
    "each",
    "parent",
    "key",
    "columns",
    "add",
    "exclude",
    "personal",
    "region",
    "snapshot_at",
}


class Call(Strict):
    """A request of its own for each record: `{id}` in the path is a value of the record's, `{customer.id}` one within
    it."""

    path: Annotated[str, AfterValidator(_of_a_record)]
    params: Body = Field(default_factory=dict)
    data_selector: JsonPath = "$"
    paginator: Paging | None = None
    """Of calls that give lists; the client's where None."""


CallOf = Annotated[Call, BeforeValidator(_call)]


class Input(Strict):
    """One raw table: the records that a request gives, or lists `within` them."""

    path: str | None = Field(default=None, min_length=1)
    """Below the base URL."""
    method: Literal["GET", "POST"] = "GET"
    params: Body = Field(default_factory=dict)
    body: JsonBody = Field(default_factory=dict, alias="json")
    data_selector: JsonPath | None = None
    """Where the records stand in the answer; the client's where None, `$` without one."""
    paginator: Paging | None = None
    incremental: Incremental | None = None
    recent: Recent | None = None
    slices: Slices | None = None
    detail: CallOf | None = None
    """What stands in its answer is put over each listed record."""
    children: dict[str, CallOf] = Field(default_factory=dict)
    """Lists that are asked for per record and put into it under this name: an order's refunds, a product's variants."""
    check: CallOf | None = None
    """Asked, before a record is believed to be deleted, whether it is still there; `detail` where None."""
    parallel: int = Field(default=1, ge=1, le=16)
    """So many calls of details and children at the same time."""

    within: Name | None = None
    """The input whose records have the rows of this one in a list."""
    each: Texts = ()
    """The list, or the lists from the record down: `[refunds, lines]`."""
    parent: str = "parent_id"
    """Column of ours for the id of the record."""

    key: Texts = Field(min_length=1)
    """Columns that make a row. Of records it is one, their id. `#` is the place in the list."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Only these: raw column → where it stands, `shipping_address.country_code`, `lines.0.sku`. `^.id` stands in the
    element around the list. All where empty, objects flattened as `shipping_address__country_code`."""
    add: dict[str, str] = Field(default_factory=dict)
    """Such columns besides all the others."""
    exclude: Texts = ()
    """Columns, or objects, that do not land."""
    snapshot_at: str | None = Field(default=None, min_length=1)
    """A column of ours for the instant of the reading: rows are states of that instant, and none is ever deleted."""
    region: Annotated[str, AfterValidator(_region)] | None = None
    """Country of phone numbers that are written without one; the shop's where None."""
    personal: dict[str, Kind] = Field(default_factory=dict)
    """How each column with personal data is treated; a whole object may be dropped."""

    @model_validator(mode="after")
    def _fits_together(self) -> Input:
        if (self.path is None) == (self.within is None):
            raise refuse("needs either path (a request), or within (another input) and each (its list)")
        given = {"json" if one == "body" else one for one in self.model_fields_set}
        if self.within is not None:
            if strange := sorted(given - _OF_PARTS):
                raise refuse(
                    f"{', '.join(strange)} belongs to the input {self.within}, whose records these are parts of"
                )
            if not self.each:
                raise refuse("needs each, the list in the records", "each: [line_items]")
        elif strange := sorted(given & {"each", "parent"}):
            raise refuse(
                f"{', '.join(strange)} is for parts of records", "within: the input that has the records"
            )
        if self.columns and self.add:
            raise refuse("takes either columns (only these) or add (these besides all the others)")
        return self

    @model_validator(mode="after")
    def _asks_for_records(self) -> Input:
        if self.within is not None:
            return self
        if len(self.key) != 1:
            raise refuse("the key of records is one column, their id", "key: id")
        if self.body and self.method == "GET":
            raise refuse("json is sent with method: POST")
        if self.snapshot_at and (self.incremental or self.recent):
            raise refuse("snapshot_at is for what is read whole; leave out incremental and recent")
        if self.recent and not self.incremental:
            raise refuse("recent goes with incremental; alone it would miss what changes later")
        return self

    @property
    def reads_all(self) -> bool:
        """Is everything read each time, so that what is gone shows?"""
        return self.incremental is None
