"""Settings of the `files` source: which files, how to read them, what in them is personal, what they map to."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ingestion.config_errors import nearest, refuse, suggest
from ingestion.files import exports
from ingestion.files.versions import COLUMN as FILE_VERSION
from ingestion.personal.kinds import Kind
from ingestion.settings import (
    Alias,
    ColumnSettings,
    EntityMapping,
    EntitySettings,
    Name,
    SourceSettings,
    Strict,
    ValueSettings,
    entity_mappings,
)
from ingestion.value_format import PLAIN, ValueFormat

Format = Literal["csv", "tsv", "jsonl", "parquet", "xlsx", "csv.gz", "tsv.gz", "jsonl.gz"]
_PARQUET = (".parquet", ".pq")


def _encoding(value: str) -> str:
    try:
        codecs.lookup(value)
    except LookupError:
        common = ("utf-8", "utf-16", "gbk", "gb18030", "big5", "shift_jis", "latin-1", "cp1252")
        found = nearest(value, common)
        hint = f"did you mean {found}?" if found else f"such as {', '.join(common)}"
        raise refuse(f"{value!r} is no known encoding", hint) from None
    return value


def _region(value: str) -> str:
    if len(value) != 2 or not value.isalpha() or not value.isascii():
        raise refuse(f"{value!r} is not a country", "two letters such as GB or CN")
    return value.upper()


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _row(value: Any) -> Any:
    return value if isinstance(value, dict | HeaderRow) else {"row": value}


def _pattern(value: str) -> str:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.array([""]), value)
    except pa.ArrowInvalid as error:
        told = str(error).removeprefix("Invalid regular expression: ").splitlines()[0]
        raise refuse(f"{value!r} is no regular expression (RE2)", told) from None
    return value


def _file_version(value: str) -> str:
    if value == "modified":
        return value
    try:
        groups = re.compile(value).groups
    except re.error as error:
        raise refuse(f"{value!r} is no regular expression", str(error)) from None
    if groups != 1:
        raise refuse(
            f"{value!r} should have one group in brackets, around what grows from file to file",
            r"such as orders_(\d{8})\.csv, or modified",
        )
    return value


def _export(value: str) -> str:
    if value not in exports.names():
        raise refuse(f"there is no export {value!r}", suggest(value, exports.names()))
    return value


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_pattern)]


class HeaderRow(Strict):
    """Where the header stands: its row, or names by which it is known, `[Campaign, [Cost, 费用]]`."""

    row: int | None = Field(default=None, ge=1)
    contains: Annotated[
        tuple[Annotated[tuple[str, ...], BeforeValidator(_listed)], ...], BeforeValidator(_listed)
    ] = ()

    @model_validator(mode="after")
    def _one_way(self) -> HeaderRow:
        if (self.row is None) == (not self.contains):
            raise refuse("should be the number of a row, or {contains: [names of some columns]}")
        return self


class CurrencyOf(Strict):
    """An alias for the currency that the header of another names: `Amount spent (USD)`."""

    currency_of: str


class Input(ValueSettings):
    """One table of raw rows: all files that a path pattern finds, read in one way."""

    path: str = Field(min_length=1)
    """Path or pattern (`*`, `**`, `?`, `[…]`), relative to the configuration file."""
    format: Format | None = None
    """What each file's ending says where None."""
    encoding: Annotated[str, AfterValidator(_encoding)] | None = None
    """Of text formats; UTF-8 where None. A byte-order mark is recognised, removed, and outweighs this."""
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    """Of csv and tsv; a comma and a tab where None."""
    sheet: str | None = Field(default=None, min_length=1)
    """Of a workbook; the first where None."""
    header_row: Annotated[HeaderRow, BeforeValidator(_row)] | None = None
    """Line (or row of the sheet) that holds the names of the columns, or `{contains: [names]}`: the first that has
    them all. What stands above is skipped. The first where None."""
    header_rows: int = Field(default=1, ge=1, le=5)
    """Rows of the header; cells that are merged over several columns count for all of them."""
    ignore: Annotated[tuple[Pattern, ...], BeforeValidator(_listed)] = ()
    """Regular expressions on the first field of a row that is not empty: such rows are left out, and counted."""
    transpose: bool = False
    """Are the columns the records? Then the first column holds the names."""
    file_version: Annotated[str, AfterValidator(_file_version)] | None = None
    """Which of several files that hold the same row is the newest: `modified`, or a regular expression on the
    file's path with a group that grows."""
    key: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    """Columns that make a row: a select that groups or joins sees the newest row of each."""
    storage: dict[str, Any] = Field(default_factory=dict, repr=False)
    """Options of a remote store, as fsspec takes them: endpoint, user, secrets as ${NAME}."""
    region: Annotated[str, AfterValidator(_region)] | None = None
    """Country of phone numbers that are written without one; the shop's where None."""
    personal: dict[str, Kind] = Field(default_factory=dict)
    """How each column with personal data is treated, by its name in the file, or by an alias."""
    aliases: dict[str, CurrencyOf | Annotated[tuple[str, ...], BeforeValidator(exports.expanded)]] = Field(
        default_factory=dict
    )
    """Names of ours for columns that exports call by one of several: `cost: [Cost, Spend, 费用]`."""
    export: Annotated[str, AfterValidator(_export)] | None = None
    """A mapping that comes with this project: all that is not set here, and the entities."""

    @model_validator(mode="before")
    @classmethod
    def _personal_aliases(cls, data: Any) -> Any:
        """A personal column may be named by its alias: all of the names are treated so."""
        aliases, personal = (
            (data.get(key) for key in ("aliases", "personal")) if isinstance(data, dict) else (0, 0)
        )
        if not isinstance(aliases, dict) or not isinstance(personal, dict):
            return data
        by_name: dict[str, Any] = {}
        for name, kind in personal.items():
            several = aliases.get(name)
            columns = (
                [name] if several is None or isinstance(several, dict) else [*exports.expanded(several), name]
            )
            by_name.update(dict.fromkeys(columns, kind))
        return {**data, "personal": by_name}

    @property
    def may_lack(self) -> frozenset[str]:
        """Personal columns that a file need not have: other names of one, and those that an export only may have."""
        several = {name for one in self.aliases.values() if isinstance(one, tuple) for name in one}
        shipped = exports.load(self.export).input.get("personal", {}) if self.export else {}
        return frozenset(self.personal) & (several | self.aliases.keys() | shipped.keys())

    def alias(self, name: str) -> Alias:
        """An alias as mappings need it."""
        given = self.aliases[name]
        if isinstance(given, tuple):
            return Alias(name, given)
        named = exports.load(self.export).aliases.get(given.currency_of, ()) if self.export else ()
        said = exports.currency_in(named)
        return Alias(name, tuple(said), said)

    @property
    def is_text(self) -> bool:
        """Do all its columns land as text? Parquet keeps its types; a pattern without an ending may find some."""
        if self.format is not None:
            return self.format != "parquet"
        ending = PurePosixPath(self.path).suffix.lower()
        return ending not in ("", *_PARQUET) and "*" not in ending

    @property
    def header_contains(self) -> tuple[tuple[str, ...], ...]:
        """Names by which the header is found; empty where its row is given."""
        return self.header_row.contains if self.header_row else ()

    @model_validator(mode="after")
    def _of_tables(self) -> Input:
        plain = (self.format or "csv").removesuffix(".gz")
        given = self.model_fields_set & {"header_row", "header_rows", "ignore", "transpose"}
        if plain in ("jsonl", "parquet") and given:
            raise refuse(f"{', '.join(sorted(given))} says how to read a table of cells; {plain} has none")
        if "storage" in self.model_fields_set and "://" not in self.path:
            raise refuse("storage is for a path such as s3://bucket/… or sftp://host/…")
        if "://" in self.path and "@" in self.path.split("://")[1].split("/")[0].split(":", 1)[-1]:
            raise refuse("path should hold no password", 'write it as storage: {password: "${NAME}"}')
        return self


