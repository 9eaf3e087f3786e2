"""Settings of the `rest` source: an API, what to ask it for, what in it is personal, what it maps to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from ingestion.api.settings import ApiSettings
from ingestion.config_errors import refuse, suggest
from ingestion.rest.connection_settings import Connection
from ingestion.rest.input_settings import Input
from ingestion.settings import Name

if TYPE_CHECKING:
    from ingestion.api.tables import Table


class RestSettings(ApiSettings):
    """A source of type `rest`."""

    type: Literal["rest"]
    client: Connection
    inputs: dict[Name, Input] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> RestSettings:
        for name, one in self.inputs.items():
            if one.within is not None:
                self._check_part(name, one)
            elif one.paginator is None and self.client.paginator is None:
                raise refuse(
                    f"inputs.{name} needs a paginator, or client.paginator for all",
                    "paginator: single_page if all comes in one answer, auto if the answers link to the next page",
                )
        return self

    def _check_part(self, name: str, one: Input) -> None:
        around = self.inputs.get(str(one.within))
        if around is None:
            raise refuse(
                f"inputs.{name}.within: there is no input {one.within!r}", suggest(one.within, self.inputs)
            )
        if around.within is not None:
            raise refuse(
                f"inputs.{name}.within: {one.within} is itself a part of {around.within}",
                f"within: {around.within}, each: [{', '.join((*around.each, *one.each))}]",
            )

    def parts(self, name: str) -> list[str]:
        """The inputs whose rows stand within records of this one."""
        return [other for other, one in self.inputs.items() if one.within == name]

    def tables(self) -> Sequence[Table]:
        from ingestion.rest.tables import table

        return [
            table(name, one, self.inputs[one.within] if one.within is not None else None)
            for name, one in self.inputs.items()
        ]
