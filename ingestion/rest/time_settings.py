"""Which times an API can be asked by: what changed since, what is recent, the first reading in slices of time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from ingestion.config_errors import refuse
from ingestion.lengths import Length, LengthOfTime, Span
from ingestion.rest.forms import Body, InstantForm, JsonBody
from ingestion.settings import Strict
from ingestion.zones import Zone

_START, _END = "{incremental.start_value}", "{incremental.end_value}"


def _day(value: object) -> object:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise refuse(f"{value!r} is not a day", "such as 2020-01-31") from None
    return value


class ByTime(Strict):
    """How to ask for records by a time: by a parameter, or by any parameters or a body in which
    `{incremental.start_value}` (and `{incremental.end_value}`) stands where the instant belongs."""

    start_param: str | None = Field(default=None, min_length=1)
    end_param: str | None = Field(default=None, min_length=1)
    params: Body = Field(default_factory=dict)
    body: JsonBody = Field(default_factory=dict, alias="json")
    format: InstantForm = "iso"
    timezone: Zone = "UTC"
    """Zone of the instants as they are sent."""

    def asking(self, start: datetime | None, end: datetime | None = None) -> tuple[Body, Body]:
        """Parameters and body for records from `start` until before `end`. A parameter of a bound that is None is left
        out."""
        written = {
            _START: self.written(start) if start is not None else None,
            _END: self.written(end) if end is not None else None,
        }
        given: Body = {}
        if self.start_param and start is not None:
            given[self.start_param] = written[_START]
        if self.end_param and end is not None:
            given[self.end_param] = written[_END]
        return {**given, **filled(self.params, written)}, filled(self.body, written)

    def written(self, instant: datetime) -> str | int:
        """An instant as the API takes it."""
        if self.format in ("epoch", "epoch_ms"):
            return int(instant.timestamp() * (1000 if self.format == "epoch_ms" else 1))
        local = instant.astimezone(ZoneInfo(self.timezone))
        if self.format == "date":
            return local.date().isoformat()
        if self.format != "iso":
            return local.strftime(self.format)
        text = local.isoformat(timespec="seconds")
        return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text

    @property
    def _says(self) -> str:
        return f"{self.params}{self.body}"

    @property
    def asks_start(self) -> bool:
        """Is there a place for the beginning?"""
        return bool(self.start_param) or _START in self._says

    @property
    def asks_end(self) -> bool:
        """Is there a place for the end?"""
        return bool(self.end_param) or _END in self._says


class Incremental(ByTime):
    """The daily reading: records that changed since the last one."""

    lookback: Length | None = None
    """The source's where None."""

    @model_validator(mode="after")
    def _has_a_place(self) -> Incremental:
        if not self.asks_start:
            raise refuse(
                "needs a place for the time", f"start_param: updated_after, or {_START} within params or json"
            )
        return self


class Recent(ByTime):
    """Records of the last days are read again every time: changes of their parts may move no time of theirs."""

    days: int = Field(ge=1)

    @model_validator(mode="after")
    def _has_a_place(self) -> Recent:
        if not self.asks_start:
            raise refuse(
                "needs a place for the time", f"start_param: created_after, or {_START} within params or json"
            )
        return self


class Slices(ByTime):
    """A complete reading in slices of time: for APIs that page no further than some thousand records."""

    since: Annotated[date, BeforeValidator(_day)]
    """What is older comes in one slice."""
    length: LengthOfTime = Span(seconds=30 * 86_400)

    @model_validator(mode="after")
    def _has_both(self) -> Slices:
        if not (self.asks_start and self.asks_end):
            raise refuse("needs places for both ends", f"start_param and end_param, or {_START} and {_END}")
        if (_START in self._says) or (_END in self._says):
            raise refuse(
                "takes start_param and end_param only: the first slice has no start and the last no end"
            )
        return self

    def bounds(self, now: datetime) -> list[tuple[datetime | None, datetime | None]]:
        """Slices that cover all times, oldest first."""
        at = datetime(self.since.year, self.since.month, self.since.day, tzinfo=UTC)
        step, edges = timedelta(seconds=self.length.seconds), [at]
        while edges[-1] + step < now:
            edges.append(edges[-1] + step)
        return list(zip([None, *edges], [*edges, None], strict=True))


def filled(form: Body, written: dict[str, str | int | None]) -> Body:
    """`form` with values in place of marks; what holds the mark of a bound that there is none for is left out."""
    found = {name: _filled(one, written) for name, one in form.items()}
    return {name: one for name, one in found.items() if one is not None}


def _filled(value: object, written: dict[str, str | int | None]) -> object:
    if isinstance(value, dict):
        return filled(value, written)
    if isinstance(value, list):
        return [one for one in (_filled(each, written) for each in value) if one is not None]
    if not isinstance(value, str):
        return value
    for mark, instant in written.items():
        if value == mark:
            return instant
        if mark in value:
            if instant is None:
                return None
            value = value.replace(mark, str(instant))
    return value