class FilesSettings(SourceSettings):
    """A source of type `files`."""

    type: Literal["files"]
    inputs: dict[Name, Input] = Field(min_length=1)
    entities: dict[str, EntitySettings] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _exported(cls, data: Any) -> Any:
        return exports.filled_in(data) if isinstance(data, dict) else data

    def input_names(self) -> list[str]:
        return list(self.inputs)

    def input_values(self, input_name: str) -> ValueFormat:
        return self.inputs[input_name].over(PLAIN) if input_name in self.inputs else PLAIN

    def aliases(self, input_name: str) -> dict[str, Alias]:
        one = self.inputs.get(input_name)
        return {} if one is None else {name: one.alias(name) for name in one.aliases}

    def text_inputs(self) -> list[str]:
        return [name for name, one in self.inputs.items() if one.is_text]

    def key(self, input_name: str) -> list[str]:
        return list(self.inputs[input_name].key)

    def dropped(self, input_name: str) -> list[str]:
        personal = self.inputs[input_name].personal
        return [name for name, kind in personal.items() if kind == "drop"]

    def mappings(self) -> dict[str, EntityMapping]:
        return {name: self._with_version(one) for name, one in entity_mappings(self.entities).items()}

    def _with_version(self, mapping: EntityMapping) -> EntityMapping:
        """The file's version is that of its rows, where they have none of their own."""
        own = self.inputs.get(mapping.input)
        if own is None or own.file_version is None or mapping.version is not None:
            return mapping
        if mapping.select is not None and not _is_rowwise(mapping.select, mapping.input):
            return mapping
        return replace(mapping, version=ColumnSettings(column=FILE_VERSION))


def _is_rowwise(select: str, input_name: str) -> bool:
    """Has each row that the select gives a file that it comes from?"""
    from ingestion.mapping.selects import SelectError, understand

    try:
        return understand(select, input_name).rowwise
    except SelectError:
        return False
