"""What all sources' settings share: the strict base of every model, and how a source maps to entities."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ingestion.config_errors import refuse
from ingestion.value_format import PLAIN, DateOrder, ValueFormat
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


class ValueSettings(Strict):
    """How values are written; of an input, or of one column. What is not set is as in a plain CSV."""

    decimal: Literal[".", ","] | None = None
    """The sign before the decimals; a point where None."""
    thousands: Literal[",", ".", " ", "'"] | None = None
    """The sign between groups of three digits; none where None."""
    dates: DateOrder | None = None
    """Order of dates in digits alone; where None only those with the year in four digits first are read."""
    missing: Annotated[tuple[str, ...], BeforeValidator(_listed)] | None = None
    """Texts that stand for no value."""
    timezone: Zone | None = None
    """Zone of times that are written without an offset."""

    @model_validator(mode="after")
    def _two_signs(self) -> Self:
        if self.thousands is not None and self.thousands == (self.decimal or "."):
            raise refuse(f"thousands and decimal are both {self.thousands!r}", "one of them is another sign")
        return self

    def over(self, base: ValueFormat) -> ValueFormat:
        """`base` with what is set here in its place."""
        given = {name: getattr(self, name) for name in ValueSettings.model_fields}
        return replace(base, **{name: value for name, value in given.items() if value is not None})


class ColumnSettings(ValueSettings):
    """Where one column of an entity comes from: a raw column, SQL over raw columns, or one fixed value for all rows."""

    column: str | None = Field(default=None, min_length=1)
    sql: str | None = Field(default=None, min_length=1)
    value: str | None = None
    format: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    """How an instant is written, by strptime's signs; several are tried in turn. Also `epoch`, `epoch_ms`."""
    id: bool = False
    """The raw column is an identifier that went through a spreadsheet: `17850.0` means 17850."""
    percent: bool = False
    """`12.5%` is the number 0.125. Otherwise a percentage is refused."""
    values: dict[str, str | None] | None = Field(default=None, min_length=1)
    """What the words in the raw column are among ours; others are taken as they stand. Upper and lower case alike."""

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnSettings:
        if sum(one is not None for one in (self.column, self.sql, self.value)) != 1:
            raise refuse("needs either column (a raw column), sql, or value (the same for all rows)")
        others = self.model_fields_set - {"value", "column", "sql"}
        if self.value is not None and others:
            said = f"{' and '.join(sorted(others))} say how to read a column; a value is taken as it stands"
            raise refuse(said)
        return self

    def format_over(self, base: ValueFormat) -> ValueFormat:
        """How this column's values are written, in an input whose values are written like `base`."""
        if self.value is not None:
            return PLAIN
        return replace(self.over(base), percent=self.percent)


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
        if self.version is not None and self.version.column is None:
            raise refuse("version names a column")
        return self


@dataclass(frozen=True)
class Alias:
    """A raw column that exports call by one of several names. Also `name` itself is taken."""

    name: str
    raw: tuple[str, ...]
    said: Mapping[str, str] = field(default_factory=dict)
    """If the alias is not the column's value but what its name says: raw name → that, such as a currency."""

    @property
    def members(self) -> tuple[str, ...]:
        """All raw names it stands for, first come first served. Upper and lower case are the same."""
        found: dict[str, str] = {}
        for name in (*self.raw, *([] if self.said else [self.name])):
            found.setdefault(name.lower(), name)
        return tuple(found.values())


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
    compares: ClassVar[bool] = False
    """Does the source compare what it reads with what has landed, and give again what was refused?"""
    if_down: Literal["publish", "refuse"] = "publish"
    """What a run does when this source gives nothing: go on with the others and say so, or stop."""

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

    def input_values(self, input_name: str) -> ValueFormat:
        """How the values of this input are written."""
        return PLAIN

    def aliases(self, input_name: str) -> Mapping[str, Alias]:
        """Names that mappings may use for a raw column of this input which goes by several."""
        return {}

    def mappings(self) -> dict[str, EntityMapping]:
        """How those tables become entities, by entity, without what can be derived."""
        raise NotImplementedError


def entity_mappings(entities: dict[str, EntitySettings]) -> dict[str, EntityMapping]:
    """The mappings that an `entities:` block describes. Where several inputs give an entity, all but the first are
    called `entity/anything`."""
    return {
        entity: EntityMapping(
            entity=entity.partition("/")[0],
            input=one.input,
            select=one.select,
            columns=one.columns,
            where=one.where,
            version=one.version,
            location=("entities", entity),
        )
        for entity, one in entities.items()
    }
