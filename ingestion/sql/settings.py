"""Settings of the `sql` source: which database, which tables or queries, what is read again, what is personal."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from ingestion.config_errors import refuse
from ingestion.lengths import Length, LengthOfTime, Span
from ingestion.personal.kinds import Kind
from ingestion.settings import EntityMapping, EntitySettings, Name, SourceSettings, Strict, entity_mappings
from ingestion.sql.exports import filled_in


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _region(value: str) -> str:
    if len(value) != 2 or not value.isalpha() or not value.isascii():
        raise refuse(f"{value!r} is not a country", "two letters such as GB or CN")
    return value.upper()


def _url(value: SecretStr) -> SecretStr:
    from ingestion.sql.address import AddressError, understood

    try:
        understood(value.get_secret_value())
    except AddressError as error:
        raise refuse(str(error), error.hint) from None
    return value


Columns = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Window(Strict):
    """Rows whose `column` lies within the last `days` are read again every time."""

    column: str = Field(min_length=1)
    days: int = Field(ge=1)


class Input(Strict):
    """One table of raw rows: a table (or view) of the database, or what a query gives."""

    table: str | None = Field(default=None, min_length=1)
    """Its name as the database spells it, perhaps `schema.table`."""
    query: str | None = Field(default=None, min_length=1)
    key: Columns = ()
    """Columns that make a row; a table's primary key where empty."""
    cursor: str | None = Field(default=None, min_length=1)
    """A column that grows with every change: only what lies above its highest value so far is read."""
    lookback: Length = Span(seconds=86_400, steps=1_000)
    """How far below the highest value of the cursor rows are read again: transactions may commit late."""
    window: Window | None = None
    snapshot: bool = False
    """Read all of it each time: what happens without cursor and window too."""
    snapshot_at: str | None = Field(default=None, min_length=1)
    """A column of ours for the instant of the reading: rows are states of that instant, and none is ever deleted."""
    columns: Columns = ()
    """Read only these; all where empty."""
    exclude: Columns = ()
    """Do not read these."""
    region: Annotated[str, AfterValidator(_region)] | None = None
    """Country of phone numbers that are written without one; the shop's where None."""
    personal: dict[str, Kind] = Field(default_factory=dict)
    """How each column with personal data is treated."""

    @model_validator(mode="after")
    def _fits_together(self) -> Input:
        if (self.table is None) == (self.query is None):
            raise refuse("needs either table (a name) or query (SQL)")
        if self.snapshot and (self.cursor or self.window):
            raise refuse("snapshot reads everything each time; leave out cursor and window, or snapshot")
        if self.snapshot_at and (self.cursor or self.window):
            raise refuse("snapshot_at is for tables that are read whole; leave out cursor and window")
        if self.query is not None and not self.key and not self.cursor:
            raise refuse("a query without a cursor needs its key", "key: [the columns that make a row]")
        return self

    @property
    def reads_all(self) -> bool:
        """Is everything read each time, so that what is gone shows?"""
        return self.cursor is None and self.window is None


class SqlSettings(SourceSettings):
    """A source of type `sql`."""

    type: Literal["sql"]
    compares: ClassVar[bool] = True
    url: Annotated[SecretStr, AfterValidator(_url)]
    export: str | None = None
    """A mapping that comes with this project: its inputs and entities stand where none of the same name are given."""
    inputs: dict[Name, Input] = Field(min_length=1)
    entities: dict[str, EntitySettings] = Field(min_length=1)
    statement_timeout: LengthOfTime = Span(seconds=3_600)
    """The longest that the database may work on one statement."""
    max_deleted_share: float = Field(default=0.3, ge=0, le=1)
    """Share of an input's rows that may be found deleted at once; above it somebody has to say that it is right."""

    @model_validator(mode="before")
    @classmethod
    def _exported(cls, data: Any) -> Any:
        return filled_in(data) if isinstance(data, dict) else data

    @model_validator(mode="after")
    def _keys_for_groups(self) -> SqlSettings:
        """A select that groups or joins is given the newest row of each key, so the key has to be written down."""
        from ingestion.mapping.selects import SelectError, understand

        for entity, one in self.entities.items():
            given = self.inputs.get(one.input)
            if one.select is None or given is None or given.key:
                continue
            try:
                rowwise = understand(one.select, one.input).rowwise
            except SelectError:  # told where the mappings are checked
                continue
            if not rowwise:
                raise refuse(
                    f"the select of {entity} groups or joins rows of {one.input}, which has no key",
                    f"inputs.{one.input}.key: [the columns that make a row]",
                )
        return self

    def input_names(self) -> list[str]:
        return list(self.inputs)

    def dropped(self, input_name: str) -> list[str]:
        return [name for name, kind in self.inputs[input_name].personal.items() if kind == "drop"]

    def key(self, input_name: str) -> list[str]:
        """Only a declared one: the primary key of a table is known to nobody who does not ask the database."""
        return list(self.inputs[input_name].key)

    def mappings(self) -> dict[str, EntityMapping]:
        return entity_mappings(self.entities)
