"""What all sources' settings share: the strict base of every model, and how a source maps to entities."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ingestion.config_errors import refuse
from ingestion.zones import Zone


def _name(value: str) -> str:
    if re.fullmatch(r"[a-z][a-z0-9_]{0,59}", value):
        return value
    plain = re.sub(r"[^a-z0-9]+", "_", value.lower()).strip("_")
    hint = f"such as {plain}" if plain[:1].isalpha() else "such as orders"
    raise refuse(f"{value!r} should be lower-case letters, digits and underscores, a letter first", hint)


Name = Annotated[str, AfterValidator(_name)]
"""A name that becomes a folder and a key: lower-case letters, digits, underscores."""


class Strict(BaseModel):
    """Base of everything that is read from the configuration file: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


def _short_form(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class ColumnSettings(Strict):
    """Where one column of an entity comes from: a raw column, or one fixed value for all rows."""

    column: str | None = Field(default=None, min_length=1)
    value: str | None = None
    format: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    """How an instant is written, by strptime's signs; several are tried in turn. Also `epoch`, `epoch_ms`."""
    id: bool = False
    """The raw column is an identifier that went through a spreadsheet: `17850.0` means 17850."""

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnSettings:
        if (self.column is None) == (self.value is None):
            raise refuse("needs either column (a raw column) or value (the same for all rows)")
        if self.value is not None and (self.format or self.id):
            raise refuse("format and id say how to read a column; a value is taken as it stands")
        return self


ColumnMapping = Annotated[ColumnSettings, BeforeValidator(_short_form)]
"""`InvoiceNo`, or `{column: InvoiceDate, format: "%d/%m/%Y"}`, or `{value: GBP}`."""


class EntitySettings(Strict):
    """An entry below `entities:`, for the sources whose columns only the configuration knows."""

    input: Name = Field(alias="from")
    select: str | None = Field(default=None, min_length=1)
    columns: dict[str, ColumnMapping] | None = Field(default=None, min_length=1)
    where: str | None = Field(default=None, min_length=1)
    version: ColumnMapping | None = None

    @model_validator(mode="after")
    def _one_form(self) -> EntitySettings:
        if (self.select is None) == (self.columns is None):
            raise refuse("needs either select (SQL) or columns (a map from our columns to the raw ones)")
        if self.select is not None and self.where is not None:
            raise refuse("where goes with columns; a select has its own where")
        if self.version is not None and self.version.value is not None:
            raise refuse("version names a column")
        return self


@dataclass(frozen=True)
class EntityMapping:
    """How the rows of one input become rows of one entity. Exactly one of `select` and `columns` is given."""

    entity: str
    input: str
    select: str | None = None
    columns: dict[str, ColumnSettings] | None = None
    where: str | None = None
    version: ColumnSettings | None = None
    """The raw column (or the column that `select` gives) which grows whenever the source changes a row."""
    derived: bool = False
    """Taken from another entity's mapping because the source has nothing of its own for this one."""
    location: tuple[str | int, ...] = field(default=(), compare=False)
    """Where it is written, below the source, for messages."""


class SourceSettings(Strict):
    """Base of each source's settings, which live in `ingestion/<type>/settings.py`."""

    name: Name
    type: str
    shop: str
    timezone: Zone | None = None
    """Zone of times that are written without an offset; the shop's where None."""

    def input_names(self) -> list[str]:
        """Raw tables that the source lands."""
        raise NotImplementedError

    def text_inputs(self) -> list[str]:
        """Those of them whose columns are all text, whatever they hold."""
        return []

    def dropped(self, input_name: str) -> list[str]:
        """Columns of this input that the settings keep from landing."""
        return []

    def key(self, input_name: str) -> list[str]:
        """Raw columns that make a row of this input: a select that groups or joins sees the newest row of each."""
        return []

    def mappings(self) -> dict[str, EntityMapping]:
        """How those tables become entities, by entity, without what can be derived."""
        raise NotImplementedError


def entity_mappings(entities: dict[str, EntitySettings]) -> dict[str, EntityMapping]:
    """The mappings that an `entities:` block describes."""
    return {
        entity: EntityMapping(
            entity=entity,
            input=one.input,
            select=one.select,
            columns=one.columns,
            where=one.where,
            version=one.version,
            location=("entities", entity),
        )
        for entity, one in entities.items()
    }
